"""Web of Science's tagged format ("Plain text", `FN`, `VR`, `PT` … `ER`, `EF`), in the days of ISI, too."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.tagged_lines import Grammar, TaggedRecord, first_lines, read_rows

GRAMMAR = Grammar(
    tag=re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$"),
    opener=re.compile("PT"),
    closer="ER",
    title="TI",
    around=frozenset(("FN", "VR", "EF")),
)
RECORD = re.compile(r"^\ufeff?PT [A-Z]\s*$", re.MULTILINE)
FIELD = re.compile(r"^(?:TI|AU|AB|SO|UT) ", re.MULTILINE)


def is_web_of_science(file: SourceFile) -> bool:
    """Whether a line begins a record (`PT J`) and others a field of one."""
    return RECORD.search(first_lines(file)) is not None and FIELD.search(first_lines(file)) is not None


def read_web_of_science(file: SourceFile) -> Iterator[Row | Trouble]:
    """The records, also those without `ER`. Raises ReadError where the file can't be read further."""
    yield from read_rows(file, GRAMMAR, read_values)


def read_values(record: TaggedRecord) -> dict[str, Any]:
    key = record.first("UT", "AN")
    medline = key.removeprefix("MEDLINE:")
    return {
        "title": record.first("TI"),
        "abstract": record.text("AB"),
        "authors": (record.lines("AF") or record.lines("AU")) + record.lines("CA"),
        "year": record.first("PY", "EY", "EA", "PD"),
        "date": record.first("PD"),
        "doi": record.first("DI"),
        "pmid": record.first("PM") or (medline if medline.isdecimal() else ""),
        "journal": record.first("SO", "JI", "J9"),
        "keywords": record.items("DE"),
        "topics": record.items("WC") or record.items("SC"),
        "type": record.first("DT"),
        "language": record.first("LA"),
        "id": key,
    }
