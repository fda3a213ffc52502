"""The examples that `plan.py` learns from: plan-questions.txt, filled; the questions of `fields/`; those on a paper."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from index import Span
from rag.text import without_markers
from rag.understanding import BY_KIND, Asks, Kind, Tag
from train.field_questions import HELD_OUT
from train.fields import WrittenField, read_fields
from train.filling import Filling, Spans
from train.offtopic import OFF_TOPIC

HERE = Path(__file__).resolve().parent
PHRASINGS = HERE / "plan-questions.txt"
FIELDS = HERE / "fields"

FILLS = 3
"""Times a phrasing with braces is filled from the fields that are learned from; a third of that from those held out."""

OF_A_FIELD = 24
"""Questions on single papers that are taken of each field: there are far more of them than of others."""

ON_PAPERS = {"invented-a": 600, "questions-a": 350, "questions-b": 500}
"""Files of questions on one paper each, and how many are taken; the first is in the manner of machine learning."""
HELD_OUT_COLLECTIONS = frozenset({"cisi", "cran"})
"""Library science and aerodynamics: of these none is learned from."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question, what it is ("" where that is not known; `asks` of the record), the talk before it (question, answer).

    `spans` are the words that name something, None where that is not known; `phrasing` is what it shares with others,
    `group` the heading under which that stands ("" for none).
    """

    text: str
    kind: Kind | str
    phrasing: str
    is_held_out: bool
    asks: Asks | str = ""
    spans: Spans | None = None
    talk: tuple[str, ...] = ()
    leans: bool = False
    group: str = ""


def parts_of(offsets: Sequence[Span], spans: Spans) -> list[Tag]:
    """The tag of each token."""
    return [next((tag for tag, left, right in spans if left <= start < right), "other") for start, _ in offsets]


def examples() -> list[Example]:
    every = read_fields(FIELDS)
    chance = random.Random(0)
    found: list[Example] = []
    for held_out in (False, True):
        fields = [one for one in every if (one.name in HELD_OUT) == held_out]
        filling = Filling(fields, chance)
        found += of_phrasings(filling, held_out, FILLS // 3 if held_out else FILLS)
        found += of_fields(fields, filling, held_out)
    found += of_papers()
    # What no paper answers is asked as a fact, and not of the program, however it begins.
    found += 4 * [Example(text, "fact", text, bool(number % 2)) for number, text in enumerate(OFF_TOPIC)]
    return found


# -- phrasings --------------------------------------------------------------------------------------------------------


def of_phrasings(filling: Filling, held_out: bool, times: int) -> Iterator[Example]:
    group = ""
    for line in PHRASINGS.read_text("utf-8").splitlines():
        if line.startswith("== "):
            group = line.removeprefix("== ")
            continue
        if not line.strip() or line.startswith("#"):
            continue
        head, _, phrasing = line.partition(": ")
        kind, _, asks = head.rstrip("+-").partition(" ")
        if kind not in get_args(Kind) or (asks and asks not in BY_KIND[kind]):
            raise ValueError(f"{PHRASINGS.name}: {line}")
        leans = head.endswith("+")
        is_after_a_talk = head.endswith(("+", "-"))
        # A line that is added later changes nothing in what the others are filled with.
        filling.chance.seed(phrasing)
        for _ in range(times if "{" in phrasing else 1 if held_out else 2):
            text, spans = filling.fill(phrasing, kind)
            text, spans = filling.vary(text, spans)
            # A greeting or thanks is what it is, with or without a talk.
            talk = (
                filling.talk()
                if is_after_a_talk or (kind not in ("small_talk", "help") and filling.chance.random() < 0.4)
                else ()
            )
            # Under a heading, what stands alone without braces names a subject of its own, unmarked.
            is_marked = spans or leans or not group or kind in ("small_talk", "help", "record")
            known = spans if is_marked else None
            yield Example(text, kind, phrasing, held_out, asks, known, talk, leans, group)


# -- questions on one paper -------------------------------------------------------------------------------------------


def of_papers() -> Iterator[Example]:
    """Questions to one abstract, whether it answers them or not: facts, papers to find, keywords."""
    for name, count in ON_PAPERS.items():
        file = HERE / (f"{name}-questions.jsonl" if name.startswith("invented") else f"{name}.jsonl")
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        for row in random.Random(name).sample(rows, count):
            kind = row["kind"] if row["kind"] in ("find", "keyword") else "fact"
            is_held_out = row["doc"].partition(":")[0] in HELD_OUT_COLLECTIONS
            yield Example(row["question"], kind, row["question"], is_held_out)


# -- the fields' own questions ----------------------------------------------------------------------------------------


def of_fields(fields: Sequence[WrittenField], filling: Filling, held_out: bool) -> Iterator[Example]:
    chance = filling.chance
    for field in fields:
        chance.seed(field.name)
        facts: list[Example] = []
        alone: list[Example] = []
        for paper in field.papers.values():
            for question in paper.questions:
                kind = question.kind.partition(" ")[0]
                if kind in ("find", "keyword"):
                    if chance.random() < 0.35:
                        continue
                    whole: Spans = (("topic", 0, len(question.text)),)
                    spans = whole if kind == "keyword" else None
                    alone.append(Example(question.text, kind, question.text, held_out, "", spans))
                else:
                    facts.append(Example(question.text, "fact", question.text, held_out))
            for talk in paper.talks:
                before = (talk.turns[-2], without_markers(talk.turns[-1]))
                leans = talk.kind != "turn"
                if leans and chance.random() < 0.4:
                    continue
                yield Example(talk.question, "fact" * leans, talk.question, held_out, "", None, before, leans)
                if leans and chance.random() < 0.4:
                    alone.append(Example(talk.standalone, "fact", talk.question, held_out))
        for asked in field.questions:
            if asked.kind == "underspecified":
                yield Example(asked.text, "fact", asked.text, held_out, "", None, filling.talk(), True)
            else:
                kind = "fact" if asked.kind == "absent" else asked.kind
                alone.append(Example(asked.text, kind, asked.text, held_out))
        yield from chance.sample(facts, OF_A_FIELD)
        for example in alone:
            yield replace(example, talk=filling.talk()) if chance.random() < 0.4 else example
