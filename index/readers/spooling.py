"""Bytes that come but once, from an archive or a pipe, kept for as long as a reader needs them."""

import io
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from index.errors import ReadError, no_room
from index.readers.source_file import SourceFile

IN_MEMORY = 4_000_000
"""Bytes that are kept in memory; what is larger goes to a temporary file."""
PIECE = 1 << 18
"""Bytes read at once."""


@contextmanager
def spooled(
    name: Path, read: Callable[[int], bytes], suffix: str | None = None, origin: str | None = None
) -> Iterator[SourceFile]:
    """The bytes that `read` gives, piece by piece until there are no more, as a file; it is gone when the context ends.

    `suffix` and `origin`: see `SourceFile`. Raises what `read` raises, and ReadError when there is no room for a
    temporary file.
    """
    kept = io.BytesIO()
    while piece := read(PIECE):
        kept.write(piece)
        if kept.tell() > IN_MEMORY:
            break
    if not piece:
        content = kept.getvalue()
        yield SourceFile(name, lambda: io.BytesIO(content), len(content), suffix, origin)
        return
    with tempfile.TemporaryDirectory(prefix="paperchat-") as folder:
        path = Path(folder) / "spooled"
        with path.open("wb") as file:
            write(name, file, kept.getbuffer())
            kept = io.BytesIO()
            while piece := read(PIECE):
                write(name, file, piece)
        yield SourceFile(name, lambda: path.open("rb"), path.stat().st_size, suffix, origin)


def write(name: Path, file: BinaryIO, piece: bytes | memoryview) -> None:
    try:
        file.write(piece)
    except OSError as error:
        if not no_room(error):
            raise
        raise ReadError(
            f"There is no room to unpack {name} in the folder for temporary files.",
            f"Make room, or name another folder in {'TEMP' if os.name == 'nt' else 'TMPDIR'}.",
        ) from error
