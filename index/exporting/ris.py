"""RIS, as EndNote, Zotero and Mendeley read it."""

from collections.abc import Iterable, Iterator

from index.exporting.persons import split_name
from index.paper import Paper

TYPES = {
    "book": "BOOK",
    "chapter": "CHAP",
    "thesis": "THES",
    "report": "RPRT",
    "conference": "CONF",
    "preprint": "UNPB",
}


def write_ris(papers: Iterable[Paper]) -> Iterator[str]:
    for paper in papers:
        yield (
            "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in tags(paper) if value) + "ER  - \r\n\r\n"
        )


def tags(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "TY", TYPES.get(paper.type.casefold(), "JOUR")
    yield "ID", paper.id
    yield "TI", paper.title
    for person in paper.authors:
        family, given = split_name(person)
        yield "AU", f"{family}, {given}" if given else family
    yield "PY", str(paper.year or "")
    yield "T2", paper.journal
    yield "DO", paper.doi
    yield "AN", paper.pmid
    for word in paper.keywords or paper.topics:
        yield "KW", word
    yield "UR", paper.url
    yield "LA", paper.language
    yield "AB", paper.abstract
