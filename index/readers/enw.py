"""EndNote's tagged format (.enw, "Refer"), as EndNote and Google Scholar write it."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.ris import own_key
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.tagged_lines import Grammar, TaggedRecord, first_lines, read_rows

GRAMMAR = Grammar(
    tag=re.compile(r"%([0-9A-Z@!?&$+*#^~<>=()\[\]])(?:\s(.*))?$"), opener=re.compile("0"), title="T", blank_parts=True
)
TAGS = re.compile(r"^\ufeff?%([0TAXDJBKUR])(?:[ \t]|$)", re.MULTILINE)


def is_enw(file: SourceFile) -> bool:
    """Whether lines begin with tags: `%0 Journal Article`, or at least a title and one other."""
    tags = set(TAGS.findall(first_lines(file)))
    return len(tags) > 1 and bool(tags & {"0", "T"})


def read_enw(file: SourceFile) -> Iterator[Row | Trouble]:
    """The records, each after a `%0` or a blank line. Raises ReadError where the file can't be read further."""
    yield from read_rows(file, GRAMMAR, read_values)


def read_values(record: TaggedRecord) -> dict[str, Any]:
    return {
        "title": record.first("T"),
        "abstract": record.text("X"),
        "authors": record.lines("A"),
        "year": record.first("D", "8"),
        "date": record.first("8"),
        "doi": record.first("R"),
        "url": record.lines("U"),
        "journal": record.first("J", "B"),
        "keywords": [part.strip() for line in record.lines("K") for part in line.split(";") if part.strip()],
        "type": record.first("9", "0"),
        "language": record.first("G"),
        "id": own_key(record.first("M"), record.first("F")),
    }
