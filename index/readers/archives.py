"""Files that are packed: gzip, bzip2, xz, zip and tar, each known by its first bytes.

Nothing is written under a name from an archive: names only tell where a paper comes from. What is unpacked is counted,
so that a small file that unpacks to a huge one is refused.
"""

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.errors import ReadError
from index.readers.compressed import BROKEN, STREAMS, Decompressor, Unpacking, stream_sign
from index.readers.row import Problem
from index.readers.source_file import SourceFile
from index.readers.spooling import spooled

LARGEST_DIRECTORY = 20_000_000
"""Bytes of a zip's table of contents, which is read at once: some 200,000 files."""
LARGEST_HEADER = 1_000_000
"""Bytes that a tar's header may ask for at once."""
UNPACKED_ZIP_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)

ZIP, EMPTY_ZIP = b"PK\x03\x04", b"PK\x05\x06"
TAR, TAR_AT = b"ustar", 257
DOCUMENTS = ("[Content_Types].xml", "mimetype")
"""Members that only documents have which are zip within: Word, Excel, OpenDocument, EPUB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What may come out of an archive: files, bytes in all, and bytes for each packed byte once they are many."""

    files: int = 20_000
    total: int = 20_000_000_000
    ratio: int = 100
    """JSON Lines and XML of papers are packed 3 to 20 times; a bomb 1,000 times."""
    free: int = 50_000_000
    """Bytes below which the ratio doesn't matter."""


class Unpacked:
    """Counts what comes out of one packed file. Raises ReadError when it is too much."""

    def __init__(self, file: SourceFile, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._bytes = self._files = 0

    def count(self, piece: bytes) -> bytes:
        self._bytes += len(piece)
        allowed = min(self._limits.total, max(self._limits.free, self._limits.ratio * self._file.size))
        if self._bytes > allowed:
            raise TooMuch(
                f"{self._file.name}, of {self._file.size / 1e6:,.1f} MB, unpacks to more than {allowed / 1e6:,.0f} MB: "
                "files of papers don't.",
                "If it holds papers nevertheless, unpack it yourself and give paperchat the files.",
            )
        return piece

    def count_file(self) -> None:
        self._files += 1
        if self._files > self._limits.files:
            raise TooMuch(
                f"{self._file.name} holds more than {self._limits.files:,} files; those before were read.",
                "Unpack it yourself and give paperchat the folder.",
            )


class TooMuch(ReadError):
    """More comes out of an archive than should."""


def unpack(file: SourceFile, limits: Limits) -> Iterator[SourceFile | Problem]:
    """The file itself, or what is packed in it: each to be read before the next is asked for.

    A file within that can't be had is a `Problem`. Raises ReadError when nothing, or nothing more, can be unpacked.
    """
    yield from Unpacker(Unpacked(file, limits)).unpack(file, depth=0)


class Unpacker:
    """Unpacks one file of a user's, archives in it one level deep."""

    def __init__(self, unpacked: Unpacked) -> None:
        self._unpacked = unpacked

    def unpack(self, file: SourceFile, depth: int) -> Iterator[SourceFile | Problem]:
        kind = kind_of(file)
        if kind in STREAMS:
            yield from self._stream(file, STREAMS[kind], depth)
        elif kind in (ZIP, TAR):
            if depth > 1:
                raise ReadError(f"{file.name} is an archive in an archive in an archive.", "Unpack it yourself.")
            members = self._zip(file) if kind == ZIP else self._tar(file)
            yield from self._members(file, members, depth)
        else:
            yield file

    def _stream(
        self, file: SourceFile, start: Callable[[], Decompressor], depth: int
    ) -> Iterator[SourceFile | Problem]:
        with file.open() as packed:
            unpacking = Unpacking(packed, start, self._unpacked.count)
            with spooled(file.name, unpacking.read, Path(file.name.stem).suffix, file.origin) as content:
                if unpacking.fault and not content.size:
                    raise damaged(file.name, unpacking.fault)
                if kind_of(content) in STREAMS:
                    raise ReadError(f"{file.name} is packed twice.", "Unpack it yourself.")
                yield from self.unpack(content, depth)
                if unpacking.fault:
                    reason = f"The file ends too soon or is damaged ({unpacking.fault}): what stood before was read."
                    yield Problem(file.name, 0, reason, remedy="Download or copy it again.")

    def _members(
        self, file: SourceFile, members: "Iterator[tuple[str, str, Opener]]", depth: int
    ) -> Iterator[SourceFile | Problem]:
        empty = True
        for inner, fault, opener in members:
            self._unpacked.count_file()
            empty = False
            name = Path(f"{file.name}/{inner}")
            if not fault and is_hidden(inner):
                yield Problem(name, 0, "It is a hidden file: it was left out.", is_lost=False)
                continue
            if fault:
                yield Problem(name, 0, fault, remedy="Unpack it yourself and give paperchat the file.")
                continue
            yield from self._member(name, f"{file.origin}/{inner}", opener, depth)
        if empty:
            raise ReadError(f"{file.name} is an archive without files.", "Give paperchat one with papers in it.")

    def _member(self, name: Path, origin: str, opener: "Opener", depth: int) -> Iterator[SourceFile | Problem]:
        reading = True

        def read(stream: BinaryIO, size: int) -> bytes:
            return self._unpacked.count(stream.read(size))

        try:
            with opener() as stream, spooled(name, partial(read, stream), origin=origin) as content:
                reading = False
                yield from self.unpack(content, depth=depth + 1)
        except TooMuch:
            raise
        except ReadError as error:
            yield Problem.of_file(name, error)
        except BROKEN as error:
            if not reading:
                raise
            yield Problem.of_file(name, damaged(name, error))

    def _zip(self, file: SourceFile) -> "Iterator[tuple[str, str, Opener]]":
        if size_of_directory(file) > LARGEST_DIRECTORY:
            raise ReadError(f"{file.name} holds too many files.", "Unpack it yourself and give paperchat the folder.")
        with file.open() as stream:
            try:
                packed = zipfile.ZipFile(stream)
            except BROKEN as error:
                raise damaged(file.name, error) from error
            with packed:
                for info in packed.infolist():
                    if info.is_dir():
                        continue
                    fault = ""
                    if info.flag_bits & 1:
                        fault = "It is encrypted."
                    elif info.compress_type not in UNPACKED_ZIP_METHODS:
                        fault = "It is packed in a way that isn't read."
                    yield info.filename, fault, lambda info=info: packed.open(info)  # type: ignore[misc]

    def _tar(self, file: SourceFile) -> "Iterator[tuple[str, str, Opener]]":
        with file.open() as stream:
            try:
                packed = tarfile.TarFile(fileobj=ShortReads(stream), errorlevel=0)  # type: ignore[arg-type]
            except BROKEN as error:
                raise damaged(file.name, error) from error
            with packed:
                while True:
                    try:
                        member = packed.next()
                    except BROKEN as error:
                        yield "…", f"The archive is damaged from here on ({error}).", refuse
                        return
                    if member is None:
                        return
                    packed.members = []  # type: ignore[attr-defined]  # TarFile keeps all it has seen
                    if member.isdir():
                        continue
                    fault = "" if member.isreg() else "It is a link or a device: it was not followed."
                    yield member.name, fault, lambda member=member: opened(packed, member)  # type: ignore[misc]


Opener = Callable[[], AbstractContextManager[BinaryIO]]


def refuse() -> AbstractContextManager[BinaryIO]:
    raise EOFError


def opened(packed: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO:
    stream = packed.extractfile(member)
    if stream is None:
        raise EOFError("there is nothing in it")
    return stream  # type: ignore[return-value]


class ShortReads:
    """A file that a tar is read from; its headers say how long they are, and may lie."""

    def __init__(self, stream: BinaryIO) -> None:
        self.name = ""
        self.mode = "rb"
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= LARGEST_HEADER:
            raise tarfile.ReadError("a header is too long")
        return self._stream.read(size)


def kind_of(file: SourceFile) -> bytes:
    """The sign of the kind of archive; empty when it is none, or a document that is an archive within."""
    head = file.head(TAR_AT + len(TAR))
    if head[TAR_AT:] == TAR:
        return TAR
    if head.startswith((ZIP, EMPTY_ZIP)):
        return b"" if is_document(file) else ZIP
    return stream_sign(head)


def is_document(file: SourceFile) -> bool:
    if size_of_directory(file) > LARGEST_DIRECTORY:
        return False
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as packed:
            return not set(DOCUMENTS).isdisjoint(packed.namelist())
    except BROKEN:
        return False


def size_of_directory(file: SourceFile) -> int:
    """Bytes of a zip's table of contents as the end of the file says, before anything reads it."""
    with file.open() as stream:
        stream.seek(max(0, file.size - 66_000))
        tail = stream.read()
    sizes = []
    for sign, offset, length in ((b"PK\x05\x06", 12, 4), (b"PK\x06\x06", 40, 8)):
        at = tail.rfind(sign)
        if at >= 0:
            size = int.from_bytes(tail[at + offset : at + offset + length], "little")
            sizes.append(0 if size == 0xFFFFFFFF and length == 4 else size)
    return max(sizes, default=0)


def is_hidden(name: str) -> bool:
    """As archives of a Mac have beside each file, and folders of a version control."""
    parts = PurePosixPath(name).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def damaged(name: Path, error: object) -> ReadError:
    return ReadError(
        f"{name} is damaged and can't be unpacked ({error or 'it is cut off'}).", "Download or copy it again."
    )
