"""Papers that a program sends: into the index, with a word on each row that is refused."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from index import ReadError

if TYPE_CHECKING:
    from index import PaperIndex, Problem, Record

UNPACKED = 20
"""How many times larger than what is sent may be what is packed in it."""
NAMED = 100
"""Of the problems, and of the papers' ids, so many are named."""


class Opener(Protocol):
    """Gives the bytes from their start, each time anew."""

    def __call__(self) -> BinaryIO: ...


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Where in what was sent, what is wrong there, and what to do about it. `refused` is false for a mere warning."""

    place: str
    reason: str
    remedy: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Added:
    """What became of the rows. `papers` are the ids of those that are in the library now, of `problems` the first."""

    added: int
    changed: int
    unchanged: int
    merged: int
    refused: int
    papers: tuple[str, ...]
    problems: tuple[RefusedRow, ...]


def add_papers(index: "PaperIndex", name: str, open_stream: Opener, size: int, most: int) -> Added:
    """Reads a file of any format that `paperchat index` reads; `most` is how many bytes may be sent.

    `name` is what messages call it; its suffix is a hint of the format. Raises ReadError when there are no papers in
    it, and the errors of the index.
    """
    from index import Limits, Source, SourceFile

    file = SourceFile(Path(name), open_stream, size, origin=f"upload:{name}")
    source = Source([file], limits=Limits(total=UNPACKED * most))
    ids: dict[str, None] = {}
    report = index.add(noting(source, ids))
    if source.named_unread and not report.rows and not source.refused:
        raise source.named_unread[0]
    if not report.rows and not source.refused:
        raise ReadError("Nothing was sent.", "Send papers in one of the formats of `paperchat index`.")
    problems = (*source.problems, *report.problems)
    return Added(
        report.added,
        report.changed,
        report.unchanged,
        report.merged,
        source.refused,
        tuple(index.papers(list(ids))),
        tuple(as_row(problem, name) for problem in problems[:NAMED]),
    )


def noting(records: "Iterable[Record]", ids: dict[str, Any]) -> "Iterator[Record]":
    """Passes the records on and notes the ids of the first papers."""
    for record in records:
        if len(ids) < NAMED:
            ids[record.paper.id] = None
        yield record


def as_row(problem: "Problem", name: str) -> RefusedRow:
    inner = str(problem.file).removeprefix(name).lstrip("/")
    place = ", ".join(part for part in (inner, problem.place) if part)
    return RefusedRow(place, problem.message, problem.remedy or "", problem.is_lost)
