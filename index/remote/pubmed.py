"""PubMed, by NCBI's E-utilities: a search gives the ids, the records come two hundred at a time as XML.

At most three requests a second without a key (ncbi.nlm.nih.gov/books/NBK25497).
"""

import json
import re
from collections.abc import Iterator

from index.errors import ReadError
from index.remote.exchange import AGAIN, NotFound, Page, Parameters, Request, Service, Unusable, Visit, ends_with

PAGE = 200
IDS = re.compile(r"\d{1,9}(?:[\s,]+\d{1,9})*")
RECORD = re.compile(rb"<Pubmed(?:Book)?Article\b(?!Set)")


def pages(visit: Visit) -> Iterator[Page | ReadError]:
    """Of the search, or of PMIDs."""
    if IDS.fullmatch(visit.query):
        ids = list(dict.fromkeys(re.split(r"[\s,]+", visit.query)))[: visit.most]
        total = len(ids)
    else:
        ids, total = search(visit)
    if not ids:
        raise NotFound("Nothing in PubMed fits the search.", "Try it at pubmed.ncbi.nlm.nih.gov.")
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        parameters = {"db": "pubmed", "retmode": "xml", "id": ",".join(some)}
        try:
            answer = visit.ask(Request("efetch.fcgi", parameters, "xml", ends_with(b"</PubmedArticleSet>")))
        except Unusable as error:
            yield Unusable(f"Papers {start + 1} to {start + len(some)} are missing: {error.reason}", error.remedy)
            continue
        came = len(RECORD.findall(answer.body))
        if came:
            yield Page(answer, ".xml", f"page {start // PAGE + 1}", total)
        if came < len(some):
            what = f"Of papers {start + 1} to {start + len(some)} PubMed sent {came}."
            yield NotFound(what, "Records that were taken back are not sent; check the PMIDs.")


def search(visit: Visit) -> tuple[list[str], int]:
    """The first ids, best fit first, and how many there are."""
    parameters: Parameters = {"db": "pubmed", "retmode": "json", "sort": "relevance", "retmax": visit.most or PAGE}
    answer = visit.ask(Request("esearch.fcgi", {**parameters, "term": visit.query}, "json", ends_with(b"}")))
    try:
        result = json.loads(answer.body)["esearchresult"]
        if said := result.get("ERROR"):
            raise ReadError(
                f"PubMed refused the search: {' '.join(str(said).split())[:200]}.", "Check how it is written."
            )
        ids = [id for id in result["idlist"] if isinstance(id, str) and IDS.fullmatch(id)]
        return ids[: visit.most], int(result["count"])
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise Unusable("An answer of PubMed has no list of ids in it.", AGAIN) from None


PUBMED = Service(
    "PubMed",
    pages,
    interval=0.34,
    remedy="Check the network, and NCBI_API_KEY if it is set; HTTPS_PROXY names a proxy.",
    usual=200,
    # ESearch gives no more of PubMed.
    limit=9_999,
    key_variable="NCBI_API_KEY",
)
