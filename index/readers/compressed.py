"""Compressed streams, gzip, bzip2 and xz, unpacked piece by piece, and damage in them told rather than raised."""

import bz2
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from index.errors import ReadError
from index.readers.spooling import PIECE

XZ_MEMORY = 128_000_000
"""Bytes that unpacking xz may take: `xz -9` asks for 65 MB."""

GZIP, BZIP2, XZ = b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\x00"
BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""What follows the sign of bzip2, and a digit; text may begin with the sign alone."""

BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
)
"""What the unpackers of the standard library raise for a damaged archive."""


class Decompressor(Protocol):
    """As in bz2 and lzma."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Gunzip:
    """zlib's own object with the interface of the others."""

    def __init__(self) -> None:
        self._zlib = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def needs_input(self) -> bool:
        return not self._zlib.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, max(max_length, 0))


STREAMS: dict[bytes, Callable[[], Decompressor]] = {
    GZIP: Gunzip,
    BZIP2: bz2.BZ2Decompressor,
    XZ: lambda: lzma.LZMADecompressor(memlimit=XZ_MEMORY),
}


def stream_sign(head: bytes) -> bytes:
    """The key of `STREAMS` for a file that begins so; empty when it isn't compressed."""
    if head.startswith(BZIP2) and head[4:10] not in BZIP2_BLOCKS:
        return b""
    return next((sign for sign in STREAMS if head.startswith(sign)), b"")


class Unpacking:
    """A compressed stream, or several joined, unpacked by pieces; where it is damaged it ends, with a `fault`."""

    def __init__(self, packed: BinaryIO, start: Callable[[], Decompressor], count: Callable[[bytes], bytes]) -> None:
        self.fault: str = ""
        self._packed, self._start, self._count = packed, start, count
        self._stream = start()

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end."""
        try:
            while not self.fault:
                data, is_last = b"", False
                if self._stream.eof:
                    data = self._stream.unused_data.lstrip(b"\0") or self._packed.read(PIECE).lstrip(b"\0")
                    if not data:
                        return b""
                    self._stream = self._start()
                elif self._stream.needs_input:
                    data = self._packed.read(PIECE)
                    is_last = not data
                if piece := self._stream.decompress(data, size):
                    return self._count(piece)
                if is_last and not self._stream.eof:
                    self.fault = "it is cut off"
        except ReadError:
            raise
        except BROKEN as error:
            self.fault = str(error) or type(error).__name__
        return b""
