"""The examples that `plan.py` learns from: plan-questions.txt, filled; the questions of `fields/`; those on a paper."""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from index import Span
from rag.text import without_markers
from rag.understanding import BY_KIND, Asks, Kind, Tag
from train.field_questions import HELD_OUT
from train.fields import WrittenField, read_fields
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

SLOTS: dict[str, Tag] = {
    "topic": "topic",
    "title": "topic",
    "a": "side",
    "b": "side",
    "except": "except",
    "word": "topic",
    "word2": "topic",
    "name": "topic",
    "name2": "topic",
    "author": "person",
    "surname": "person",
    "other": "person",
    "journal": "journal",
}
"""What fills a brace → the tag of its words. Years and ids have none: they are found by their form."""

Spans = tuple[tuple[Tag, int, int], ...]


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


def of_phrasings(filling: "Filling", held_out: bool, times: int) -> Iterator[Example]:
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


class Filling:
    """Fills braces with what some fields hold, and writes as people do."""

    def __init__(self, fields: Sequence[WrittenField], chance: random.Random) -> None:
        papers = [paper for field in fields for paper in field.papers.values()]
        self.chance = chance
        self.titles = [paper.title for paper in papers]
        self.subjects = sorted({paper.record["subject"] for paper in papers if "subject" in paper.record})
        self.authors = sorted(
            {name.strip() for paper in papers for name in paper.record.get("authors", "").split(";") if name.strip()}
        )
        self.journals = sorted({paper.record["journal"] for paper in papers if "journal" in paper.record})
        self.keywords = [one.text for paper in papers for one in paper.questions if one.kind == "keyword"]
        said = [claim.text.rstrip(".") for paper in papers for claim in paper.claims if claim.is_true]
        self.claims = [claim[:1].lower() + claim[1:] for claim in said]
        self.talks = [talk for paper in papers for talk in paper.talks]
        self.words = sorted({word for title in self.titles for word in re.findall(r"[a-z]{5,}", title)})

    def talk(self) -> tuple[str, str]:
        turns = self.chance.choice(self.talks).turns
        return turns[-2], without_markers(turns[-1])

    def fill(self, phrasing: str, kind: str) -> tuple[str, Spans]:
        text, spans, end = "", [], 0
        for brace in re.finditer(r"\{(\w+)\}", phrasing):
            text += phrasing[end : brace.start()]
            value = self.value(brace[1])
            if brace[1] in SLOTS:
                tag = "side" if brace[1] in ("name", "name2") and kind == "compare" else SLOTS[brace[1]]
                spans.append((tag, len(text), len(text) + len(value)))
            text, end = text + value, brace.end()
        return text + phrasing[end:], tuple(spans)

    def value(self, slot: str) -> str:
        pick = self.chance.choice
        match slot:
            case "author" | "other":
                return pick(self.authors)
            case "surname":
                return pick(self.authors).split()[-1]
            case "year":
                return str(self.chance.randint(1960, 2015))
            case "later":
                return str(self.chance.randint(2016, 2026))
            case "word" | "word2":
                return pick(self.words)
            case "name" | "name2":
                return self.name()
            case "claim":
                return pick(self.claims)
            case "journal":
                return pick(self.journals)
            case "id":
                return self.id()
            case "title":
                title = pick(self.titles)
                return pick((title, title.partition(":")[0], title.rstrip(".").lower()))
            case "except":
                surname = pick(self.authors).split()[-1]
                return pick(
                    (
                        pick(self.titles).partition(":")[0],
                        self.topic(),
                        f"the {self.topic()} paper",
                        f"the one by {surname}",
                    )
                )
        return self.topic()

    def topic(self) -> str:
        """A subject as short as one word or as long as a title."""
        subject = self.chance.choice(self.subjects)
        kind = self.chance.randrange(6)
        if kind == 0:
            return self.chance.choice(subject.split(" and "))
        if kind == 1:
            return " ".join(self.chance.choice(self.keywords).split()[: self.chance.randint(1, 3)])
        if kind == 2:
            return self.chance.choice(self.words)
        if kind == 3:
            title = self.chance.choice(self.titles).partition(":")[0]
            return title[:1].lower() + title[1:]
        if kind == 4:
            return f"{self.chance.choice(self.words)} {self.chance.choice(self.words)}"
        return subject

    def name(self) -> str:
        """As authors name what they made: HedgeNet, MORT, Glare-2."""
        one, other = self.chance.choice(self.words), self.chance.choice(self.words)
        short = one[:5].capitalize()
        made = (
            f"{short}{other[:3].capitalize()}",
            f"{short}Net",
            one[:4].upper(),
            f"{short}-{self.chance.randint(2, 9)}",
            short,
        )
        return self.chance.choice(made)

    def id(self) -> str:
        digits = lambda n: "".join(self.chance.choice("0123456789") for _ in range(n))  # noqa: E731
        surname = self.chance.choice(self.authors).split()[-1]
        return self.chance.choice(
            (
                f"10.{digits(4)}/{self.chance.choice(('j.', '', 's', 'x'))}{digits(7)}",
                f"10.{digits(4)}/{surname[:3].upper()}{digits(5)}",
                f"https://doi.org/10.{digits(4)}/{digits(6)}.{digits(3)}",
                f"{digits(4)}.{digits(5)}",
                f"arXiv:{digits(4)}.{digits(4)}",
                f"pmid{digits(8)}",
                f"PMID {digits(7)}",
                f"W{digits(10)}",
                f"{surname.lower()}{self.chance.randint(1970, 2025)}",
            )
        )

    def vary(self, text: str, spans: Spans) -> tuple[str, Spans]:
        """Without its question mark, in lower case, with a slip; slips keep the length, so that the spans stay."""
        chance = self.chance
        if text.endswith("?") and chance.random() < 0.4:
            text = text[:-1]
        elif text.isascii() and text[-1:].isalnum() and chance.random() < 0.15:
            text += chance.choice("?.")
        roll = chance.random()
        if roll < 0.25:
            text = text.lower()
        elif roll < 0.45:
            text = text[:1].upper() + text[1:]
        if len(text) > 12 and chance.random() < 0.12:
            at = chance.randrange(1, len(text) - 2)
            if text[at : at + 2].isalpha():
                text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        end = len(text)
        return text, tuple((tag, start, min(stop, end)) for tag, start, stop in spans if start < end)


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
