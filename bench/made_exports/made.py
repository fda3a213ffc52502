"""A paper that is made up, and how a file of papers is laid out.

The files are made by hand and with the standard library, in every format that is read, for tests and benches: nothing
in this folder shares code with the readers or with what paperchat exports by.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """A paper of nobody. `parts` are the labels and texts of its abstract, `authors` given and family names."""

    number: int
    title: str
    parts: tuple[tuple[str, str], ...]
    authors: tuple[tuple[str, str], ...]
    year: int
    doi: str
    journal: str
    keywords: tuple[str, ...]

    @property
    def abstract(self) -> str:
        return " ".join(f"{label}: {text}" if label else text for label, text in self.parts)

    @property
    def inverted(self) -> list[str]:
        return [f"{family}, {given}" for given, family in self.authors]

    @property
    def names(self) -> list[str]:
        return [f"{given} {family}" for given, family in self.authors]

    @property
    def initialled(self) -> list[str]:
        return [f"{given[0]}. {family}" for given, family in self.authors]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written: what stands before, between and behind its records.

    Its records are told by `line` or by `record`, of which the first is `first`. `lacks` are fields that it can't hold.
    """

    name: str
    record: Callable[[Made], str]
    head: str = ""
    between: str = "\n"
    tail: str = "\n"
    encoding: str = "utf-8"
    is_by_line: bool = True
    first: int = 1
    lacks: frozenset[str] = frozenset()
    has_initials: bool = False
    line_end: str = "\n"
    pack: Callable[[bytes], bytes] | None = None
