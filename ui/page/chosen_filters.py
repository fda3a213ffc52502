"""What narrows the next question, as chips that can be taken away one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag import Answer, Filters


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows: `kind` and `value` say which, `label` is read."""

    kind: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader set in the options; years are None where open."""

    first: int | None = None
    last: int | None = None
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Narrowing":
        """From what the fields hold: from year, to year, topics, authors."""
        first, last, topics, authors = values
        return cls(
            int(first) if first else None,
            int(last) if last else None,
            tuple(map(str, topics or ())),
            tuple(map(str, authors or ())),
        )

    @property
    def problem(self) -> str:
        """Why nothing can pass, or ""."""
        if self.first and self.last and self.first > self.last:
            return f"No year is from {self.first} to {self.last}: the first year must not come after the last."
        return ""

    def chips(self) -> list[Chip]:
        found = []
        if self.first and self.first == self.last:
            found.append(Chip("years", "", str(self.first)))
        else:
            found += [Chip("first", "", f"from {self.first}")] if self.first else []
            found += [Chip("last", "", f"to {self.last}")] if self.last else []
        found += [Chip("topic", topic, topic) for topic in self.topics]
        return found + [Chip("author", author, f"by {author}") for author in self.authors]

    def without(self, kind: str, value: str) -> "Narrowing":
        """What is left when one chip is taken away; an unknown one changes nothing."""
        return Narrowing(
            None if kind in ("first", "years") else self.first,
            None if kind in ("last", "years") else self.last,
            tuple(each for each in self.topics if (kind, value) != ("topic", each)),
            tuple(each for each in self.authors if (kind, value) != ("author", each)),
        )

    def fields(self) -> tuple[str, str, list[str], list[str]]:
        """What the fields hold; the inverse of `of`."""
        return str(self.first or ""), str(self.last or ""), list(self.topics), list(self.authors)

    def as_filters(self, only: tuple[str, ...] = ()) -> Filters:
        """`only` are the ids of the papers that alone are asked."""
        return Filters((self.first, self.last), self.topics, self.authors, only)


def understood(answer: Answer) -> list[Chip]:
    """What the question itself said to narrow it, as the assistant took it."""
    filters = answer.plan.filters if answer.plan else Filters()
    chips = Narrowing(*filters.years, filters.topics, filters.authors).chips()
    return [*chips, Chip("papers", "", "among the papers before")] if filters.paper_ids else chips
