"""Papers from arXiv, PubMed, OpenAlex, Crossref and a running Zotero, as files for the readers; nothing is parsed here.
And notes to Zotero.

Importing this loads no HTTP client: that comes with the first address that is opened.
"""

from index.remote.addresses import is_remote
from index.remote.remote import Remote

__all__ = ["Remote", "is_remote"]
