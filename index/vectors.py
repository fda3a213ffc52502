"""Vectors in Chroma: embedded in this process, behind a server, or in Chroma's cloud."""

import hashlib
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.chroma import (
    LONGEST_DOCUMENT,
    SHARED_BATCH,
    close_client,
    configuration,
    explained,
    open_client,
    parts,
    unusable_vectors,
)
from index.embedding import Vector
from index.errors import REPAIR, IndexClosed, IndexDamaged, IndexMismatch, PaperIndexError
from index.paper import paper_of
from index.probe import probe_vectors
from index.seal import Seal, Verdict
from index.settings import IndexSettings

DATABASE = "chroma.sqlite3"
SAME = 1e-5
"""Between the first numbers of two vectors that are one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What is written of a passage beside its vector, where others read it: `digest` is of the model and of the text
    that it read, `sequence` the number of the last entry of the log that the writer knew."""

    id: str
    text: str
    digest: str
    sequence: int


def digest_of(embedding: str, text: str) -> str:
    """Tells whether a vector is what this model makes of this text."""
    return hashlib.sha256(f"{embedding}\n{text}".encode()).hexdigest()[:32]


class Vectors:
    """Passage id -> vector, searched by cosine. Safe to use from several threads.

    An embedded Chroma must be opened under the folder's lock: one that is opened while another process writes crashes,
    and can spoil the files of the other. Once open it may be searched while others write, and shows the state in which
    it was opened.
    On a server the vectors of one embedding and one length of passages have a collection, for all that share them.
    Raises IndexDamaged when the files can't be opened, IndexAway when a server does not answer, IndexMismatch when its
    collection belongs to another index.
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
                self._batch = SHARED_BATCH if self._settings.is_shared else self._client.get_max_batch_size()
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
            close_client(self._client)

    def count(self) -> int:
        with self._lock, self._usable():
            return int(self._collection.count())

    def write(self, ids: Sequence[str], vectors: Vector, shown: Sequence[Shown] = ()) -> None:
        """Adds these passages, in place of earlier ones with their ids. `shown`: where they are shared."""
        for part in parts(len(ids), self._batch):
            about = described(shown[part], vectors[part]) if shown else {}
            with self._lock, self._usable():
                self._seal.lift()
                self._collection.upsert(ids=list(ids[part]), embeddings=vectors[part], **about)
                self._set_seal()

    def remove(self, ids: Sequence[str]) -> None:
        for part in parts(len(ids), self._batch):
            with self._lock, self._usable():
                self._seal.lift()
                self._collection.delete(ids=list(ids[part]))
                self._set_seal()

    def clear(self) -> None:
        with self._lock:
            with self._usable():
                self._seal.lift()
                self._client.delete_collection(self._settings.collection)
            self.close()
            self._open()

    # -- shared with others -----------------------------------------------------------------------------------------

    def take(self, digests: Mapping[str, str]) -> dict[str, Vector]:
        """Passage id -> its vector, of those that are there with just this digest.

        While another process writes, Chroma shows some vectors beside what is said of newer ones, and leaves some out.
        """
        found = dict[str, Vector]()
        ids = list(digests)
        for part in parts(len(ids), self._batch):
            with self._lock, self._usable():
                rows = self._collection.get(ids=ids[part], include=["metadatas", "embeddings"])
            if len(rows["embeddings"]) < len(rows["ids"]):
                continue
            for id, about, vector in zip(rows["ids"], rows["metadatas"], rows["embeddings"], strict=True):
                if (about or {}).get("digest") == digests[id] and abs(about["first"] - vector[0]) < SAME:
                    found[id] = np.asarray(vector, np.float32)
        return found

    def remove_stale(self, ids: Sequence[str], digests: Mapping[str, str], sequence: int) -> None:
        """Removes those of these passages that are there with another digest than they should have, or should not be
        there at all; what was written by one who knew more than `sequence` entries of the log is right, and stays."""
        for part in parts(len(ids), self._batch):
            with self._lock, self._usable():
                rows = self._collection.get(ids=list(ids[part]), include=["metadatas"])
            written = {id: about or {} for id, about in zip(rows["ids"], rows["metadatas"], strict=True)}
            stale = [id for id, about in written.items() if about.get("digest") != digests.get(id)]
            self.remove([id for id in stale if written[id].get("sequence", 0) <= sequence])

    def keep_only(self, ids: Collection[str]) -> None:
        first = 0
        while True:
            with self._lock, self._usable():
                some = self._collection.get(limit=self._batch, offset=first, include=[])["ids"]
            if not some:
                return
            stray = [id for id in some if id not in ids]
            self.remove(stray)
            first += len(some) - len(stray)

    def search(self, vector: Vector, k: int) -> list[tuple[str, float]]:
        """The nearest `k` passages as (passage id, cosine), best first."""
        size = min(k, self.count(), SHARED_BATCH if self._settings.is_shared else k)
        if size < 1:
            return []
        with self._lock, self._usable():
            found = self._collection.query(query_embeddings=[vector], n_results=size, include=["distances"])
        return [(id, 1 - distance) for id, distance in zip(found["ids"][0], found["distances"][0], strict=True)]

    @contextmanager
    def _usable(self) -> Iterator[None]:
        if self._is_closed:
            raise IndexClosed(f"The index in {self._folder.parent} was closed meanwhile. Open it again.")
        with explained(self._folder, self._settings):
            yield


def described(shown: Sequence[Shown], vectors: Vector) -> dict[str, Any]:
    """`first` tells whether a vector is the one that the rest is said of."""
    return {
        "documents": [one.text[:LONGEST_DOCUMENT] for one in shown],
        "metadatas": [
            {"paper": paper_of(one.id), "digest": one.digest, "sequence": one.sequence, "first": float(vector[0])}
            for one, vector in zip(shown, vectors, strict=True)
        ],
    }


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
