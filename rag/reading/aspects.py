"""What is asked of one paper in general: its method, its sample, its main result. Told and found by learned heads.

`What method was used?` names no subject, so that how near a paper is to it says nothing. Where one paper alone is
asked, a head tells which aspect is meant, and another, together with the evidence model, which sentence tells of it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.reading.answerability import Judgement, confidence_of
from rag.reading.evidence_model import logistic
from rag.reading.excerpts import Reader
from rag.reading.sentence_ranking import Reading, shares, support_log_odds
from rag.settings import RagSettings

ASPECTS = Path(__file__).parents[1] / "weights" / "aspects.json"
"""What each head has learned, as `train/aspects.py` fitted it."""

NOT_TOLD = "Its abstract does not say it."

MEANT = 0.5
"""From this probability on a question is taken for one about an aspect."""

Vector = NDArray[np.floating[Any]]


class Encoder(Protocol):
    """The packaged embedding."""

    def __call__(self, text: str) -> Vector: ...


@dataclass(frozen=True, slots=True)
class Head:
    """Log-odds: `bias` and what each number of a vector adds."""

    weights: tuple[float, ...]
    bias: float

    def log_odds(self, vector: Sequence[float] | Vector) -> float:
        return float(np.dot(self.weights, vector)) + self.bias


@dataclass(frozen=True, slots=True)
class Aspect:
    """`asked` tells questions about it, `told` sentences that tell of it; `question` is what the evidence model is
    asked, whose log-odds count `support` times. A paper tells of it whose best sentence has at least `least` log-odds.
    """

    name: str
    question: str
    asked: Head
    told: Head
    support: float
    least: float


@cache
def load_aspects() -> tuple[Aspect, ...]:
    kept = json.loads(ASPECTS.read_text("utf-8"))["aspects"]
    return tuple(
        Aspect(name, each["question"], as_head(each["asked"]), as_head(each["told"]), each["support"], each["least"])
        for name, each in kept.items()
    )


def as_head(kept: Mapping[str, Any]) -> Head:
    return Head(tuple(kept["weights"]), kept["bias"])


def aspect_asked(question: str, encode: Encoder) -> Aspect | None:
    """The aspect that is asked for; None where it is something particular."""
    vector = encode(question)
    odds = {aspect.name: aspect.asked.log_odds(vector) for aspect in load_aspects()}
    likeliest = max(load_aspects(), key=lambda aspect: odds[aspect.name])
    return likeliest if logistic(odds[likeliest.name]) >= MEANT else None


def aspect_features(vector: Vector, place: int, count: int) -> list[float]:
    """What a sentence is judged by: its vector, where in the abstract it stands, whether it begins or ends it."""
    return [*map(float, vector), place / max(count - 1, 1), float(place == 0), float(place == count - 1)]


def judge_aspect(
    aspect: Aspect, reading: Reading, reader: Reader, encode: Encoder, settings: RagSettings
) -> tuple[Reading, Judgement]:
    """The reading of the one paper with its sentences as they tell of the aspect, and whether any does.

    The whole abstract is read, however near its sentences are to the words of the question.
    """
    (paper,) = reading.papers
    (score,) = reader.score(aspect.question, [(paper.evidence.title, paper.evidence.passage)])
    support = {one.start: one.score for one in score.sentences}
    count = len(paper.sentences)
    odds = [
        aspect.told.log_odds(aspect_features(encode(one.text), one.place, count))
        + aspect.support * support_log_odds(support.get(one.start, 0.0))
        for one in paper.sentences
    ]
    sentences = tuple(
        replace(one, log_odds=each, probability=share, is_aside=False)
        for one, each, share in zip(paper.sentences, odds, shares(odds), strict=True)
    )
    figure = logistic(max(odds) - aspect.least)
    judgement = Judgement(
        answerable=figure,
        confidence=confidence_of(figure, settings.refuse_below),
        reason="" if figure >= settings.refuse_below else NOT_TOLD,
        scores={paper.n: score},
    )
    return replace(reading, papers=(replace(paper, sentences=sentences),)), judgement
