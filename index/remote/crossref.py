"""Papers by DOI: Crossref's record of each, one request a paper; arXiv's own DOIs are asked of nobody here."""

import re
from collections.abc import Iterator
from urllib.parse import quote

from index.errors import ReadError
from index.remote.exchange import NotFound, Page, Request, Service, Unusable, Visit, ends_with

DOI = re.compile(r"10\.\d{4,9}/\S+")
PREFIX = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)+", re.IGNORECASE)
OF_ARXIV = re.compile(r"10\.48550/arxiv\.(.+)", re.IGNORECASE)


def pages(visit: Visit) -> Iterator[Page | ReadError]:
    """A page a DOI; blanks, commas followed by one, and semicolons part them."""
    dois = [PREFIX.sub("", each).rstrip(",;") for each in re.split(r"[\s;]+|,(?=10\.)", visit.query)]
    for doi in list(dict.fromkeys(each for each in dois if each))[: visit.most]:
        if not DOI.fullmatch(doi):
            yield NotFound(f"{doi[:100]} is no DOI.", "A DOI begins with 10. and has a slash in it.")
        elif found := OF_ARXIV.fullmatch(doi):
            yield NotFound(f"{doi} is of arXiv, which Crossref does not hold.", f"Name it as arxiv:{found[1]}")
        else:
            try:
                answer = visit.ask(Request(f"works/{quote(doi, safe='')}", {}, "json", ends_with(b"}")))
                yield Page(answer, ".json", doi)
            except NotFound:
                what = f"Crossref does not know the DOI {doi}."
                yield NotFound(what, "Check how it is written; DOIs of data sets and theses are often elsewhere.")
            except Unusable as error:
                yield Unusable(f"{doi} is missing: {error.reason}", error.remedy)


CROSSREF = Service(
    "Crossref",
    pages,
    # Its public pool allows five requests a second, and one connection (crossref.org/documentation/retrieve-metadata).
    interval=0.2,
    remedy="Check the network; HTTPS_PROXY names a proxy.",
)
