"""Which sentences of the evidence answer the question: by words, by meaning, by what the evidence model says."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answer import Evidence
from rag.reading.cues import FOLLOWS_ON
from rag.reading.evidence_model import EvidenceScore
from rag.reading.sentence_features import (
    SplitEvidence,
    TokenMatches,
    covered,
    features_of_sentences,
    match_tokens,
    paper_matches,
    split_evidence,
)
from rag.text import are_named, content_stems, is_name, nearest
from rag.understanding import Kind, StandaloneQuestion

if TYPE_CHECKING:
    from index import PaperIndex
    from rag.search import Retrieval

SENTENCE_WEIGHTS: Mapping[str, float] = {
    "words": 1.6, "late": 19.0, "meaning": 5.7, "aside": -1.3, "opening": -1.7
}  # fmt: skip
"""What each feature of a sentence is worth, in log-odds: rounded from what `train/sentences.py` fits."""

SUPPORT_WEIGHT = 0.7
"""The same for the log-odds, by the evidence model, that the sentence holds the answer: `train/refusal.py` on three
fields that neither has seen. The first sentence is right for .678 of 490 questions without it, .686 by it alone, .735
with it. Telling by words what kind of thing is asked for (a figure, a cause, a data set) added nothing: .733 of 558
with, .735 without."""

READER_WEIGHT = 0.1
"""Of the evidence model's logits beside the score of a search. 328 questions on those fields have their paper among the
first three: the first found is the right one for .851, the best by both for .866."""

SURELY = 0.005
"""The evidence model is taken to be no surer of a sentence than this."""

SOFTNESS = 1.5
"""Log-odds are divided by this: many questions ask two things, and the fit knows only one right sentence."""


Rarity = Callable[[str], float | None]
"""How rare a word is in the library, None when no paper has it: `PaperIndex.rarity`."""


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence of an abstract: `text == passage[start:end]`, the `place`-th (from 0).

    `probability`: of its paper's sentences this one holds the answer, if any does; `log_odds` is what it comes from.
    `follows_on`: it goes on about the sentence before it. `is_aside`: it says where the code is, and nothing that is
    asked for. `support`: the log-odds, by the evidence model, that it holds the answer; 0 where that has not read it.
    """

    place: int
    start: int
    end: int
    text: str
    log_odds: float
    probability: float
    follows_on: bool
    is_aside: bool
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class PaperSentences:
    """The sentences of evidence `n`, and what is known of the paper as a whole.

    `standing` is its score's place between the weakest paper of the evidence (0) and the best (1), `relevance`
    (about 0..1) says how near it is to the question whatever else was found, by any retriever. `is_named`: the question
    calls it by its name or its title. `read_score` is its score with what the evidence model says of it; None where
    that has not read it.
    """

    n: int
    evidence: Evidence
    standing: float
    relevance: float
    is_named: bool
    sentences: tuple[RankedSentence, ...]
    read_score: float | None = None

    @property
    def likeliest(self) -> RankedSentence:
        """The sentence that most probably holds the answer."""
        return max(self.sentences, key=lambda sentence: sentence.probability)

    def read_by(self, score: EvidenceScore) -> "PaperSentences":
        """The same with what the evidence model says of each sentence."""
        support = {one.start: support_log_odds(one.score) for one in score.sentences}
        read = [replace(one, support=support.get(one.start, 0.0)) for one in self.sentences]
        found = [one.log_odds + SUPPORT_WEIGHT * one.support for one in read]
        sentences = tuple(
            replace(one, log_odds=odds, probability=share, is_aside=one.is_aside and one.support <= 0)
            for one, odds, share in zip(read, found, shares(found), strict=True)
        )
        read_score = self.evidence.score + READER_WEIGHT * (score.answerable + score.relevance)
        return replace(self, sentences=sentences, read_score=read_score)


@dataclass(frozen=True, slots=True)
class PaperGroup:
    """Papers of an overview that are about the same, by their numbers, and what that is called."""

    name: str
    papers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A question read against its evidence: `papers` in the order of the evidence. `mended` is the question with its
    slips of the pen mended where no name can be meant by them. `vagueness` is 0 when a word of it is in one paper of
    the library at most, and nears 1 the more papers have each of its words. `belonging` are the numbers of the papers
    that belong to the answer of a question for several, the surest first; empty where it was not judged. `groups` are
    these in groups (`groups.py`), `sides` the places of the sentences that tell of each paper compared (`sides.py`).
    """

    question: StandaloneQuestion
    mended: str
    form: Kind
    papers: tuple[PaperSentences, ...]
    vagueness: float = 0.0
    belonging: tuple[int, ...] = ()
    groups: tuple[PaperGroup, ...] = ()
    sides: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def read_by(self, scores: Mapping[int, EvidenceScore]) -> "Reading":
        """The same with what the evidence model says of the sentences of papers that it read, by their number."""
        papers = tuple(paper.read_by(scores[paper.n]) if paper.n in scores else paper for paper in self.papers)
        return replace(self, papers=papers)


def read_evidence(
    question: StandaloneQuestion, evidence: Sequence[Evidence], retrieval: "Retrieval", index: "PaperIndex"
) -> Reading:
    """Weighs every sentence of the evidence, which `retrieval` found in `index`. Papers without text are left out."""
    # Slips of the pen are mended in what was searched.
    mended = retrieval.query if question.text.islower() and not question.subject else question.text
    split = split_evidence(evidence)
    weights = question_weights(question.text, split, index.rarity)
    matches = match_tokens(retrieval.query, retrieval.tokens, [one.content for one in retrieval.candidates])
    standing = standings(evidence)
    named = are_named([(one.title, one.passage) for one in evidence], question.own_words)
    papers = []
    for one, is_named in zip(split, named, strict=True):
        matched = matches.get(one.evidence.paper_id)
        if sentences := rank_sentences(one, weights, matched):
            relevance = relevance_of(one, weights, matched)
            n = one.evidence.n
            papers.append(PaperSentences(n, one.evidence, standing[n], relevance, is_named, sentences))
    vagueness = vagueness_of(question.text, index) if len(evidence) > 1 else 0.0
    return Reading(question, mended, question.kind, tuple(papers), vagueness)


def vagueness_of(question: str, index: "PaperIndex") -> float:
    rarities = [index.rarity(word) for word in content_stems(question).values()]
    if not rarities:
        return 1.0
    if None in rarities:
        return 0.0
    of_one_paper = math.log(1 + (index.count() - 0.5) / 1.5)
    return max(0.0, 1 - max(filter(None, rarities), default=0.0) / of_one_paper)


def relevance_of(split: SplitEvidence, weights: Mapping[str, float], matches: TokenMatches | None) -> float:
    """How near the paper is to the question: by its nearest sentence, by its tokens, and by the share of the question's
    words, by rarity, that title and abstract have."""
    meaning, late = paper_matches(matches)
    return 0.5 * meaning + 0.3 * late + 0.2 * covered(weights, split.stems)


def standings(evidence: Sequence[Evidence]) -> dict[int, float]:
    """Evidence number → its score's place between the weakest (0) and the best (1)."""
    scores = [one.score for one in evidence]
    spread = max(scores, default=0.0) - min(scores, default=0.0)
    return {one.n: (one.score - min(scores)) / spread if spread else 1.0 for one in evidence}


def question_weights(question: str, evidence: Sequence[SplitEvidence], rarity: Rarity) -> dict[str, float]:
    """Stem → rarity of the question's content words.

    A word that no paper has is taken for the evidence's word of which it may be a misspelling, if there is one; a name
    (RetNet) is taken as it is (not for ResNet).
    """
    words = content_stems(question)
    rarities = {stem: rarity(word) for stem, word in words.items()}
    in_evidence = {stem for one in evidence for stem in one.stems}
    highest = max((value for value in rarities.values() if value is not None), default=1.0)
    weights: dict[str, float] = {}
    for stem, value in rarities.items():
        is_unknown = value is None and not is_name(words[stem])
        meant = (nearest(stem, in_evidence) if is_unknown else None) or stem
        weights[meant] = max(weights.get(meant, 0.0), highest if value is None else value)
    return weights


def rank_sentences(
    split: SplitEvidence, weights: Mapping[str, float], matches: TokenMatches | None
) -> tuple[RankedSentence, ...]:
    """The sentences of one paper with the probability of each; see `features_of_sentences` for what goes in."""
    features = features_of_sentences(split, weights, matches)
    logits = [sum(weight * one[name] for name, weight in SENTENCE_WEIGHTS.items()) / SOFTNESS for one in features]
    return tuple(
        RankedSentence(
            place=place,
            start=sentence.start,
            end=sentence.end,
            text=sentence.text,
            log_odds=logit,
            probability=share,
            follows_on=bool(FOLLOWS_ON.search(sentence.text)),
            is_aside=one["aside"] > 0,
        )
        for place, (sentence, one, logit, share) in enumerate(
            zip(split.sentences, features, logits, shares(logits), strict=True)
        )
    )


def shares(logits: Sequence[float]) -> list[float]:
    """Probabilities that sum to 1."""
    top = max(logits, default=0.0)
    odds = [math.exp(logit - top) for logit in logits]
    return [one / sum(odds) for one in odds]


def support_log_odds(score: float) -> float:
    within = min(max(score, SURELY), 1 - SURELY)
    return math.log(within / (1 - within))
