"""What speaks for a sentence as an answer: its words, its tokens' meaning, and what it shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answer import Evidence, Span
from rag.reading.cues import ASIDE, CODE, FOLLOWS_ON, SHOWS
from rag.search import cosines
from rag.text import PART, STOP_WORDS, stem, stems
from rag.understanding import QuestionType, Want

if TYPE_CHECKING:
    from index import Encoded, SentenceVector

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


@dataclass(frozen=True, slots=True, eq=False)
class Met:
    """How the tokens of the question meet those of one paper.

    `similar` (question's tokens, paper's tokens) holds cosines; `offsets` (paper's tokens, 2) are the places in the
    abstract, negative for the title; `words` are the question's words that its tokens belong to, lower case.
    `nearness` is, by the start of each sentence, the cosine of question and sentence.
    """

    similar: Vector
    offsets: NDArray[np.int64]
    words: tuple[str, ...]
    nearness: Mapping[int, float]


def meet(
    asked: str,
    query: "Encoded | None",
    papers: "Mapping[str, Sequence[Encoded]]",
    sentences: "Mapping[str, Sequence[SentenceVector]]",
) -> dict[str, Met]:
    """Paper id → how the question (`query` encodes `asked`) meets it; papers without token vectors are left out."""
    papers = {id: encoded for id, encoded in papers.items() if encoded}
    if query is None or not len(query.tokens) or not papers:
        return {}
    words = words_of_tokens(asked, query.offsets)
    # One product for all papers: many small ones cost more in handing them out than in multiplying.
    similar = cosines(query.tokens, np.concatenate([one.tokens for encoded in papers.values() for one in encoded]))
    met = {}
    start = 0
    for id, encoded in papers.items():
        offsets = np.array([offset for one in encoded for offset in one.offsets]).reshape(-1, 2)
        vectors = sentences.get(id, ())
        nearness = {sentence.start: float(sentence.vector @ query.vector) for sentence in vectors}
        met[id] = Met(similar[:, start : start + len(offsets)], offsets, words, nearness)
        start += len(offsets)
    return met


def words_of_tokens(asked: str, offsets: Sequence[Span]) -> tuple[str, ...]:
    """The word of `asked` that each token is in; "" for signs."""
    words = [(match.start(), match.end(), match[0].casefold()) for match in PART.finditer(asked)]
    return tuple(next((w for left, right, w in words if left <= start and end <= right), "") for start, end in offsets)


def features_of_sentences(
    kind: QuestionType, evidence: Evidence, spans: Sequence[Span], weights: Mapping[str, float], met: Met | None
) -> list[dict[str, float]]:
    """What speaks for and against each sentence (`spans`) of a paper; all but `wanted` from 0 to 1.

    `weights` are the question's stems with their rarity. Without `met` words alone decide.
    """
    title = set(stems(evidence.title))
    telling = {word: weight * (TITLE_WORD if word in title else 1.0) for word, weight in weights.items()}
    late = late_scores(title, spans, met)
    features: list[dict[str, float]] = []
    for (start, end), late_score in zip(spans, late, strict=True):
        text = evidence.passage[start:end]
        before = features[-1] if features and FOLLOWS_ON.search(text) else None
        features.append(
            {
                "words": covered(telling, set(stems(text))),
                "late": late_score,
                "meaning": met.nearness.get(start, 0.0) if met else 0.0,
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


def late_scores(title: Collection[str], spans: Sequence[Span], met: Met | None) -> list[float]:
    """For each sentence, how well the question's tokens are met by a token of it or of the title: a weighted mean."""
    if met is None:
        return [0.0] * len(spans)
    weights = token_weights(met.words, title)
    in_title = met.offsets[:, 0] < 0
    nothing = np.zeros(len(met.words), dtype=np.float32)
    by_title = met.similar[:, in_title].max(1) if in_title.any() else nothing
    scores = []
    for start, end in spans:
        inside = (met.offsets[:, 0] >= start) & (met.offsets[:, 1] <= end)
        best = np.maximum(met.similar[:, inside].max(1), by_title) if inside.any() else by_title
        scores.append(float((weights * best).sum()))
    return scores


def paper_scores(met: Met | None) -> tuple[float, float]:
    """The cosine of the nearest sentence, and how well the question's tokens are met by any token of the paper."""
    if met is None:
        return 0.0, 0.0
    late = float((token_weights(met.words, ()) * met.similar.max(1)).sum())
    return max(met.nearness.values(), default=0.0), late


def token_weights(words: Sequence[str], title: Collection[str]) -> Vector:
    """Weights, summing to 1, of the question's tokens by the words they belong to."""
    weights = [
        (COMMON_TOKEN if not word or word in STOP_WORDS else 1.0) * (TITLE_TOKEN if stem(word) in title else 1.0)
        for word in words
    ]
    return np.array(weights, dtype=np.float32) / (sum(weights) or 1.0)
