"""arXiv's interface: Atom, a hundred papers a page. `arxiv:` takes its search syntax, or ids.

One request in three seconds and one connection, as its terms of use ask (info.arxiv.org/help/api/tou.html).
"""

import re
from collections.abc import Iterator
from functools import partial

from index.errors import ReadError
from index.remote.exchange import AGAIN, NotFound, Page, Parameters, Request, Service, Unusable, Visit, ends_with

PAGE = 100
ID = r"(?:\d{4}\.\d{4,5}|[a-z][a-z-]+(?:\.[A-Za-z]{2})?/\d{7})(?:v\d+)?"
IDS = re.compile(rf"(?:arxiv:)?{ID}(?:[\s,]+(?:arxiv:)?{ID})*", re.IGNORECASE)
FIELD = re.compile(r"\b(?:all|ti|au|abs|co|jr|cat|rn|id|submittedDate|lastUpdatedDate):")
TOTAL = re.compile(rb"<(?:\w+:)?totalResults[^>]*>\s*(\d{1,12})\b")
FOUND = re.compile(rf"<id>\s*https?://arxiv\.org/abs/({ID})\s*</id>".encode(), re.IGNORECASE)
FAULT = re.compile(rb"<id>[^<]*arxiv\.org/api/errors[^<]*</id>.*?<summary[^>]*>(.*?)</summary>", re.DOTALL)
VERSION = re.compile(r"v\d+$")


def pages(visit: Visit) -> Iterator[Page | ReadError]:
    if IDS.fullmatch(visit.query):
        ids = [id.lower().removeprefix("arxiv:") for id in re.split(r"[\s,]+", visit.query)]
        yield from listed(visit, list(dict.fromkeys(ids))[: visit.most])
    else:
        yield from searched(visit)


def listed(visit: Visit, ids: list[str]) -> Iterator[Page | ReadError]:
    for start in range(0, len(ids), PAGE):
        some = ids[start : start + PAGE]
        request = Request("query", {"id_list": ",".join(some), "max_results": PAGE}, "xml", ends_with(b"</feed>"))
        answer = visit.ask(request)
        raise_fault(answer.body)
        found = {VERSION.sub("", id.decode().lower()) for id in FOUND.findall(answer.body)}
        unknown = [id for id in some if VERSION.sub("", id) not in found]
        if found:
            yield Page(answer, ".xml", f"page {start // PAGE + 1}")
        for id in unknown:
            yield NotFound(f"arXiv does not know the id {id}.", "Check how it is written.")


def searched(visit: Visit) -> Iterator[Page | ReadError]:
    # Without a field arXiv takes words for separate searches of all fields joined by "or".
    query = visit.query if FIELD.search(visit.query) else f'all:"{visit.query}"'
    most = visit.most or PAGE
    start, total = 0, most
    while start < min(most, total):
        size = min(PAGE, most - start)
        parameters: Parameters = {"search_query": query, "start": start, "max_results": size}
        # It sometimes answers with an empty page where there are papers.
        check = partial(find_fault, is_empty_allowed=start == 0)
        name = f"page {start // PAGE + 1}"
        try:
            answer = visit.ask(Request("query", parameters, "xml", check))
        except Unusable as error:
            if not start:
                raise
            yield Unusable(f"Papers {start + 1} to {start + size} are missing: {error.reason}", error.remedy)
            start += size
            continue
        raise_fault(answer.body)
        found = TOTAL.search(answer.body)
        total = int(found[1]) if found else total
        if not total:
            raise NotFound("Nothing at arXiv fits the search.", "Try it at arxiv.org/search, or with fewer words.")
        came, wanted = answer.body.count(b"<entry"), min(size, total - start)
        if came:
            yield Page(answer, ".xml", name, total)
        if 0 < came < wanted:
            yield Unusable(f"Of papers {start + 1} to {start + wanted} arXiv sent {came}.", AGAIN)
        start += size


def find_fault(body: bytes, is_empty_allowed: bool) -> str:
    if fault := ends_with(b"</feed>")(body):
        return fault
    return "" if is_empty_allowed or b"<entry" in body else "it has no papers"


def raise_fault(body: bytes) -> None:
    """Raises ReadError when arXiv tells of an error, which it does in the form of a paper."""
    if found := FAULT.search(body):
        said = " ".join(found[1].decode("utf-8", "replace").split())[:200].rstrip(".")
        raise ReadError(f"arXiv refused the search: {said}.", "Its syntax: info.arxiv.org/help/api/user-manual.html")


ARXIV = Service(
    "arXiv",
    pages,
    interval=3.0,
    remedy="Check the network; HTTPS_PROXY names a proxy.",
    usual=200,
    limit=30_000,
)
