"""A file to read, wherever it lies: on disk, in an archive, on standard input."""

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, TextIO

from index.errors import ReadError
from index.readers.text import find_encoding, open_decoded

BEGINNING = 64 * 1024
"""Characters by which a format is recognised: some exports begin with long licences or headers."""
LONGEST_LINE = 10_000_000
"""Characters. The longest abstract is far below; a longer line is no line of a listing of papers."""


class SourceFile:
    """`name` is what messages call it: a path, of which the last parts may be inside an archive.

    `open_stream` gives the bytes from the start, each time anew.
    """

    def __init__(self, name: Path, open_stream: Callable[[], BinaryIO], size: int) -> None:
        self.name = name
        self.size = size
        self._open_stream = open_stream

    @classmethod
    def on_disk(cls, path: Path) -> "SourceFile":
        """Raises OSError when there is none."""
        return cls(path, lambda: path.open("rb"), path.stat().st_size)

    @property
    def suffix(self) -> str:
        """In lower case, with its dot: a hint, no more."""
        return self.name.suffix.lower()

    def open(self) -> BinaryIO:
        """The bytes, from the start. To be closed by the caller."""
        return self._open_stream()

    @cached_property
    def encoding(self) -> str:
        """Raises ReadError when the file isn't text."""
        with self.open() as stream:
            return find_encoding(stream, self.name)

    def open_text(self) -> TextIO:
        """Decoded, with line ends as they stand; bytes that fit no character become U+FFFD. To be closed by the caller.

        Raises ReadError when the file isn't text.
        """
        encoding = self.encoding
        return open_decoded(self.open(), encoding, newline="")

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
                    raise ReadError(
                        f"{self.name}, line {number}, is longer than {LONGEST_LINE // 1_000_000} million characters: "
                        "this is no list of papers. What stood before it was read."
                    )
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
