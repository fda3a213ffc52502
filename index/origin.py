"""Where a paper comes from."""

from dataclasses import dataclass, replace

from index.paper import Paper, storable

KEPT_FROM_BEFORE = "?"
"""Stands for the file of papers that were in a library before origins were remembered."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A place in a file, each counted from 1, 0 when unknown. No file: the paper was handed in by a program."""

    file: str = ""
    line: int = 0
    record: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """What an origin says of a paper, under the id that it has there."""

    paper: Paper
    origin: Origin = Origin()


def as_record(row: Paper | Record) -> Record:
    """With a paper that can be written to a file; one without an origin is handed in by a program."""
    record = row if isinstance(row, Record) else Record(row)
    paper = storable(record.paper)
    return record if paper is record.paper else replace(record, paper=paper)
