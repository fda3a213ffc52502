"""A file to read, wherever it lies: on disk, in an archive, on standard input."""

import io
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TextIO

from index.errors import ReadError
from index.readers.text import find_encoding, open_decoded, windows_errors

BEGINNING = 64 * 1024
"""Characters by which a format is recognised: some exports begin with long licences or headers."""
LONGEST_LINE = 10_000_000
"""Characters. The longest abstract is far below; a longer line is no line of a listing of papers."""


class SourceFile:
    """`name` is what messages call it: a path, of which the last parts may be inside an archive.

    `open_stream` gives the bytes from the start, each time anew. `suffix` is that of `name` unless it is given.
    `origin` is what the library remembers of where papers come from, the whole path unless it is given.
    """

    def __init__(
        self,
        name: Path,
        open_stream: Callable[[], BinaryIO],
        size: int,
        suffix: str | None = None,
        origin: str | None = None,
    ) -> None:
        self.name = name
        self.origin = str(name.absolute()) if origin is None else origin
        self.size = size
        self.suffix = (name.suffix if suffix is None else suffix).lower()
        """In lower case, with its dot: a hint, no more."""
        self._open_stream = open_stream
        self._latest: BinaryIO | None = None

    @classmethod
    def on_disk(cls, path: Path) -> "SourceFile":
        """Raises OSError when there is none."""
        return cls(path, lambda: path.open("rb"), path.stat().st_size)

    def open(self) -> BinaryIO:
        """The bytes, from the start. To be closed by the caller."""
        self._latest = self._open_stream()
        return self._latest

    @property
    def position(self) -> int:
        """How many bytes of what was opened last are read: to tell how far a reader is."""
        return self._latest.tell() if self._latest and not self._latest.closed else 0

    def head(self, size: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)

    @cached_property
    def encoding(self) -> str:
        """Raises ReadError when the file isn't text."""
        with self.open() as stream:
            return find_encoding(stream, self.name)

    def open_text(self) -> TextIO:
        """Decoded, with line ends as they stand; bytes that fit no character become U+FFFD. To be closed by the caller.

        Raises ReadError when the file isn't text; so do `readline` and iteration at a line that is too long.
        """
        encoding = self.encoding
        return BoundedText(self, encoding)

    @cached_property
    def beginning(self) -> str:
        """The first characters. Raises ReadError when the file isn't text."""
        with self.open_text() as stream:
            return stream.read(BEGINNING)

    def lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number, counted from 1, without its end. Raises ReadError at a line that is too long."""
        encoding = self.encoding
        with open_decoded(self.open(), encoding) as stream:
            number = 0
            while line := stream.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise too_long(self.name, f", line {number},")
                yield number, line.rstrip("\n")

    def read_text(self, most: int) -> str:
        """The whole file, for formats that can't be read by parts. Raises ReadError above `most` bytes."""
        if self.size > most:
            raise ReadError(
                f"{self.name} has {self.size / 1e6:,.0f} MB; {most // 1_000_000} MB of this format are read at once. "
                "Split it, or export it as JSON Lines or CSV."
            )
        with self.open_text() as stream:
            return stream.read()


class BoundedText(io.TextIOWrapper):
    """Text whose lines are bounded: one endless line must not fill the memory."""

    def __init__(self, file: SourceFile, encoding: str) -> None:
        super().__init__(file.open(), encoding=encoding, errors=windows_errors(), newline="")
        self._file = file.name

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        line = super().readline(LONGEST_LINE if size < 0 else size)
        if size < 0 and len(line) == LONGEST_LINE:
            raise too_long(self._file)
        return line


def too_long(file: Path, place: str = "") -> ReadError:
    return ReadError(
        f"{file}{place} has a line longer than {LONGEST_LINE // 1_000_000} million characters: this is no list of "
        "papers. What stood before it was read.",
        "Export it anew.",
    )
