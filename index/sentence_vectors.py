"""Vectors of sentences from those of their tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import Encoded, Vector, normalise
from index.paper import Passage
from index.sentences import split_sentences


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVector:
    """The sentence `abstract[start:end]` of a paper, and its vector (d,): float32, L2-normalised."""

    start: int
    end: int
    vector: Vector


def sentence_vectors(abstract: str, passages: Sequence[tuple[Passage, Encoded]]) -> list[SentenceVector]:
    """A vector for each sentence, from the tokens of the passages; they are in the abstract's order."""
    found = []
    for start, end in split_sentences(abstract):
        # A very long sentence may run over several passages: the one that holds its beginning speaks for it.
        encoded = next((one for passage, one in passages if passage.start <= start < passage.end), passages[-1][1])
        spans = np.array(encoded.offsets, dtype=np.int32).reshape(-1, 2)
        inside = (spans[:, 0] >= start) & (spans[:, 0] < end)
        # Beyond what the model reads there are no tokens: the passage as a whole is then the best there is.
        vector = normalise(encoded.tokens[inside | (spans[:, 0] < 0)].mean(axis=0)) if inside.any() else encoded.vector
        found.append(SentenceVector(start, end, vector))
    return found
