"""CSV and TSV with a header line that names title and abstract."""

import csv
from collections.abc import Iterator

from index.errors import ReadError
from index.readers.fields import NAMES, field_name
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile

DELIMITERS = (",", "\t", ";", "|")
LONGEST_FIELD = 10_000_000
"""Characters: csv's own limit of 131,072 would end the file at the first long field."""

MOST_COLUMNS = 16_384
"""As many as Excel can have."""


def is_table(file: SourceFile) -> bool:
    """Whether the first line names title and abstract, or the suffix says that it should."""
    first = next((line for line in file.beginning.splitlines() if line.strip()), "")
    return bool(find_delimiter(first)) or file.suffix in (".csv", ".tsv")


def read_table(file: SourceFile) -> Iterator[Row | Trouble]:
    """The rows below the header. Raises ReadError when the first line names no title or no abstract."""
    csv.field_size_limit(LONGEST_FIELD)
    with file.open_text() as stream:
        first = next((line for line in stream if line.strip()), "")
        delimiter = find_delimiter(first)
        if not delimiter:
            names = ", ".join(name.strip() for name in first.strip().split(","))[:200]
            raise ReadError(
                f"{file.name}: the first line must name the columns, `title` and `abstract` among them. "
                f"It reads: {names}"
            )
        stream.seek(0)
        rows = csv.reader(stream, delimiter=delimiter)
        header: list[str] = []
        line = 1
        while True:
            try:
                values = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Trouble(f"The rest of the file can't be read ({error}): is a quote not closed?", line)
                return
            start, line = line, rows.line_num + 1
            if not any(value.strip() for value in values):
                continue
            if not header:
                if len(values) > MOST_COLUMNS:
                    raise ReadError(
                        f"{file.name} has {len(values):,} columns: this is no table of papers.",
                        "Keep the columns title, abstract, authors, year and doi.",
                    )
                header = values
            elif any(value.strip() for value in values[len(header) :]):
                reason = f"{len(values)} fields where the header has {len(header)}."
                yield Trouble(reason, start, remedy="Put quotes around the commas.")
            else:
                yield Row(dict(zip(header, values, strict=False)), start)


def find_delimiter(header: str) -> str:
    """What separates the columns of a header that names title and abstract; empty when nothing does."""
    for delimiter in DELIMITERS:
        names = {field_name(name) for name in next(csv.reader([header], delimiter=delimiter), [])}
        if names.intersection(NAMES["title"]) and names.intersection(NAMES["abstract"]):
            return delimiter
    return ""
