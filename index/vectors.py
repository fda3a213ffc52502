"""Vectors in Chroma: embedded in this process, behind a server, or in Chroma's cloud."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.embedding import Vector
from index.errors import REPAIR, IndexClosed, IndexDamaged, IndexMismatch, PaperIndexError, is_panic, no_room
from index.probe import probe_vectors
from index.seal import Seal, Verdict
from index.settings import IndexSettings

EF_SEARCH = 400
"""How many neighbours Chroma looks at: recall@10 is .52 at its default of 100 on hard data, 1.0 here on clustered."""

CLOUD_BATCH = 300
DATABASE = "chroma.sqlite3"


class Vectors:
    """Passage id -> vector, searched by cosine. Safe to use from several threads.

    An embedded Chroma must be opened under the folder's lock: one that is opened while another process writes crashes,
    and can spoil the files of the other. Once open it may be searched while others write, and shows the state in which
    it was opened.
    Raises IndexDamaged when the files can't be opened, PaperIndexError when a server does not answer, IndexMismatch
    when its collection belongs to another index.
    """

    def __init__(self, folder: Path, settings: IndexSettings, owner: str) -> None:
        """`owner` tells the library whose passages these are from others that keep theirs on the same server."""
        self._folder = folder
        self._settings = settings
        self._owner = owner
        self._lock = threading.RLock()
        self._seal = seal_of_vectors(folder)
        self._is_closed = False
        self._open()

    def _open(self) -> None:
        self._is_closed = False
        if self._settings.store == "embedded":
            check_vectors(self._folder, self._settings)
            self._seal.lift()
        self._client = open_client(self._folder, self._settings)
        try:
            with self._usable():
                self._collection = self._client.get_or_create_collection(
                    self._settings.collection,
                    metadata={"library": self._owner},
                    configuration=configuration(self._settings),
                    embedding_function=None,
                )
                # Chroma takes in what was written last when it is first read: have that done now, under the lock.
                self._collection.get(limit=1, include=["embeddings"])
                self._batch = self._client.get_max_batch_size()
            if self._settings.store == "cloud":
                self._batch = min(self._batch, CLOUD_BATCH)
            if (self._collection.metadata or {}).get("library") != self._owner:
                raise self._of_another()
        except BaseException:
            self.close()
            raise
        self._set_seal()

    def _of_another(self) -> PaperIndexError:
        if self._settings.store == "embedded":
            return IndexDamaged(f"The vectors in {self._folder} are those of another library. {REPAIR}")
        return IndexMismatch(
            f"The collection {self._settings.collection} belongs to another index. "
            "Set `index.collection` to another name."
        )

    def _set_seal(self) -> None:
        if self._settings.store == "embedded":
            self._seal.set()

    def close(self) -> None:
        """Doing it twice is harmless."""
        with self._lock:
            self._is_closed = True
            self._client.close()
            # Chroma's HTTP client, and the second one that it makes for itself, leave their connections open.
            for client in (self._client, self._client._admin_client):
                if (session := getattr(client._server, "_session", None)) is not None:
                    session.close()

    def count(self) -> int:
        with self._lock, self._usable():
            return int(self._collection.count())

    def write(self, ids: Sequence[str], vectors: Vector) -> None:
        """Adds these passages, in place of earlier ones with their ids."""
        for part in self._parts(len(ids)):
            with self._lock, self._usable():
                self._seal.lift()
                self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part])
                self._set_seal()

    def remove(self, ids: Sequence[str]) -> None:
        for part in self._parts(len(ids)):
            with self._lock, self._usable():
                self._seal.lift()
                self._collection.delete(ids=list(ids[part]))
                self._set_seal()

    def remove_others(self) -> None:
        """On a server: removes the collections that earlier builds of this library left there."""
        if self._settings.store == "embedded":
            return
        with self._lock, self._usable():
            for collection in self._client.list_collections():
                is_ours = (collection.metadata or {}).get("library") == self._owner
                if is_ours and collection.name != self._settings.collection:
                    self._client.delete_collection(collection.name)

    def clear(self) -> None:
        with self._lock:
            with self._usable():
                self._seal.lift()
                self._client.delete_collection(self._settings.collection)
            self.close()
            self._open()

    def search(self, vector: Vector, k: int) -> list[tuple[str, float]]:
        """The nearest `k` passages as (passage id, cosine), best first."""
        size = min(k, self.count())
        if size < 1:
            return []
        with self._lock, self._usable():
            found = self._collection.query(query_embeddings=[vector], n_results=size, include=["distances"])
        return [(id, 1 - distance) for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    @contextmanager
    def _usable(self) -> Iterator[None]:
        if self._is_closed:
            raise IndexClosed(f"The index in {self._folder.parent} was closed meanwhile. Open it again.")
        try:
            yield
        except PaperIndexError:
            raise
        except Exception as error:
            raise unusable_vectors(self._folder, self._settings, error) from error
        except BaseException as error:
            if is_panic(error):
                raise unusable_vectors(self._folder, self._settings, error) from error
            raise

    def _parts(self, size: int) -> Iterator[slice]:
        for first in range(0, size, self._batch):
            yield slice(first, first + self._batch)


def seal_of_vectors(folder: Path) -> Seal:
    """Chroma's own database changes at each opening, and SQLite knows by itself when it is broken: it is not summed."""
    return Seal(
        folder,
        is_listed=lambda name: name == DATABASE or name.endswith((".bin", ".pickle")),
        is_summed=lambda name: not name.endswith(DATABASE),
    )


def check_vectors(folder: Path, settings: IndexSettings, *, thorough: bool = False) -> None:
    """Raises IndexDamaged when an embedded Chroma can't be opened there, which would end this process by a signal.

    `thorough` reads all of its files. The folder's lock must be held.
    """
    if not folder.exists():
        return
    try:
        if not folder.is_dir():
            raise IndexDamaged("it is no folder")
        if (verdict := seal_of_vectors(folder).verdict(thorough=thorough)) is Verdict.DAMAGED:
            raise IndexDamaged(verdict.value)
        if verdict is Verdict.UNKNOWN:
            probe_vectors(folder, settings)
    except IndexDamaged as error:
        raise unusable_vectors(folder, settings, error) from error


def configuration(settings: IndexSettings) -> Any:
    if settings.store == "cloud":
        return {"spann": {"space": "cosine"}}
    return {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": EF_SEARCH}}


def open_client(folder: Path, settings: IndexSettings) -> Any:
    import chromadb  # 600 ms
    from chromadb.config import Settings  # 600 ms

    quiet = Settings(anonymized_telemetry=False)
    try:
        match settings.store:
            case "server":
                return chromadb.HttpClient(settings.server_host, settings.server_port, settings=quiet)
            case "cloud":
                return chromadb.CloudClient(settings=quiet)
        folder.mkdir(parents=True, exist_ok=True)
        return chromadb.PersistentClient(unshared_path(folder), settings=quiet)
    except Exception as error:
        raise unusable_vectors(folder, settings, error) from error
    except BaseException as error:
        if is_panic(error):
            raise unusable_vectors(folder, settings, error) from error
        raise


def unshared_path(folder: Path) -> str:
    """The folder in a spelling that nobody else in this process uses at the moment.

    Chroma gives all that open the same path one engine, also to who opens it anew because that one is out of date.
    """
    from chromadb.api.shared_system_client import SharedSystemClient  # 600 ms

    path = str(folder.resolve())
    while path in SharedSystemClient._identifier_to_system:
        path += "/."
    return path


def unusable_vectors(folder: Path, settings: IndexSettings, error: BaseException) -> PaperIndexError:
    match settings.store:
        case "server":
            return PaperIndexError(
                f"The Chroma server at {settings.server_host}:{settings.server_port} can't be used ({error}). "
                "Start one with `chroma run`, mend `index.server_host` and `index.server_port`, "
                "or set `index.store: embedded`."
            )
        case "cloud":
            return PaperIndexError(
                f"Chroma's cloud can't be used ({error}). "
                "Set CHROMA_API_KEY, CHROMA_TENANT and CHROMA_DATABASE, or set `index.store: embedded`."
            )
    if no_room(error):
        return PaperIndexError(
            f"The vectors in {folder} can't be written ({error}). Make room on its disk, and do the same again."
        )
    return IndexDamaged(f"The vectors in {folder} can't be used ({error}). {REPAIR}")
