"""One process at a time writes to an index folder, or opens its vectors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from index.errors import IndexLocked, PaperIndexError

LOCK_PATIENCE = 3.0
"""Seconds to wait for another process that only opens the vectors."""


class FolderLock:
    """Held by one process at a time, by any number of its threads through the same `FolderLock`.

    The operating system lets go of it when a process ends in any way: none is ever left behind.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: Any = FileLock(folder / "writer.lock", thread_local=False)
        self._holder = folder / "writer.pid"

    @contextmanager
    def hold(self, patience: float | None = None) -> Iterator[None]:
        """Raises IndexLocked, naming the process that holds it, after `patience` seconds (LOCK_PATIENCE when None)."""
        try:
            self._lock.acquire(timeout=LOCK_PATIENCE if patience is None else patience)
        except Timeout:
            raise IndexLocked(
                f"The index in {self._folder} is being written by process {self._read_holder()}. "
                "Wait until it is done, or stop that process."
            ) from None
        except OSError as error:
            raise PaperIndexError(
                f"The index folder {self._folder} can't be written ({error.strerror}). "
                "Mend its permissions, or set another `index.folder`."
            ) from error
        try:
            self._holder.write_text(str(os.getpid()))
            yield
        finally:
            self._lock.release()

    def _read_holder(self) -> str:
        try:
            return self._holder.read_text()
        except OSError:
            return "(unknown)"
