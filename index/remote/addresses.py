"""What stands for papers elsewhere: `arxiv:all:joint attention`, `doi:10.1000/182`, `zotero:`."""

import os
import re
from dataclasses import dataclass

from index.errors import ReadError

SERVICES = ("arxiv", "pubmed", "openalex", "doi", "zotero")
WHOLE_IF_EMPTY = ("zotero",)
"""Of the others a search or an identifier is needed."""

ADDRESS = re.compile(rf"({'|'.join(SERVICES)}):(.*)", re.IGNORECASE | re.DOTALL)
LONGEST = 4000
"""Characters: servers refuse longer addresses (8 kB is common, and characters are escaped)."""


@dataclass(frozen=True, slots=True)
class Address:
    """`text` is what was written, `query` what stands behind the service's name."""

    text: str
    service: str
    query: str


def is_remote(text: object) -> bool:
    """Whether it is an address. Where there is a file of that name it is a path."""
    return ADDRESS.fullmatch(str(text)) is not None and not os.path.exists(str(text))


def read_address(text: str) -> Address:
    """Raises ReadError when nothing stands behind the service's name, or too much."""
    found = ADDRESS.fullmatch(text)
    if found is None:
        raise ReadError(f"{text} is no address of papers.", f"It begins with {', '.join(f'{n}:' for n in SERVICES)}.")
    # Bytes of an argument that are no text become question marks: they can't be sent.
    service, query = found[1].lower(), " ".join(found[2].encode("utf-8", "replace").decode().split())
    if not query and service not in WHOLE_IF_EMPTY:
        raise ReadError(f"Nothing stands behind {service}:.", 'Write what you look for: arxiv:"all:joint attention".')
    if len(query) > LONGEST:
        raise ReadError(f"What stands behind {service}: has {len(query):,} characters.", "Ask in several parts.")
    return Address(text, service, query)
