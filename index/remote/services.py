"""The services by the name that an address begins with."""

from collections.abc import Mapping

from index.remote.arxiv import ARXIV
from index.remote.crossref import CROSSREF
from index.remote.exchange import Service
from index.remote.openalex import OPENALEX
from index.remote.pubmed import PUBMED
from index.remote.zotero import ZOTERO

SERVICES: Mapping[str, Service] = {
    "arxiv": ARXIV,
    "pubmed": PUBMED,
    "openalex": OPENALEX,
    "doi": CROSSREF,
    "zotero": ZOTERO,
}
