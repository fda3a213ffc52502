"""What speaks for a sentence as an answer: its words, and its tokens' meaning."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index import PART, STOP_WORDS, Span, split_sentences, stem_words, stems_of
from rag.answer import Evidence
from rag.reading.cues import ASIDE, CODE
from rag.search import cosines

if TYPE_CHECKING:
    from index import Encoded, PaperContent

Matrix = NDArray[np.float32]

TITLE_WORD = 0.3
"""Weight of a question's word that the paper's title has, too: it tells the paper, not the sentence."""

TITLE_TOKEN = 0.5
COMMON_TOKEN = 0.3
"""The same for the tokens of the question, and for those of stop words."""


@dataclass(frozen=True, slots=True, eq=False)
class TokenMatches:
    """How the tokens of the question match those of one paper.

    `cosines` is (question's tokens, paper's tokens); `offsets` (paper's tokens, 2) are the places in the abstract,
    negative for the title; `words` are the question's words that its tokens belong to, lower case, and `stems` theirs.
    `nearness` is, by the start of each sentence, the cosine of question and sentence.
    """

    cosines: Matrix
    offsets: NDArray[np.int64]
    words: tuple[str, ...]
    stems: tuple[str, ...]
    nearness: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class SplitSentence:
    """`text == passage[start:end]`, with the stems of its words."""

    start: int
    end: int
    text: str
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class SplitEvidence:
    """Evidence taken apart once, for all that is asked of its words: `title` are the title's stems, `stems` all."""

    evidence: Evidence
    title: frozenset[str]
    sentences: tuple[SplitSentence, ...]
    stems: frozenset[str]


def split_evidence(evidence: Sequence[Evidence]) -> list[SplitEvidence]:
    """Each paper's sentences and words, in the order of the evidence."""
    split = []
    for one in evidence:
        spans = split_sentences(one.passage)
        texts = [one.passage[start:end] for start, end in spans]
        title, *by_sentence = map(frozenset, stems_of([one.title, *texts]))
        sentences = tuple(
            SplitSentence(start, end, text, stems)
            for (start, end), text, stems in zip(spans, texts, by_sentence, strict=True)
        )
        split.append(SplitEvidence(one, title, sentences, title.union(*by_sentence)))
    return split


def match_tokens(text: str, question: "Encoded", contents: "Sequence[PaperContent]") -> dict[str, TokenMatches]:
    """Paper id → how the question (`question` encodes `text`) matches it; papers without token vectors are left out."""
    vectors = {content.paper.id: found for content in contents if (found := content.vectors).tokens}
    if not len(question.tokens) or not vectors:
        return {}
    words = words_of_tokens(text, question.offsets)
    stems = tuple(stem_words(words))
    # One product for all papers: many small ones cost more in handing them out than in multiplying.
    similar = cosines(question.tokens, np.concatenate([one.tokens for each in vectors.values() for one in each.tokens]))
    matches = {}
    start = 0
    for id, each in vectors.items():
        offsets = np.array([offset for one in each.tokens for offset in one.offsets]).reshape(-1, 2)
        nearness = {one.start: float(one.vector @ question.vector) for one in each.sentences}
        matches[id] = TokenMatches(similar[:, start : start + len(offsets)], offsets, words, stems, nearness)
        start += len(offsets)
    return matches


def words_of_tokens(text: str, offsets: Sequence[Span]) -> tuple[str, ...]:
    """The word of `text` that each token is in; "" for signs."""
    words = [(match.start(), match.end(), match[0].casefold()) for match in PART.finditer(text)]
    return tuple(next((w for left, right, w in words if left <= start and end <= right), "") for start, end in offsets)


def features_of_sentences(
    split: SplitEvidence, weights: Mapping[str, float], matches: TokenMatches | None
) -> list[dict[str, float]]:
    """What speaks for and against each sentence of a paper, each from 0 to 1.

    `weights` are the question's stems with their rarity. Without `matches` words alone decide.
    """
    telling = {word: weight * (TITLE_WORD if word in split.title else 1.0) for word, weight in weights.items()}
    late = late_scores(split.title, [(one.start, one.end) for one in split.sentences], matches)
    features: list[dict[str, float]] = []
    for sentence, late_score in zip(split.sentences, late, strict=True):
        start, text = sentence.start, sentence.text
        words = covered(telling, sentence.stems)
        features.append(
            {
                "words": words,
                "late": late_score,
                "meaning": matches.nearness.get(start, 0.0) if matches else 0.0,
                "opening": float(start == 0),
                # Where the code is, unless a word of the question is about that.
                "aside": float(not words and bool(ASIDE.search(text) or CODE.search(text))),
            }
        )
    return features


def covered(weights: Mapping[str, float], words: Collection[str]) -> float:
    """Share of the question's words, by weight, that are among `words`."""
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if word in words) / total if total else 0.0


def late_scores(title: Collection[str], spans: Sequence[Span], matches: TokenMatches | None) -> list[float]:
    """For each sentence, how well the question's tokens are matched by one of it or of the title: a weighted mean."""
    if matches is None:
        return [0.0] * len(spans)
    weights = token_weights(matches, title)
    in_title = matches.offsets[:, 0] < 0
    nothing = np.zeros(len(matches.words), dtype=np.float32)
    by_title = matches.cosines[:, in_title].max(1) if in_title.any() else nothing
    scores = []
    for start, end in spans:
        inside = (matches.offsets[:, 0] >= start) & (matches.offsets[:, 1] <= end)
        best = np.maximum(matches.cosines[:, inside].max(1), by_title) if inside.any() else by_title
        scores.append(float((weights * best).sum()))
    return scores


def paper_matches(matches: TokenMatches | None) -> tuple[float, float]:
    """The cosine of the nearest sentence, and how well the question's tokens are matched by any token of the paper."""
    if matches is None:
        return 0.0, 0.0
    late = float((token_weights(matches, ()) * matches.cosines.max(1)).sum())
    return max(matches.nearness.values(), default=0.0), late


def token_weights(matches: TokenMatches, title: Collection[str]) -> Matrix:
    """Weights, summing to 1, of the question's tokens by the words they belong to."""
    weights = [
        (COMMON_TOKEN if not word or word in STOP_WORDS else 1.0) * (TITLE_TOKEN if stem in title else 1.0)
        for word, stem in zip(matches.words, matches.stems, strict=True)
    ]
    return np.array(weights, dtype=np.float32) / (sum(weights) or 1.0)
