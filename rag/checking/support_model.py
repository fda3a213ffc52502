"""Does a passage bear a claim out? A small cross-encoder that reads both together, and says where it stands.

It ships with the product (`rag/weights/support-card.md` says what it was trained on and how well it does) and needs no
network. Figures, units, signs and names are not left to it: see `quantities` and `support`.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Any, Protocol

from index import PaperchatError, Span, split_sentences
from rag.answer import Evidence
from rag.reading import EvidenceModel, EvidenceScore, logistic
from rag.text import content_stems

FACTS = "support.json"
CARRIES = 0.35
"""A sentence with this share in the claim belongs to what the claim rests on."""
MOST_CARRYING = 3
"""Sentences that carry a claim: it rests on one or two."""
READ = 10
"""Sentences of a longer abstract that are read, those that hold most of the claim's words: of held-out claims .755 are
told apart (AUC) with eight, .764 with all, at three quarters of the time."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Logits, read off held-out claims: from `supported` on a claim stands, from `sure` on it needs no second opinion;
    one that does not stand is contradicted from `contradicted` on, else the passage says too little."""

    supported: float
    sure: float
    contradicted: float


@dataclass(frozen=True, slots=True)
class ClaimReading:
    """What passages are worth to a claim, as logits, and the sentences of the first one that carry it."""

    supported: float
    contradicted: float
    span: Span | None = None


class ClaimReader(Protocol):
    """Reads a claim against the passages that it cites together."""

    @property
    def cuts(self) -> Cuts: ...

    def read(self, claim: str, evidence: Sequence[Evidence]) -> ClaimReading: ...


class SupportModel(EvidenceModel):
    """The model, read from its files when it is first asked something. Safe to share between threads."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """What support.json says: the model's file, its hash, its cuts. Raises PaperchatError without it."""
        try:
            facts: dict[str, Any] = json.loads((self._models / FACTS).read_text("utf-8"))
        except FileNotFoundError as error:
            raise PaperchatError(f"The support check is missing: {error.filename}. Install paperchat again.") from None
        return facts

    @cached_property
    def cuts(self) -> Cuts:
        return Cuts(**self.facts["settings"]["cuts"])

    def read(self, claim: str, evidence: Sequence[Evidence]) -> ClaimReading:
        """The best of each passage alone and, where there are several, of what carries the claim in all of them."""
        alone = [self.read_one(claim, one.title, one.passage) for one in evidence]
        best = max((reading for reading, _ in alone), key=lambda reading: reading.supported)
        if len(evidence) > 1:
            first, *others = zip(evidence, (parts for _, parts in alone), strict=True)
            text = " ".join([first[1], *(f"{one.title}. {part}" for one, part in others)])
            together = self.score(claim, [(first[0].title, text)])[0]
            if together.answerable > best.supported:
                best = ClaimReading(together.answerable, together.relevance)
        return ClaimReading(best.supported, best.contradicted, alone[0][0].span)

    def read_one(self, claim: str, title: str, passage: str) -> tuple[ClaimReading, str]:
        """The passage, or the sentences of it that the claim is about; and the text of what carries the claim."""
        shown = excerpt(claim, passage)
        score = self.score(claim, [(title, " ".join(passage[start:end] for start, end in shown))])[0]
        places = carrying(shown, score)
        text = " ".join(passage[start:end] for start, end in sorted(places))
        return ClaimReading(score.answerable, score.relevance, span_of(places, split_sentences(passage))), text


def excerpt(claim: str, passage: str) -> list[Span]:
    """The sentences to read, in order: all, or the `READ` that have most of the claim's words, the rarer the better."""
    spans = split_sentences(passage)
    if len(spans) <= READ:
        return spans
    words = [content_stems(passage[start:end]).keys() for start, end in spans]
    held = Counter(chain.from_iterable(words))
    wanted = content_stems(claim).keys()
    worth = [sum(1 / held[word] for word in some & wanted) for some in words]
    best = sorted(range(len(spans)), key=lambda place: -worth[place])[:READ]
    return [spans[place] for place in sorted(best)]


def carrying(shown: Sequence[Span], score: EvidenceScore) -> list[Span]:
    """The sentences that the claim rests on, the surest first: the best one, and others that come near it."""
    shares: dict[Span, float] = dict.fromkeys(shown, 0.0)
    begin = 0
    for start, end in shown:
        # The model may divide a sentence where, in its abstract, none ends.
        length = end - start + 1
        inside = [part.score for part in score.sentences if begin <= part.start < begin + length]
        shares[start, end] = max(inside, default=0.0)
        begin += length
    ranked = sorted(shown, key=lambda span: -shares[span])
    return [span for place, span in enumerate(ranked) if place == 0 or shares[span] >= CARRIES][:MOST_CARRYING]


def span_of(places: Sequence[Span], sentences: Sequence[Span]) -> Span | None:
    """From the first to the last of the places where they follow each other, else the surest."""
    if not places:
        return None
    first, last = min(places), max(places)
    between = [one for one in sentences if first <= one <= last]
    return (first[0], last[1]) if len(between) == len(places) else places[0]


@cache
def shipped() -> SupportModel:
    """The model that ships, one for the whole program."""
    return SupportModel()


def as_figure(reading: ClaimReading, cuts: Cuts) -> float:
    """The reading as a figure of 0..1 that is .5 at the cut."""
    return logistic(reading.supported - cuts.supported)
