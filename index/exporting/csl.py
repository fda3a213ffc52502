"""CSL-JSON, as Zotero and citation processors read it."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from index.exporting.persons import split_name
from index.paper import Paper

TYPES = {
    "book": "book",
    "chapter": "chapter",
    "thesis": "thesis",
    "report": "report",
    "dataset": "dataset",
    "preprint": "article",
    "conference": "paper-conference",
}


def write_csl(papers: Iterable[Paper]) -> Iterator[str]:
    before = "[\n"
    for paper in papers:
        yield before + json.dumps(item(paper), ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def item(paper: Paper) -> dict[str, Any]:
    values = {
        "id": paper.id,
        "type": TYPES.get(paper.type.casefold(), "article-journal"),
        "title": paper.title,
        "author": [person_of(person) for person in paper.authors],
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "container-title": paper.journal,
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "URL": paper.url,
        "keyword": ", ".join(paper.keywords or paper.topics),
        "language": paper.language,
        "abstract": paper.abstract,
    }
    return {name: value for name, value in values.items() if value}


def person_of(person: str) -> dict[str, str]:
    family, given = split_name(person)
    return {"family": family, "given": given} if given else {"literal": family}
