"""Passages by their meaning, whoever is writing at the moment."""

import threading
import time
from pathlib import Path

from index.embedding import Vector
from index.encodings import Encodings
from index.errors import IndexAway, IndexLocked, PaperIndexError
from index.library import Library
from index.library_facets import Passing
from index.lock import FolderLock
from index.rows import PassageHit, Rows
from index.settings import IndexSettings
from index.vectors import Vectors

EXACT_BELOW = 3000
"""A library of up to so many passages is searched by its kept vectors alone, one by one.

That takes less than a millisecond, and Chroma's approximate graph now and then has no path to one of some forty
passages (`bench/crash.py`), which a library of few papers can't spare.
"""


AWAY = 10.0
"""Seconds in which a server that did not answer is not asked again."""


class Meaning:
    """Decides what is searched: the kept vectors in memory (`Rows`) under a filter, of a small library, as long as
    another process is writing, in which Chroma can't be opened, and while a server is away; else Chroma. A filter costs
    Chroma 240 ms of 20,000 papers, and the rows 3."""

    def __init__(
        self, folder: Path, settings: IndexSettings, encodings: Encodings, lock: FolderLock | None, library: Library
    ) -> None:
        """Opens Chroma, for this library, if that is possible now. Raises what `Vectors` raises.

        `lock` is None in a folder that can't be written: there an embedded Chroma can't be opened.
        """
        self._library = library
        self._folder = folder
        self._settings = settings
        self._encodings = encodings
        self._folder_lock = lock
        self._lock = threading.RLock()
        self._vectors: Vectors | None = None
        self._is_stale = True
        self._reading = threading.Lock()
        self._rows: Rows | None = None
        self._version = self._version_of_rows = 0
        self._is_small: bool | None = None
        self._away = IndexAway()
        self._away_until = 0.0
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
            self._version += 1
            self._is_small = None

    @property
    def vectors(self) -> Vectors:
        """Chroma itself, for the process that holds the folder's lock. Raises IndexLocked in any other."""
        if self._folder_lock is None:
            raise PaperIndexError(f"The vectors in {self._folder} can't be written. Mend the folder's permissions.")
        with self._lock, self._folder_lock.hold():
            self._away_until = 0.0
            self._open()
            if self._vectors is None:
                raise self._away
            return self._vectors

    def search(self, vector: Vector, k: int, among: Passing | None = None) -> list[PassageHit]:
        """The nearest `k` passages, best first; only those of the papers `among` when it is given."""
        with self._lock:
            if among is None and not self._is_exact():
                if self._is_stale:
                    self._open()
                # Not released before the search is done: another thread may want to open Chroma anew.
                if self._vectors:
                    try:
                        return self._vectors.search(vector, k)
                    except IndexAway as error:
                        self._lose(error)
        return self._current_rows().search(vector, k, among)

    def _current_rows(self) -> Rows:
        # Under a lock of its own: who searches Chroma, or writes, does not wait for so much to be read.
        with self._reading:
            version = self._version
            if self._rows is None or self._version_of_rows != version:
                self._rows = Rows(self._encodings, self._library.facets.numbers(), EXACT_BELOW)
                self._version_of_rows = version
            return self._rows

    def _is_exact(self) -> bool:
        if self._settings.is_shared:
            return False
        if self._is_small is None:
            self._is_small = not self._encodings.has_more_vectors_than(EXACT_BELOW)
        return self._is_small

    def _open(self) -> None:
        """Opens Chroma anew if what is open is stale, and no other process is writing."""
        if not self._is_stale:
            return
        if self._settings.is_shared:
            if time.monotonic() >= self._away_until:
                try:
                    self._vectors = self._vectors or Vectors(self._folder, self._settings, self._library.name)
                    self._is_stale = False
                except IndexAway as error:
                    self._lose(error)
            return
        if self._folder_lock is None:
            self._is_stale = False
            return
        try:
            with self._folder_lock.hold(patience=0):
                self.close()
                self._vectors = Vectors(self._folder, self._settings, self._library.name)
                self._is_stale = False
        except IndexLocked:
            return

    def _lose(self, error: IndexAway) -> None:
        """The server is away: what is kept here is searched, until it is asked again."""
        self.close()
        self._is_stale = True
        self._away, self._away_until = error, time.monotonic() + AWAY
