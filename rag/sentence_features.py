"""What speaks for a sentence as an answer: its words, its tokens' meaning, and what it shows."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answer import Evidence, Span
from rag.cues import ASIDE, CODE, FOLLOWS_ON, SHOWS
from rag.question_type import QuestionType, Want
from rag.wording import PART, STOP_WORDS, stem, stems

if TYPE_CHECKING:
    from index import Encoded

Vector = NDArray[np.float32]

WANTED: Mapping[Want, float] = {
    "number": 2.0, "dataset": 2.5, "cause": 2.5, "name": 0.7, "method": 0.5, "result": 1.3, "code": 3.0
}  # fmt: skip
"""What it is worth, in log-odds, that a sentence shows what is asked for: rounded from `train/sentences.py`."""

TITLE_WORD = 0.3
"""Weight of a question's word that the paper's title has, too: it tells the paper, not the sentence."""

TITLE_TOKEN = 0.5
COMMON_TOKEN = 0.3
"""The same for the tokens of the question, and for those of stop words."""


def features_of(
    asked: str,
    kind: QuestionType,
    evidence: Evidence,
    spans: Sequence[Span],
    weights: Mapping[str, float],
    query: "Encoded | None",
    encoded: "Sequence[Encoded]",
    vectors: Mapping[int, Vector],
) -> list[dict[str, float]]:
    """What speaks for and against each sentence (`spans`) of a paper; all but `wanted` from 0 to 1.

    `weights` are the question's stems with their rarity, `query` is the encoding of `asked` (None: words alone
    decide), `encoded` are the paper's passages, `vectors` its sentences' vectors by where they start.
    """
    title = set(stems(evidence.title))
    telling = {word: weight * (TITLE_WORD if word in title else 1.0) for word, weight in weights.items()}
    late = late_scores(asked, title, spans, query, encoded)
    features: list[dict[str, float]] = []
    for (start, end), met in zip(spans, late, strict=True):
        text = evidence.passage[start:end]
        before = features[-1] if features and FOLLOWS_ON.search(text) else None
        features.append(
            {
                "words": covered(telling, set(stems(text))),
                "late": met,
                "meaning": float(vectors[start] @ query.vector) if query is not None and start in vectors else 0.0,
                "wanted": sum(WANTED[want] for want in sorted(kind.wants) if SHOWS[want].search(text)),
                "before": (before["words"] + before["late"]) / 2 if before else 0.0,
                "opening": float(start == 0),
                "aside": float("code" not in kind.wants and bool(ASIDE.search(text) or CODE.search(text))),
            }
        )
    return features


def covered(weights: Mapping[str, float], words: Collection[str]) -> float:
    """Share of the question's words, by weight, that are among `words`."""
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0


def late_scores(
    asked: str, title: Collection[str], spans: Sequence[Span], query: "Encoded | None", encoded: "Sequence[Encoded]"
) -> list[float]:
    """For each sentence, how well the question's tokens are met by a token of it or of the title: a weighted mean."""
    if query is None or not encoded or not len(query.tokens):
        return [0.0] * len(spans)
    weights = token_weights(asked, title, query.offsets)
    offsets = np.array([offset for one in encoded for offset in one.offsets])
    similar = np.concatenate([query.tokens @ one.tokens.T for one in encoded], axis=1)
    in_title = offsets[:, 0] < 0
    by_title = similar[:, in_title].max(1) if in_title.any() else np.zeros(len(query.tokens), dtype=np.float32)
    scores = []
    for start, end in spans:
        inside = (offsets[:, 0] >= start) & (offsets[:, 1] <= end)
        best = np.maximum(similar[:, inside].max(1), by_title) if inside.any() else by_title
        scores.append(float(weights @ best))
    return scores


def late_score(asked: str, query: "Encoded | None", encoded: "Sequence[Encoded]") -> float:
    """How well the question's tokens are met by any token of the paper."""
    if query is None or not encoded or not len(query.tokens):
        return 0.0
    best = np.max([(query.tokens @ one.tokens.T).max(1) for one in encoded], axis=0)
    return float(token_weights(asked, (), query.offsets) @ best)


def token_weights(asked: str, title: Collection[str], offsets: Sequence[Span]) -> Vector:
    """Weights, summing to 1, of the question's tokens by the words they belong to."""
    words = [(match.start(), match.end(), match[0].casefold()) for match in PART.finditer(asked)]
    weights = []
    for start, end in offsets:
        word = next((word for left, right, word in words if left <= start and end <= right), "")
        weight = COMMON_TOKEN if not word or word in STOP_WORDS else 1.0
        weights.append(weight * (TITLE_TOKEN if stem(word) in title else 1.0))
    return np.array(weights, dtype=np.float32) / (sum(weights) or 1.0)
