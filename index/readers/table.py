"""CSV and TSV with a header line that names title and abstract."""

import csv
from collections.abc import Iterator
from pathlib import Path

from index.errors import ReadError
from index.readers.fields import NAMES, Row, Trouble, field_name
from index.readers.text import find_encoding

DELIMITERS = (",", "\t", ";", "|")
LONGEST_FIELD = 10_000_000
"""Characters: csv's own limit of 131,072 would end the file at the first long field."""


def read_table(file: Path) -> Iterator[Row | Trouble]:
    """The rows below the header. Raises ReadError when the first line names no title or no abstract."""
    csv.field_size_limit(LONGEST_FIELD)
    with file.open(encoding=find_encoding(file), errors="replace", newline="") as stream:
        first = next((line for line in stream if line.strip()), "")
        delimiter = find_delimiter(first)
        if not delimiter:
            names = ", ".join(name.strip() for name in first.strip().split(","))[:200]
            raise ReadError(
                f"{file}: the first line must name the columns, `title` and `abstract` among them. It reads: {names}"
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
                yield line, f"The rest of the file can't be read ({error}): is a quote not closed?"
                return
            start, line = line, rows.line_num + 1
            if not any(value.strip() for value in values):
                continue
            if not header:
                header = values
            elif any(value.strip() for value in values[len(header) :]):
                yield start, f"{len(values)} fields where the header has {len(header)}: put quotes around the commas."
            else:
                yield Row(start, dict(zip(header, values, strict=False)))


def find_delimiter(header: str) -> str:
    """What separates the columns of a header that names title and abstract; empty when nothing does."""
    for delimiter in DELIMITERS:
        names = {field_name(name) for name in next(csv.reader([header], delimiter=delimiter), [])}
        if names.intersection(NAMES["title"]) and names.intersection(NAMES["abstract"]):
            return delimiter
    return ""
