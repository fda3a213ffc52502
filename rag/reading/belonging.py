"""Which of the papers that were found belong to the answer of a question for several: the reader's judgement."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from rag.reading.answerability import Judgement
from rag.reading.evidence_model import EvidenceScore, logistic
from rag.reading.excerpts import Reader, read_paper
from rag.reading.sentence_ranking import Reading

BELONGS = Path(__file__).parents[1] / "weights" / "belonging.json"
"""What each figure is worth, and from which probability on a paper is named, as `train/belonging.py` fitted them."""

MOST_READ = 48
"""Papers that may be read for one list: a second and a half of a processor's time where nearly all belong."""

IN_VAIN = 4
"""A list is read on until so many papers in a row don't belong. Papers come in the order of the search, so that what
follows belongs still less often."""

SURELY_BELONGS = 0.7
"""A question for several papers is answered where one belongs at least this surely."""


LONG = 0.6
"""A list is long where, by the fit that does not look there, even the last of the first papers belongs this surely: of
137 held-out questions with six papers at most one is taken for long."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Log-odds that a paper belongs: `bias` and what each feature adds; it is named from `least` on."""

    bias: float
    weights: Mapping[str, float]
    least: float

    def chance(self, features: Mapping[str, float]) -> float:
        return logistic(self.bias + sum(weight * features[name] for name, weight in self.weights.items()))


@dataclass(frozen=True, slots=True)
class BelongingFit:
    """`short` knows how far the last of the first `papers_read` lies behind the best: it mostly has nothing to do with
    the question. `long` does not: it is for lists so long that it has, and for few papers. `evidence_model` is the hash
    of the model that both were fitted with.
    """

    short: Weights
    long: Weights
    papers_read: int
    evidence_model: str


@cache
def load_belonging() -> BelongingFit:
    kept = json.loads(BELONGS.read_text("utf-8"))
    short, long = Weights(**kept.pop("short")), Weights(**kept.pop("long"))
    return BelongingFit(short, long, **kept)


def belonging_features(score: EvidenceScore, standing: float, last: float) -> dict[str, float]:
    """The figures of one paper that was read: what the reader finds, and how far the search finds it behind the best;
    `last` is the standing of the last of the first papers. Standings know no scale, so that any search will do."""
    return {"answerable": score.answerable, "behind": 1 - standing, "above": 1 - last}


def read_several(
    reading: Reading, reader: Reader, most: int, known: Mapping[int, EvidenceScore] = MappingProxyType({})
) -> dict[int, EvidenceScore]:
    """What the reader says of the `most` best papers, by their number; what is `known` is not read again."""
    scores = dict(known)
    for paper in reading.papers[:most]:
        if paper.n not in scores:
            scores[paper.n] = read_paper(reading.mended, paper, reader)
    return scores


def read_on(reading: Reading, reader: Reader, known: Mapping[int, EvidenceScore]) -> dict[int, EvidenceScore]:
    """What the reader says of the papers of a list: of the first ones, as many as the fit is made for, and then of
    the next as long as such come that belong."""
    scores = read_several(reading, reader, load_belonging().papers_read, known)
    for paper in reading.papers[load_belonging().papers_read : MOST_READ]:
        if not goes_on(reading, scores):
            break
        scores[paper.n] = read_paper(reading.mended, paper, reader)
    return scores


def goes_on(reading: Reading, scores: Mapping[int, EvidenceScore]) -> bool:
    """Whether one of the last papers that were read belongs, so that there may be more."""
    read = [paper.n for paper in reading.papers if paper.n in scores]
    return not set(read[-IN_VAIN:]).isdisjoint(those_that_belong(reading, scores))


def read_the_others(
    reading: Reading, judgement: Judgement, reader: Reader, refuse_below: float
) -> tuple[Reading, Judgement]:
    """The reading with the papers that belong marked, and the judgement after more papers were read.

    A paper that surely belongs answers the question, whatever the first ones say.
    """
    if not reading.papers:
        return reading, judgement
    scores = read_on(reading, reader, judgement.scores)
    chances, _ = belonging(reading, scores)
    named = those_that_belong(reading, scores)
    surest = max(chances.values())
    answerable = max(judgement.answerable, refuse_below if surest >= SURELY_BELONGS else 0.0)
    confidence = judgement.confidence
    if answerable >= refuse_below and confidence == "not in these abstracts":
        confidence = "partly answered"
    judged = replace(judgement, scores=scores, answerable=answerable, confidence=confidence)
    return replace(reading, belonging=tuple(named)), judged


def belonging(reading: Reading, scores: Mapping[int, EvidenceScore]) -> tuple[dict[int, float], float]:
    """Evidence number → the probability that the paper belongs, of those that were read, and from which on one is
    named."""
    fit = load_belonging()
    last = reading.papers[: fit.papers_read][-1]

    def chances(weights: Weights) -> dict[int, float]:
        read = [paper for paper in reading.papers if paper.n in scores]
        return {
            paper.n: weights.chance(belonging_features(scores[paper.n], paper.standing, last.standing))
            for paper in read
        }

    long = chances(fit.long)
    if len(reading.papers) < fit.papers_read or long.get(last.n, 0.0) >= LONG:
        return long, fit.long.least
    return chances(fit.short), fit.short.least


def those_that_belong(reading: Reading, scores: Mapping[int, EvidenceScore]) -> list[int]:
    """Their evidence numbers, the surest first."""
    if not scores:
        return []
    chances, least = belonging(reading, scores)
    ranked: Sequence[int] = sorted(chances, key=lambda n: -chances[n])
    return [n for n in ranked if chances[n] >= least]
