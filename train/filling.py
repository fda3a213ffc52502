"""Fills the braces of phrasings with what some fields hold, and writes as people do."""

import random
import re
from collections.abc import Sequence

from rag.text import without_markers
from rag.understanding import Tag
from train.fields import WrittenField

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
