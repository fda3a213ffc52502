"""Delimited text (CSV, TSV) of any dialect, with a header somewhere near its beginning."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from index.errors import ReadError
from index.readers.columns import Columns, as_values, is_web_of_science, name_columns, names_papers
from index.readers.delimited import (
    DELIMITERS,
    LONGEST_FIELD,
    Dialect,
    Record,
    find_delimiter,
    find_quoting,
    split_records,
)
from index.readers.mending import mend
from index.readers.row import Row, Trouble
from index.readers.source_file import BEGINNING, SourceFile

MOST_COLUMNS = 2_000
"""Exports have up to some 70."""
DEEPEST_HEADER = 100
"""Lines that may stand above it."""
SAMPLE, LARGEST_SAMPLE = 100, 2_000_000
"""Records and characters by which columns are guessed."""
LONGEST_NAME = 100
"""Characters of a column's name: longer cells are values."""

SEPARATOR = re.compile(r'"?sep=(.)"?\s*$', re.IGNORECASE)
"""A first line for Excel that names the delimiter."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`header_line` is counted from 1, 0 when the columns have no names: then records begin at `first_line`."""

    dialect: Dialect
    header: tuple[str, ...]
    header_line: int
    first_line: int


def is_table(file: SourceFile) -> bool:
    """Whether a line names title and abstract, or the suffix says so, or tabs part all lines into titles and texts."""
    if file.suffix in (".csv", ".tsv", ".tab"):
        return True
    lines = first_lines(file)
    if find_header(lines):
        return True
    filled = [line for line in lines if line.strip()]
    if len(filled) < 3 or len({line.count("\t") for line in filled}) > 1 or "\t" not in filled[0]:
        return False
    header, *rows = (line.split("\t") for line in filled)
    return name_columns(header, rows) is not None


def read_table(file: SourceFile) -> Iterator[Row | Trouble]:
    """The records below the header; guesses and what was mended as warnings.

    Raises ReadError when no column holds titles or none abstracts, or there are too many columns.
    """
    csv.field_size_limit(2 * LONGEST_FIELD)
    layout = with_whole_header(file, find_layout(file))
    check_width(file, layout.header)
    lines = ((number, line.replace("\0", "")) for number, line in file.lines() if number >= layout.first_line)
    yield from read_records(file, layout, split_records(lines, layout.dialect, len(layout.header)))


def read_records(file: SourceFile, layout: Layout, records: Iterator[Record]) -> Iterator[Row | Trouble]:
    sample = take_sample(records)
    columns = name_columns(layout.header, [record.cells for record in sample])
    if columns is None:
        raise no_columns(file, layout.header)
    for guess in columns.guesses:
        yield Trouble(guess, layout.header_line, remedy="Name the columns title and abstract.", is_lost=False)
    usual = usual_surplus(sample, columns)
    if usual:
        yield Trouble(
            f"{usual} fields in most records, where the header has {len(columns.names)}: fields of which it isn't "
            "certain what they are were left out.",
            layout.header_line,
            is_lost=False,
        )
    for record in chain(sample, records):
        if not any(cell.strip() for cell in record.cells) or tuple(record.cells) == layout.header:
            continue
        for found in read_record(record, columns, layout.dialect):
            if isinstance(found, Row) or found.is_lost or len(record.cells) != usual or record.is_open:
                yield found


def usual_surplus(sample: Sequence[Record], columns: Columns) -> int:
    """The number of fields that most records have, when it is above that of the header; else 0."""
    expected = len(columns.names)
    widths = Counter(len(one.cells) for one in sample if any(cell.strip() for cell in one.cells[expected:]))
    width, times = widths.most_common(1)[0] if widths else (0, 0)
    return width if times > max(1, len(sample) / 2) else 0


def read_record(record: Record, columns: Columns, dialect: Dialect) -> Iterator[Row | Trouble]:
    found, expected = len(record.cells), len(columns.names)
    if found < expected and record.text and not record.is_open and not dialect.is_well_formed(record.text):
        reason = f"A quote is not closed: {found} fields where the header has {expected}."
        yield Trouble(reason, record.line, remedy="Double the quotes that belong to a text.")
        return
    has_surplus = any(cell.strip() for cell in record.cells[expected:])
    if not has_surplus and not record.is_open:
        yield Row(as_values(columns.names, record.cells), record.line)
        return
    reason = "A quote is not closed" if record.is_open else f"{found} fields where the header has {expected}"
    cells = mend(record, columns, dialect)
    if cells is None:
        yield Trouble(f"{reason}.", record.line, remedy="Put quotes around each field that holds a delimiter.")
    else:
        reason += ": title and abstract are plain, what isn't certain of the other fields was left out."
        yield Trouble(reason, record.line, is_lost=False)
        yield Row(as_values(columns.names, cells), record.line)


def take_sample(records: Iterable[Record]) -> list[Record]:
    sample: list[Record] = []
    size = 0
    for record in records:
        sample.append(record)
        size += sum(map(len, record.cells))
        if len(sample) == SAMPLE or size > LARGEST_SAMPLE:
            break
    return sample


def first_lines(file: SourceFile) -> list[str]:
    """Lines of the beginning, the last left out when it may be cut."""
    lines = re.split(r"\r\n|\r|\n", file.beginning.replace("\0", ""))
    return lines[:-1] if len(file.beginning) == BEGINNING and len(lines) > 1 else lines


def find_header(lines: Sequence[str]) -> tuple[int, str] | None:
    """The place of the line that names title and abstract, from 0, and the delimiter."""
    for at, line in enumerate(lines[:DEEPEST_HEADER]):
        for delimiter in DELIMITERS:
            if delimiter not in line:
                continue
            cells = Dialect(delimiter).split(line)
            if max(map(len, cells[: MOST_COLUMNS + 1])) <= LONGEST_NAME and names_papers(cells):
                return at, delimiter
    return None


def find_layout(file: SourceFile) -> Layout:
    lines = first_lines(file)
    separator = SEPARATOR.match(lines[0])
    start = 1 if separator else 0
    if found := find_header(lines):
        at, delimiter = found
    else:
        filled = [line for line in lines[start:] if line.strip()]
        delimiter = separator[1] if separator else find_delimiter(filled[:SAMPLE])
        at = first_of_most(lines, delimiter, start)
    dialect = find_quoting(delimiter, lines[at:])
    header = tuple(dialect.split(lines[at]))
    if delimiter == "\t" and is_web_of_science(header):
        dialect = Dialect(delimiter, quote="")
    if not found and any(len(cell) > LONGEST_NAME for cell in header):
        return Layout(dialect, ("",) * len(header), 0, at + 1)
    return Layout(dialect, header, at + 1, at + 2)


def with_whole_header(file: SourceFile, layout: Layout) -> Layout:
    """The beginning may end within the header."""
    line = next((text for number, text in file.lines() if number == layout.header_line), "").replace("\0", "")
    return replace(layout, header=tuple(layout.dialect.split(line))) if layout.header_line and line else layout


def first_of_most(lines: Sequence[str], delimiter: str, start: int) -> int:
    """The first line with as many fields as most lines have: preambles have fewer."""
    counts = [len(Dialect(delimiter).split(line)) if line.strip() else 0 for line in lines]
    usual = [count for count in counts[start:] if count > 1]
    if not usual:
        return start
    most = max(set(usual), key=usual.count)
    return counts.index(most, start)


def check_width(file: SourceFile, header: Sequence[str]) -> None:
    """Raises ReadError when there are more columns than a list of papers has."""
    if len(header) > MOST_COLUMNS:
        raise ReadError(
            f"{file.name} has {len(header):,} columns: this is no table of papers.",
            "Keep the columns title, abstract, authors, year and doi.",
        )


def no_columns(file: SourceFile, header: Sequence[str], sheet: str = "") -> ReadError:
    names = ", ".join(name.strip() or "(no name)" for name in header)[:300]
    place = f"{file.name}, {sheet}" if sheet else f"{file.name}"
    return ReadError(
        f"{place}: no column holds titles, or none abstracts. Name two columns `title` and `abstract`. "
        f"The header reads: {names}"
    )
