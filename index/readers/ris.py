"""RIS, as reference managers and databases write it, also what PubMed and EndNote call an EndNote export."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.tagged_lines import Grammar, TaggedRecord, first_lines, read_rows

NARROW = "TY|ER|TI|T1|T2|AB|N2|AU|A1|PY|Y1|DA|DO|KW|JO|JF|UR"
"""Tags that are known with one blank before the hyphen: with any other it may be a line of text (`UV - visible`)."""
GRAMMAR = Grammar(
    tag=re.compile(rf"\s{{0,3}}([A-Z][A-Z0-9](?= {{2,3}}-)|(?:{NARROW})(?= -)) +-\s?(.*)"),
    opener=re.compile("TY"),
    closer="ER",
    title="TI",
)
RECORD = re.compile(r"^\ufeff?\s{0,3}TY {1,3}-\s?\w*[ \t]*$", re.MULTILINE)
PUBMED = re.compile(r"nlm|pubmed|medline", re.IGNORECASE)


def is_ris(file: SourceFile) -> bool:
    """Whether a line opens a record: `TY  - JOUR`."""
    return RECORD.search(first_lines(file)) is not None


def read_ris(file: SourceFile) -> Iterator[Row | Trouble]:
    """The records, also those without `ER`. Raises ReadError where the file can't be read further."""
    yield from read_rows(file, GRAMMAR, read_values)


def read_values(record: TaggedRecord) -> dict[str, Any]:
    # T1, A1, Y1, N2 and JF are what older programs write for TI, AU, PY, AB and T2.
    number = record.first("AN")
    is_pubmed = number.isdecimal() and PUBMED.search(record.first("DB", "DP")) is not None
    return {
        "title": record.first("TI", "T1", "CT", "BT", "ST"),
        "abstract": record.text("AB", "N2"),
        "authors": record.lines("AU", "A1"),
        "year": record.first("PY", "Y1", "DA"),
        "date": record.first("DA", "Y1"),
        "doi": record.first("DO", "DI"),
        "pmid": number if is_pubmed else "",
        "url": record.lines("UR", "LK"),
        "journal": record.first("JF", "T2", "JO", "JA", "J2", "J1"),
        "keywords": record.lines("KW"),
        "type": record.first("M3") or record.first("TY"),
        "language": record.first("LA"),
        "id": "" if is_pubmed else own_key(number, record.first("ID")),
    }


def own_key(*keys: str) -> str:
    """The first that is more than a number: a counter of one export names other papers in the next."""
    return next((key for key in keys if key and not key.isdecimal()), "")
