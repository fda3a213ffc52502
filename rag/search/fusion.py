"""One score from two searches: by words (BM25) and by meaning (cosine)."""

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

MEANING_WEIGHT = 0.7
WORDS_WEIGHT = 0.3
"""Chosen on other collections (aerodynamics, biomedicine, library science) with the packaged model's cosines."""


def relative(words: Scores) -> Scores:
    """BM25 as a share of the best paper's, 0..1; all 0 when no word was found."""
    best = float(words.max(initial=0.0))
    return words / best if best > 0 else np.zeros_like(words)


def z_scores(scores: Scores) -> Scores:
    """Standard deviations from the mean of the candidates; all 0 where they don't differ."""
    spread = float(scores.std()) if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(words: Scores, meaning: Scores, *, known_cosines: bool) -> Scores:
    """A score for each candidate, higher is better; `words` is BM25, `meaning` the cosine.

    Scores, not ranks: ranks throw away that a rare name matched in one paper only. Weights on raw cosines hold for
    the model they were chosen with (`known_cosines`); any other model's are compared as z-scores. Where one side found
    nothing at all, the other decides.
    """
    if known_cosines:
        return MEANING_WEIGHT * meaning + WORDS_WEIGHT * relative(words)
    return 0.5 * z_scores(meaning) + 0.5 * z_scores(words)
