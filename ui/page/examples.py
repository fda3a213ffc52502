"""Questions to begin and to go on with, made for the papers that are there."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten
from typing import TYPE_CHECKING

from index import fold_title

if TYPE_CHECKING:
    from index import PaperIndex
    from rag import Answer

SHIPPED = (
    ("2402.11307", "What AUC does ICHPro reach?"),
    ("2503.01586", "How does EliteKV shrink the KV cache?"),
    ("1906.04341", "What does BERT look at?"),
    ("2501.00663", "Which memory does Titans learn at test time?"),
)
"""A question on a paper of the shipped catalogue."""

NAMED = re.compile(r"^([A-Z][\w.+-]{2,24})\s*:")
ENOUGH = 4
LOOKED_AT = 500
FOLLOW_UPS = 3
CHIP_LENGTH = 80
"""Characters: two lines on a phone."""
TITLE_LENGTH = 48
"""Characters of a title within a chip."""
TITLE_WORDS = 4
"""What has fewer is a name."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A question on a button: what is read there, and what is asked."""

    label: str
    question: str

    @property
    def is_cut(self) -> bool:
        return self.label != self.question


def example_questions(index: "PaperIndex") -> list[Chip]:
    """Up to four questions that the index should be able to answer; none for an empty index."""
    found = [question for paper_id, question in SHIPPED if index.paper(paper_id)]
    if len(found) < ENOUGH:
        papers = index.all_papers()[:LOOKED_AT]
        names = [match[1] for paper in papers if (match := NAMED.match(paper.title))]
        found += [f"What does {name} propose?" for name in names]
        abouts = [
            Chip(f"What is “{shortened(paper.title)}” about?", f"What is “{paper.title}” about?") for paper in papers
        ]
        return [*(Chip(question, question) for question in found), *abouts][:ENOUGH]
    return [Chip(question, question) for question in found[:ENOUGH]]


def follow_ups(answer: "Answer") -> tuple[Chip, ...]:
    """What could be asked next: one of the choices that the answer leaves, else its suggestions, else questions about
    the papers it read.

    Of these at most three, each short enough to be read at a glance, and none that carries a title instead of a name.
    Of a choice the title of its paper is read, cut where it is long.
    """
    if answer.choices:
        return tuple(choice_of(choice, answer) for choice in answer.choices[:FOLLOW_UPS])
    titles = [source.title for source in answer.sources]
    found = [each for each in (*answer.suggestions, *about_names(answer)) if is_short(each, titles)]
    return tuple(Chip(each, each) for each in dict.fromkeys(found))[:FOLLOW_UPS]


def choice_of(choice: str, answer: "Answer") -> Chip:
    """The paper that is meant, by its title; the whole question where it names none that was read."""
    said = fold_title(choice)
    titles = [source.title for source in answer.sources if fold_title(source.title) in said]
    label = f"In “{shortened(max(titles, key=len))}”" if titles else shortened(choice, CHIP_LENGTH)
    return Chip(label, choice)


def shortened(text: str, most: int = TITLE_LENGTH) -> str:
    """`text`, or as many of its first words as fit."""
    return shorten(text, most, placeholder=" …")


def about_names(answer: "Answer") -> Iterable[str]:
    """Questions about the papers that have a name before a colon, if there are no suggestions."""
    if answer.suggestions:
        return
    names = {source.n: match[1] for source in answer.sources if (match := NAMED.match(source.title))}
    cited = [names[source.n] for source in answer.sources if source.cited and source.n in names]
    others = [names[source.n] for source in answer.sources if not source.cited and source.n in names]
    if len(cited) > 1 and not answer.abstained:
        yield f"How do {cited[0]} and {cited[1]} differ?"
    yield from (f"What does {name} propose?" for name in (*others, *cited) if name not in answer.question)


def is_short(suggestion: str, titles: Iterable[str]) -> bool:
    """Whether it fits on a chip, and names papers by name: not by a title, nor by one before its colon, nor cut."""
    said = f" {fold_title(suggestion)} "
    wholes = {fold_title(part) for title in titles for part in (title, title.partition(":")[0])}
    carried = any(len(whole.split()) >= TITLE_WORDS and f" {whole} " in said for whole in wholes)
    return len(suggestion) <= CHIP_LENGTH and "…" not in suggestion and not carried
