"""The papers of a file, whatever its format and however it is packed."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from index.errors import ReadError
from index.origin import Origin, Record
from index.paper import Paper
from index.readers.appearance import refusal_of, refuse_by_sight
from index.readers.archives import Limits, unpack
from index.readers.fields import make_paper
from index.readers.formats import FORMATS, Format
from index.readers.row import Problem, Row, Trouble
from index.readers.source_file import SourceFile

LIMITS = Limits()


def read_papers(file: Path | SourceFile, limits: Limits = LIMITS) -> Iterator[Paper | Problem]:
    """The papers of a file one by one, and a `Problem` for each record, and each file in an archive, that isn't used.

    Raises ReadError when the file can't be read, or not to its end, or its format isn't known; `limits` are those of
    archives.
    """
    return (found.paper if isinstance(found, Record) else found for found in read_records(file, limits))


def read_records(file: Path | SourceFile, limits: Limits = LIMITS) -> Iterator[Record | Problem]:
    """`read_papers`, each paper with its place."""
    try:
        source = file if isinstance(file, SourceFile) else SourceFile.on_disk(file)
        for each in unpack(source, limits):
            if isinstance(each, Problem):
                yield each
            elif each.name == source.name:
                yield from read_one(each)
            else:
                try:
                    yield from read_one(each)
                except ReadError as error:
                    yield Problem.of_file(each.name, error)
    except OSError as error:
        name = file.name if isinstance(file, SourceFile) else file
        raise ReadError(f"{name} can't be read ({error.strerror}).", "Check the file and its permissions.") from error


def read_one(file: SourceFile) -> Iterator[Record | Problem]:
    """What is in a file that is not packed."""
    for row in recognise(file).read(file):
        found = make_paper(row) if isinstance(row, Row) else row
        if isinstance(found, Paper):
            yield Record(found, Origin(file.origin, row.line, row.record))
        else:
            yield as_problem(file.name, found)


def recognise(source: SourceFile) -> Format:
    """The format of the file. Raises ReadError when it is empty or no format fits, saying what it looks like."""
    is_empty = not source.head(1)
    with suppress(ReadError):
        is_empty = not source.beginning.strip()
    if is_empty:
        raise ReadError(f"{source.name} is empty.", "Give paperchat a file with papers in it.")
    refuse_by_sight(source)
    for format in FORMATS:
        # Those that read text say so of a file that is none; the next may be one that reads bytes.
        with suppress(ReadError):
            if format.is_this(source):
                return format
    raise refusal_of(source)


def as_problem(file: Path, trouble: Trouble) -> Problem:
    return Problem(file, trouble.line, trouble.reason, trouble.record, trouble.remedy, trouble.is_lost)
