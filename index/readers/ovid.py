"""Ovid's plain text: records under `<1>`, each field under its name, its lines indented."""

import re
from collections.abc import Iterator
from typing import Any

from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.tagged_lines import Grammar, TaggedRecord, first_lines, read_rows

GRAMMAR = Grammar(
    tag=re.compile(r"(<\d+>|[A-Z][\w /&()'-]{1,40}):?()$"),
    opener=re.compile(r"<\d+>"),
    title="Title",
)
RECORD = re.compile(r"^\ufeff?<\d+>\s*$", re.MULTILINE)
FIELD = re.compile(r"^(?:Title|Abstract|Accession Number|Unique Identifier|Authors?)\s*$", re.MULTILINE)
KIND = re.compile(r"\.?\s{0,3}\[[A-Z][\w :;&-]*\]\.?$")
"""What stands behind a title: `.[Article]`."""
KEYWORDS = ("Author Keywords", "Keyword Heading", "Keywords", "Keyword")
PLACES = " ,0123456789"
"""The numbers of an author's institutions stand behind the name: `Kohler, Lars 1, 2`."""
JOURNAL = re.compile(r"(.+?)\.(?:\s{2,}|\s+\d|\s*$)")
YEARS = re.compile(r"\b(?:1[89]|20)\d\d\b")


def is_ovid(file: SourceFile) -> bool:
    """Whether a line numbers a record (`<1>`) and others name its fields."""
    return RECORD.search(first_lines(file)) is not None and FIELD.search(first_lines(file)) is not None


def read_ovid(file: SourceFile) -> Iterator[Row | Trouble]:
    """The records. Raises ReadError where the file can't be read further."""
    yield from read_rows(file, GRAMMAR, read_values)


def read_values(record: TaggedRecord) -> dict[str, Any]:
    source = record.first("Source", "Journal Name")
    journal = JOURNAL.match(source)
    # The year ends a source; volumes and pages before it may look like one.
    years = YEARS.findall(source)
    authors = record.items("Author", "Authors", "Author(s)", "Authors Full Name")
    return {
        "title": KIND.sub("", record.first("Title", "Original Title")).strip(),
        "abstract": record.text("Abstract", "Abstract English"),
        "authors": [author.rstrip(PLACES) for author in authors],
        "year": record.first("Year of Publication", "Publication Year", "Date of Publication") or "".join(years[-1:]),
        "doi": record.first("DOI Number", "DOI", "Digital Object Identifier"),
        "pmid": record.first("PMID", "PubMed ID"),
        "url": record.lines("Link to the Ovid Full Text or citation", "URL"),
        "journal": journal[1] if journal else record.first("Journal Name"),
        "keywords": [word.rstrip(".") for word in record.items(*KEYWORDS)],
        "topics": [topic.replace("*", "") for topic in record.lines("MeSH Subject Headings", "Subject Headings")],
        "type": record.first("Publication Type", "Document Type").rstrip("."),
        "language": record.first("Language").rstrip("."),
        "id": record.first("Accession Number", "Unique Identifier").rstrip("."),
    }
