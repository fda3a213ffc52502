"""MEDLINE as PubMed writes it (.nbib, "PubMed" format), and Ovid's variant that begins with `UI`."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.tagged_lines import Grammar, TaggedRecord, first_lines, read_rows

GRAMMAR = Grammar(
    # Ovid numbers its records: <1>.
    tag=re.compile(r"(<\d+>(?=$)|(?=.{4}-)[A-Z][A-Z0-9]{1,3})(?: *-(?:\s(.*))?)?$"),
    opener=re.compile("PMID|UI"),
    title="TI",
    blank_parts=True,
)
RECORD = re.compile(r"^\ufeff?(?:PMID- ?\d|UI  - ?\S)", re.MULTILINE)
KIND = re.compile(r"\[(\w+)\]$")
ARXIV = re.compile(r"(?:arxiv:)?\d{4}\.\d{4,5}(?:v\d+)?", re.IGNORECASE)


def is_medline(file: SourceFile) -> bool:
    """Whether a line begins a record: `PMID- 12345678`."""
    return RECORD.search(first_lines(file)) is not None


def read_medline(file: SourceFile) -> Iterator[Row | Trouble]:
    """The records. Raises ReadError where the file can't be read further."""
    yield from read_rows(file, GRAMMAR, read_values)


def read_values(record: TaggedRecord) -> dict[str, Any]:
    places = [
        (KIND.sub("", text).strip(), kind[1]) for text in record.texts("LID", "AID") if (kind := KIND.search(text))
    ]
    pmid = record.first("PMID")
    return {
        "title": record.first("TI", "BTI", "TT", "CTI"),
        "abstract": record.text("AB", "OAB"),
        "authors": read_authors(record),
        "year": record.first("DP", "YR", "DEP", "EDAT"),
        "doi": next((place for place, kind in places if kind == "doi"), record.first("DO")),
        "pmid": pmid,
        "arxiv_id": next((place for place, _ in places if ARXIV.fullmatch(place)), ""),
        "journal": record.first("JT", "TA", "SO" if "PMID" not in dict(record.fields) else "JT"),
        "keywords": record.texts("OT"),
        # MeSH marks the main topics of a paper by a star.
        "topics": [topic.replace("*", "") for topic in record.texts("MH")],
        "type": "; ".join(record.texts("PT")),
        "language": record.first("LA", "LG"),
        "id": "" if pmid else record.first("UI"),
    }


def read_authors(record: TaggedRecord) -> list[str]:
    """Full names (FAU), each of which is followed by its short form (AU); where there is none, the short form."""
    names: list[str] = []
    is_full = False
    for tag, lines in record.fields:
        if tag in ("FAU", "CN") or (tag == "AU" and not is_full):
            names.append(" ".join(lines))
        if tag in ("FAU", "AU"):
            is_full = tag == "FAU"
    return [name for name in names if name]
