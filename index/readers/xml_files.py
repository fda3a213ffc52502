"""XML of arXiv (Atom), PubMed, EndNote and journals (JATS), told by its root."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from index.errors import ReadError
from index.readers.atom import from_entry
from index.readers.endnote_xml import from_record
from index.readers.jats import from_article
from index.readers.pubmed_xml import from_pubmed
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.xml_records import read_elements

ROOT = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>\s*)*<([A-Za-z_][\w.:-]*)", re.DOTALL
)
HTML = ("html", "head", "body", "svg", "div", "p")


@dataclass(frozen=True, slots=True)
class Kind:
    """`sign` shows it in the beginning; `names` are the elements that are records, of which `without` isn't needed."""

    sign: str
    names: tuple[str, ...]
    read: Callable[[Element, str], dict[str, object]]
    without: tuple[str, ...] = ()


PUBMED = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation")

KINDS = (
    Kind(r"<(?:\w+:)?feed\b", ("entry",), from_entry),
    Kind(rf"<(?:{'|'.join(PUBMED)})\b", PUBMED, from_pubmed, ("ReferenceList", "CommentsCorrectionsList", "Sections")),
    Kind(r"<records>\s*<record\b", ("record",), from_record),
    Kind(
        r"<(?:\w+:)?article\b",
        ("article",),
        from_article,
        ("body", "back", "floats-group", "sub-article", "response"),
    ),
)


def is_xml(file: SourceFile) -> bool:
    """Whether it is XML, known or not: `read_xml` says which kinds are known."""
    found = ROOT.match(file.beginning)
    if not found or found[1].casefold() in HTML:
        return False
    is_declared = file.beginning.lstrip().startswith(("<?xml", "<!DOCTYPE")) or file.suffix == ".xml"
    return is_declared or find_kind(file) is not None


def read_xml(file: SourceFile) -> Iterator[Row | Trouble]:
    """A row for each record. Raises ReadError when the XML is of no known kind, is broken or declares entities."""
    kind = find_kind(file)
    if kind is None:
        raise unknown(file)
    number = 0
    for element, language in read_elements(file, kind.names, kind.without):
        number += 1
        yield Row(kind.read(element, language), record=number)
    if not number:
        raise ReadError(f"{file.name} has no records ({' or '.join(kind.names)}) in it.")


def find_kind(file: SourceFile) -> Kind | None:
    return next((kind for kind in KINDS if re.search(kind.sign, file.beginning)), None)


def unknown(file: SourceFile) -> ReadError:
    # Entities are told first: they are why a file is refused whatever it holds.
    for _ in read_elements(file, ()):
        pass
    found = ROOT.match(file.beginning)
    return ReadError(
        f"{file.name} is XML of a kind that isn't read ({found[1] if found else 'no root'}). paperchat reads XML of "
        "arXiv (Atom), PubMed, EndNote and JATS; else export RIS, BibTeX or CSV."
    )
