"""What a question sets side by side, and the sentences that tell the same of each side."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.reading.excerpts import Reader
from rag.reading.sentence_ranking import PaperSentences, Reading
from rag.text import fold_words, label

AND = re.compile(r",? (?:and|with|versus|vs\.?|as) |, ", re.IGNORECASE)

ASPECTS = ("How does {name} work?", "What result does {name} reach?")
"""What is told of each side besides what was asked: each costs a reading of the abstract a side."""

MOST_SIDES = 4

TOLD = 0.5
"""The evidence model's share from which on a sentence tells of an aspect: even odds."""


def called(question: str, papers: Sequence[PaperSentences]) -> list[PaperSentences]:
    """For each thing that the question sets side by side (attention sorting, focus directions) the paper on it."""
    chosen = []
    for thing in AND.split(question.rstrip("?. ")):
        words = " ".join(fold_words(thing).split()[-2:])
        counts = [fold_words(f"{one.evidence.title} {one.evidence.passage}").count(words) for one in papers]
        if " " in words and max(counts) > 1:
            chosen.append(papers[counts.index(max(counts))])
    return list(dict.fromkeys(chosen)) if len(chosen) > 1 else []


def read_sides(reading: Reading, reader: Reader) -> Reading:
    """The reading with the sentences that tell of each side of a comparison; of other questions as it is."""
    if reading.form != "compare" or not reading.papers:
        return reading
    named = [paper for paper in reading.papers if paper.is_named]
    sides = named if len(named) > 1 else called(reading.question.text, reading.papers)
    told: Mapping[int, tuple[int, ...]] = {paper.n: places_told(paper, reader) for paper in sides[:MOST_SIDES]}
    return replace(reading, sides=told if len(told) > 1 else {})


def places_told(paper: PaperSentences, reader: Reader) -> tuple[int, ...]:
    """The places of what answers the question and of what tells of each aspect, in the order of the abstract."""
    by_start = {one.start: one.place for one in paper.sentences}
    places = {paper.likeliest.place}
    for aspect in ASPECTS:
        asked = aspect.format(name=label(paper.evidence.title, paper.evidence.passage))
        (score,) = reader.score(asked, [(paper.evidence.title, paper.evidence.passage)])
        best = max(score.sentences, key=lambda one: one.score, default=None)
        if best and best.score >= TOLD and best.start in by_start:
            places.add(by_start[best.start])
    return tuple(sorted(places))
