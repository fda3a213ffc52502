"""Passages by their meaning, whoever is writing at the moment."""

import threading
from collections.abc import Collection
from pathlib import Path

import numpy as np

from index.embedding import Vector
from index.encodings import Encodings
from index.errors import IndexLocked, PaperIndexError
from index.lock import FolderLock
from index.settings import IndexSettings
from index.vectors import Vectors

EXACT_BELOW = 3000
"""Up to so many passages to choose from, their kept vectors are compared one by one.

That takes about a millisecond. A filter costs Chroma far more, and its approximate graph now and then has no path to
one of some forty passages (`bench/crash.py`), which a library of few papers can't spare.
"""

PassageHit = tuple[str, float]
"""(passage id, cosine)"""


class Meaning:
    """The kept vectors of a small library, compared one by one; of a larger one Chroma, or as long as another process
    is writing, in which it can't be opened, the kept vectors."""

    def __init__(
        self, folder: Path, settings: IndexSettings, encodings: Encodings, lock: FolderLock | None, owner: str
    ) -> None:
        """Opens Chroma, for the library called `owner`, if that is possible now. Raises what `Vectors` raises.

        `lock` is None in a folder that can't be written: there an embedded Chroma can't be opened.
        """
        self._owner = owner
        self._folder = folder
        self._settings = settings
        self._encodings = encodings
        self._folder_lock = lock
        self._lock = threading.RLock()
        self._vectors: Vectors | None = None
        self._is_stale = True
        self._kept: tuple[list[str], Vector] | None = None
        self._is_small: bool | None = None
        self._open()

    def close(self) -> None:
        """Doing it twice is harmless."""
        with self._lock:
            if self._vectors:
                self._vectors.close()
            self._vectors = None

    def retire(self) -> None:
        """Another takes its place: lets go of Chroma for good. Searches that still run here are answered."""
        with self._lock:
            self.close()
            self._is_stale = False

    def refresh(self) -> None:
        """Something was written by another process: to be seen as soon as that is possible."""
        with self._lock:
            self._is_stale = True
            self.forget()

    def forget(self) -> None:
        """What was kept has changed."""
        with self._lock:
            self._kept = self._is_small = None

    @property
    def vectors(self) -> Vectors:
        """Chroma itself, for the process that holds the folder's lock. Raises IndexLocked in any other."""
        if self._folder_lock is None:
            raise PaperIndexError(f"The vectors in {self._folder} can't be written. Mend the folder's permissions.")
        with self._lock, self._folder_lock.hold():
            self._open()
            assert self._vectors is not None  # noqa: S101 - the lock is held
            return self._vectors

    def search(self, vector: Vector, k: int, among: Collection[str] | None = None) -> list[PassageHit]:
        """The nearest `k` passages, best first; only those of `among` when it is given."""
        if among is not None and len(among) <= EXACT_BELOW:
            chosen = self._encodings.vectors(among)
            return compare_rows(list(chosen), np.array(list(chosen.values())), vector, k)
        with self._lock:
            if self._is_exact():
                return self._compare(vector, k, among)
            if self._is_stale:
                self._open()
            # Not released before the search is done: another thread may want to open Chroma anew.
            if self._vectors:
                return self._vectors.search(vector, k, among)
            return self._compare(vector, k, among)

    def _is_exact(self) -> bool:
        if self._settings.store != "embedded":
            return False
        if self._is_small is None:
            self._is_small = not self._encodings.has_more_vectors_than(EXACT_BELOW)
        return self._is_small

    def _open(self) -> None:
        """Opens Chroma anew if what is open is stale, and no other process is writing."""
        if not self._is_stale:
            return
        if self._settings.store != "embedded":
            self._vectors = self._vectors or Vectors(self._folder, self._settings, self._owner)
            self._is_stale = False
            return
        if self._folder_lock is None:
            self._is_stale = False
            return
        try:
            with self._folder_lock.hold(patience=0):
                self.close()
                self._vectors = Vectors(self._folder, self._settings, self._owner)
                self._is_stale = False
        except IndexLocked:
            return

    def _compare(self, vector: Vector, k: int, among: Collection[str] | None) -> list[PassageHit]:
        if self._kept is None:
            self._kept = self._encodings.all_vectors()
        ids, matrix = self._kept
        if among is not None:
            wanted = set(among)
            rows = [row for row, id in enumerate(ids) if id in wanted]
            ids, matrix = [ids[row] for row in rows], matrix[rows]
        return compare_rows(ids, matrix, vector, k)


def compare_rows(ids: list[str], matrix: Vector, vector: Vector, k: int) -> list[PassageHit]:
    """The rows of `matrix` nearest to `vector`, all of length 1, by their ids."""
    if not ids:
        return []
    cosines = matrix @ vector
    best = np.argsort(-cosines, kind="stable")[:k]
    return [(ids[at], float(cosines[at])) for at in best]
