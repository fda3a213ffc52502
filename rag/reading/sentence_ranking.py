"""Which sentences of the evidence answer the question: by words, by meaning, by what is asked for."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import split_sentences
from rag.answer import Evidence
from rag.reading.cues import FOLLOWS_ON
from rag.reading.sentence_features import Met, covered, features_of_sentences, meet, paper_scores
from rag.text import content_stems, is_name, nearest, stems
from rag.understanding import QuestionType, StandaloneQuestion, classify

if TYPE_CHECKING:
    from index import Encoded, PaperIndex
    from rag.search import Retrieval

WEIGHTS: Mapping[str, float] = {
    "words": 2.2, "late": 18.0, "meaning": 5.5, "before": 0.8, "aside": -1.3, "opening": -1.6, "wanted": 1.0
}  # fmt: skip
"""What each feature of a sentence is worth, in log-odds: rounded from what `train/sentences.py` fits."""

SOFTNESS = 1.5
"""Log-odds are divided by this: many questions ask two things, and the fit knows only one right sentence."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence of an abstract: `text == passage[start:end]`, the `place`-th (from 0).

    `probability`: of its paper's sentences this one holds the answer, if any does. `coverage` is the share of the
    question's telling words (by rarity) that it has, `late` how well its tokens meet the question's (both 0..1).
    `shows`: it has such a thing in it as is asked for, or nothing certain is. `follows_on`: it goes on about the
    sentence before it. `is_aside`: it says where the code is, and nothing that is asked for.
    """

    place: int
    start: int
    end: int
    text: str
    probability: float
    coverage: float
    late: float
    shows: bool
    follows_on: bool
    is_aside: bool


@dataclass(frozen=True, slots=True)
class PaperSentences:
    """The sentences of evidence `n`, and what is known of the paper as a whole.

    `standing` is its score's place between the weakest paper of the evidence (0) and the best (1), `relevance`
    (about 0..1) says how near it is to the question whatever else was found, by any retriever. It is made of `meaning`,
    the cosine of its nearest sentence, `late`, how well its tokens meet the question's (0 where there are no token
    vectors), and `coverage`, the share of the question's words, by rarity, that title and abstract have.
    """

    n: int
    evidence: Evidence
    standing: float
    relevance: float
    meaning: float
    late: float
    coverage: float
    sentences: tuple[RankedSentence, ...]

    @property
    def likeliest(self) -> RankedSentence:
        """The sentence that most probably holds the answer."""
        return max(self.sentences, key=lambda sentence: sentence.probability)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question read against its evidence: `papers` in the order of the evidence, `weights` (stem → rarity) of its
    words, `unknown` those of its words that no paper of the library has, as written. `asked` is the question with its
    slips of the pen mended where no name can be meant by them.
    """

    question: StandaloneQuestion
    asked: str
    kind: QuestionType
    weights: Mapping[str, float]
    unknown: tuple[str, ...]
    papers: tuple[PaperSentences, ...]


def read(
    question: StandaloneQuestion, evidence: Sequence[Evidence], retrieval: "Retrieval", index: "PaperIndex"
) -> Reading:
    """Weighs every sentence of the evidence. Papers without text are left out."""
    # Slips of the pen are mended in what was searched; of a rewritten follow-up only the user's own words count.
    kind = classify(question.own_words if question.subject else retrieval.query)
    asked = retrieval.query if question.text.islower() and not question.subject else question.text
    weights, unknown = question_weights(question.text, evidence, index)
    ids = [one.paper_id for one in evidence]
    met = meet(retrieval.query, retrieval.tokens, encoded_papers(ids, index), index.sentence_vectors(ids))
    standing = standings(evidence)
    papers = []
    for one in evidence:
        sentences = weigh(kind, one, weights, met.get(one.paper_id))
        if not sentences:
            continue
        meaning, late = paper_scores(met.get(one.paper_id))
        coverage = covered(weights, set(stems(f"{one.title} {one.passage}")))
        relevance = 0.5 * meaning + 0.3 * late + 0.2 * coverage
        papers.append(PaperSentences(one.n, one, standing[one.n], relevance, meaning, late, coverage, sentences))
    return Reading(question, asked, kind, weights, unknown, tuple(papers))


def encoded_papers(ids: Sequence[str], index: "PaperIndex") -> "dict[str, list[Encoded]]":
    """Paper id → the token vectors of its passages, in order."""
    passages = index.passages(ids)
    tokens = index.token_vectors([passage.id for some in passages.values() for passage in some])
    return {id: [tokens[passage.id] for passage in some if passage.id in tokens] for id, some in passages.items()}


def standings(evidence: Sequence[Evidence]) -> dict[int, float]:
    """Evidence number → its score's place between the weakest (0) and the best (1)."""
    scores = [one.score for one in evidence]
    spread = max(scores, default=0.0) - min(scores, default=0.0)
    return {one.n: (one.score - min(scores)) / spread if spread else 1.0 for one in evidence}


def question_weights(
    question: str, evidence: Sequence[Evidence], index: "PaperIndex"
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Stem → rarity of the question's content words, and those words that no paper has.

    A word that no paper has is taken for the evidence's word of which it may be a misspelling, if there is one; a name
    (RetNet) is taken as it is (not for ResNet).
    """
    written = content_stems(question)
    rarities = {found: rarity_of(word, index) for found, word in written.items()}
    known = {word for one in evidence for word in stems(f"{one.title} {one.passage}")}
    highest = max((rarity for rarity in rarities.values() if rarity is not None), default=1.0)
    weights: dict[str, float] = {}
    unknown = []
    for found, rarity in rarities.items():
        meant: str | None = found
        if rarity is None:
            meant = None if is_name(written[found]) else nearest(found, known)
        if meant is None:
            unknown.append(written[found])
        meant = meant or found
        weights[meant] = max(weights.get(meant, 0.0), highest if rarity is None else rarity)
    return weights, tuple(unknown)


def rarity_of(word: str, index: "PaperIndex") -> float | None:
    """How rare a word is in the library, None when no paper has it.

    BM25 of the paper that it finds best: the same for all papers but for a factor of at most two, and higher the fewer
    papers have the word.
    """
    hits = index.search_words(word, 1)
    return hits[0][1] if hits else None


def weigh(
    kind: QuestionType, evidence: Evidence, weights: Mapping[str, float], met: Met | None
) -> tuple[RankedSentence, ...]:
    """The sentences of one paper with the probability of each; see `features_of_sentences` for what goes in."""
    spans = split_sentences(evidence.passage)
    features = features_of_sentences(kind, evidence, spans, weights, met)
    logits = [sum(weight * one[name] for name, weight in WEIGHTS.items()) / SOFTNESS for one in features]
    top = max(logits, default=0.0)
    total = sum(math.exp(logit - top) for logit in logits)
    return tuple(
        RankedSentence(
            place=place,
            start=start,
            end=end,
            text=evidence.passage[start:end],
            probability=math.exp(logit - top) / total,
            coverage=one["words"],
            late=one["late"],
            shows=one["wanted"] > 0 or not kind.wants,
            follows_on=bool(FOLLOWS_ON.search(evidence.passage[start:end])),
            is_aside=one["aside"] > 0 and not one["wanted"],
        )
        for place, ((start, end), one, logit) in enumerate(zip(spans, features, logits, strict=True))
    )
