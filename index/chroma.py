"""Chroma's clients: in this process, of a server, of its cloud."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import REPAIR, IndexAway, IndexDamaged, PaperIndexError, is_panic, no_room
from index.settings import IndexSettings

EF_SEARCH = 400
"""How many neighbours Chroma looks at: recall@10 is .52 at its default of 100 on hard data, 1.0 here on clustered."""

SHARED_BATCH = 300
"""Records in one request to a server or the cloud, which takes no more, to write or to read."""
LONGEST_DOCUMENT = 4000
"""Characters: at most 16,000 bytes, of the 16,384 that the cloud takes."""

CONNECTING = 5.0
ANSWERING = 30.0
"""Seconds until a server is taken for away: Chroma's own client waits for ever."""

TOKEN = "CHROMA_CLIENT_AUTH_CREDENTIALS"  # noqa: S105 - no token
"""Environment variable with the token that a server, or the proxy before it, asks for: Chroma's own name for it."""


def configuration(settings: IndexSettings) -> Any:
    if settings.store == "cloud":
        return {"spann": {"space": "cosine"}}
    return {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": EF_SEARCH}}


def open_client(folder: Path, settings: IndexSettings) -> Any:
    """Raises IndexAway when a server does not answer, IndexDamaged when an embedded one can't be opened."""
    import chromadb  # 600 ms
    from chromadb.config import Settings  # 600 ms

    quiet = Settings(anonymized_telemetry=False)
    with explained(folder, settings):
        match settings.store:
            case "server":
                if os.environ.get(TOKEN) and not quiet.chroma_client_auth_provider:
                    quiet.chroma_client_auth_provider = "chromadb.auth.token_authn.TokenAuthClientProvider"
                find_server(settings)
                return impatient(chromadb.HttpClient(settings.server_host, settings.server_port, settings=quiet))
            case "cloud":
                return impatient(chromadb.CloudClient(settings=quiet))
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(unshared_path(folder), settings=quiet)


def find_server(settings: IndexSettings) -> None:
    """Raises OSError when nothing listens there: Chroma's client would wait."""
    address = urlsplit(settings.server_host if "//" in settings.server_host else f"//{settings.server_host}")
    usual = {"http": 80, "https": 443}.get(address.scheme, settings.server_port)
    socket.create_connection((address.hostname or "", address.port or usual), timeout=CONNECTING).close()


def impatient(client: Any) -> Any:
    import httpx  # 100 ms

    for one in (client, client._admin_client):
        if (session := getattr(one._server, "_session", None)) is not None:
            session.timeout = httpx.Timeout(ANSWERING, connect=CONNECTING)
    return client


def close_client(client: Any) -> None:
    """Doing it twice is harmless."""
    client.close()
    # Chroma's HTTP client, and the second one that it makes for itself, leave their connections open.
    for one in (client, client._admin_client):
        if (session := getattr(one._server, "_session", None)) is not None:
            session.close()


def unshared_path(folder: Path) -> str:
    """The folder in a spelling that nobody else in this process uses at the moment.

    Chroma gives all that open the same path one engine, also to who opens it anew because that one is out of date.
    """
    from chromadb.api.shared_system_client import SharedSystemClient  # 600 ms

    path = str(folder.resolve())
    while path in SharedSystemClient._identifier_to_system:
        path += "/."
    return path


@contextmanager
def explained(folder: Path, settings: IndexSettings) -> Iterator[None]:
    """Raises what Chroma raises in the block as a PaperIndexError with its remedy."""
    try:
        yield
    except PaperIndexError:
        raise
    except Exception as error:
        raise unusable_vectors(folder, settings, error) from error
    except BaseException as error:
        if is_panic(error):
            raise unusable_vectors(folder, settings, error) from error
        raise


def unusable_vectors(folder: Path, settings: IndexSettings, error: BaseException) -> PaperIndexError:
    match settings.store:
        case "server":
            return IndexAway(
                f"The Chroma server at {name_of(settings)} can't be used ({error}). "
                "Start one with `chroma run`, mend `index.server_host` and `index.server_port`, "
                f"or set `index.store: embedded`. If it asks for a token, set {TOKEN}."
            )
        case "cloud":
            return IndexAway(
                f"Chroma's cloud can't be used ({error}). "
                "Set CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE, or set `index.store: embedded`."
            )
    if no_room(error):
        return PaperIndexError(
            f"The vectors in {folder} can't be written ({error}). Make room on its disk, and do the same again."
        )
    return IndexDamaged(f"The vectors in {folder} can't be used ({error}). {REPAIR}")


def name_of(settings: IndexSettings) -> str:
    """How a server is called in messages."""
    if settings.store == "cloud":
        return "Chroma's cloud"
    host = settings.server_host
    return host if "//" in host else f"{host}:{settings.server_port}"


def parts(size: int, most: int) -> Iterator[slice]:
    """`size` things in parts of at most so many."""
    for first in range(0, size, most):
        yield slice(first, first + most)
