"""OpenAlex: works that fit words, or `filter=` and its filters; a cursor leads from page to page."""

import json
import re
from collections.abc import Iterator

from index.errors import ReadError
from index.remote.exchange import AGAIN, NotFound, Page, Parameters, Request, Service, Unusable, Visit, ends_with

PAGE = 100
"""The most that it gives at once (developers.openalex.org/guides/page-through-results)."""
FIELDS = (
    "id,doi,title,display_name,publication_year,publication_date,ids,language,primary_location,type,authorships,"
    "keywords,topics,abstract_inverted_index"
)
CURSOR = re.compile(rb'"next_cursor"\s*:\s*("(?:[^"\\]|\\.)*")')
TOTAL = re.compile(rb'"count"\s*:\s*(\d{1,12})\b')
META = 4096
"""Bytes in which `meta` stands, before the results. Of the papers nothing is read here."""


def pages(visit: Visit) -> Iterator[Page | ReadError]:
    filters = visit.query.removeprefix("filter=")
    asked: Parameters = {"filter": filters} if filters != visit.query else {"search": visit.query}
    most = visit.most or PAGE
    cursor, start, total = "*", 0, most
    while cursor and start < min(most, total):
        size = min(PAGE, most - start)
        parameters: Parameters = {**asked, "per_page": size, "cursor": cursor, "select": FIELDS}
        answer = visit.ask(Request("works", parameters, "json", ends_with(b"}")))
        meta = answer.body[:META], answer.body[-META:]
        total = next((int(found[1]) for part in meta if (found := TOTAL.search(part))), 0)
        following = next((found[1] for part in meta if (found := CURSOR.search(part))), b'""')
        cursor = read_cursor(following)
        if not start and not total:
            raise NotFound("Nothing in OpenAlex fits the search.", "Try fewer words.")
        yield Page(answer, ".json", f"page {start // PAGE + 1}", total)
        start += size


def read_cursor(text: bytes) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        raise Unusable("An answer of OpenAlex has a broken cursor.", AGAIN) from None


OPENALEX = Service(
    "OpenAlex",
    pages,
    interval=0.1,
    remedy="Check the network, and OPENALEX_API_KEY (free at openalex.org/settings/api); HTTPS_PROXY names a proxy.",
    usual=200,
    key_variable="OPENALEX_API_KEY",
)
