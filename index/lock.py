"""One process at a time writes to an index folder."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import IndexLocked


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Holds the folder's write lock. Raises IndexLocked at once, naming the process that holds it.

    The operating system drops the lock of a process that ends in any way: none is ever left behind.
    """
    from filelock import FileLock, Timeout

    holder = folder / "writer.pid"
    lock = FileLock(folder / "writer.lock", timeout=0, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise IndexLocked(
            f"The index in {folder} is being written by process {read_pid(holder)}. "
            "Wait until it is done, or stop that process."
        ) from None
    try:
        holder.write_text(str(os.getpid()))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def read_pid(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return "(unknown)"
