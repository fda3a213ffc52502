"""The files that a path means: a file, a folder and what is below it, a pattern, standard input."""

import glob
import os
import stat
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from index.errors import ReadError
from index.readers.row import Problem
from index.readers.source_file import SourceFile
from index.readers.spooling import spooled

STANDARD_INPUT = "-"
MOST_PIPED = 20_000_000_000
"""Bytes that are taken from a pipe, which need not end: the largest dump of abstracts has 5 GB."""
DEEPEST = 100
"""Folders in folders."""

FileKey = tuple[int, int]
"""Device and number: the same for two paths to one folder."""


def find_files(path: Path | str, leave_out: Path | None = None) -> Iterator[SourceFile | Problem]:
    """The file itself; the files of a folder and its subfolders, in order; those a pattern means; or `-`.

    What can't be read of a folder is a `Problem` each, so that nothing is passed over without a word; hidden files and
    folders are left out with a warning, the folder `leave_out` without one. What comes from a pipe is to be read before
    the next file is asked for.
    Raises ReadError when there is no such path, or nothing in the folder.
    """
    if str(path) == STANDARD_INPUT:
        yield from piped(Path("standard input"))
        return
    path = Path(path).expanduser()
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield from matching(path, leave_out, error)
        return
    if stat.S_ISDIR(mode):
        some = below(path, leave_out, set(), 0)
        first = next(some, None)
        if first is None:
            raise ReadError(f"The folder {path} holds no files.", "Name a folder or file of papers.")
        yield from chain([first], some)
    elif stat.S_ISREG(mode):
        yield SourceFile.on_disk(path)
    else:
        yield from piped(path)


def matching(path: Path, leave_out: Path | None, error: Exception) -> Iterator[SourceFile | Problem]:
    """The files that a pattern means that no shell has replaced."""
    found = sorted(glob.glob(str(path), recursive=True)) if glob.has_magic(str(path)) else []
    if not found:
        if isinstance(error, PermissionError):
            raise ReadError(f"{path} can't be read ({error.strerror}).", "Check its permissions.") from error
        what = "file that fits" if glob.has_magic(str(path)) else "file or folder"
        raise ReadError(f"There is no {what} {path}.", "Check the path.") from error
    for each in found:
        try:
            yield from find_files(Path(each), leave_out)
        except ReadError as fault:
            yield Problem.of_file(Path(each), fault)


def below(folder: Path, leave_out: Path | None, seen: set[FileKey], depth: int) -> Iterator[SourceFile | Problem]:
    """`seen` are the folders that were entered: links must not lead round for ever, nor to one place many times."""
    try:
        status = folder.stat()
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Problem(folder, 0, f"The folder can't be read ({error.strerror}).", remedy="Check its permissions.")
        return
    key = (status.st_dev, status.st_ino)
    if key in seen:
        yield Problem(folder, 0, "It is a link to a folder that is read already.", is_lost=False)
        return
    seen.add(key)
    if depth == DEEPEST:
        yield Problem(folder, 0, f"It is {DEEPEST} folders deep: it was not entered.", remedy="Name it by itself.")
        return
    if leave_out is not None and leave_out.exists() and folder.samefile(leave_out):
        return
    for entry in entries:
        path = folder / entry.name
        if entry.name.startswith("."):
            what = "It is hidden: it was left out."
            yield Problem(path, 0, what, remedy="Name it by itself to have it read.", is_lost=False)
        elif path.is_dir():
            yield from below(path, leave_out, seen, depth + 1)
        else:
            yield as_file(path)


def as_file(path: Path) -> SourceFile | Problem:
    try:
        if not path.is_file() and path.exists():
            return Problem(path, 0, "It is a pipe or a device, not a file: it was left out.", is_lost=False)
        return SourceFile.on_disk(path)
    except OSError as error:
        what = "It is a link to nothing" if path.is_symlink() else "It can't be read"
        return Problem(path, 0, f"{what} ({error.strerror}).", remedy="Check it and its permissions.")


def piped(path: Path) -> Iterator[SourceFile]:
    """Standard input, or a pipe of the shell: kept as long as it is read, since it comes but once."""
    if path.exists():
        with path.open("rb") as stream, spooled(path, Tap(path, stream.read).read) as file:
            yield file
    elif sys.stdin is None:
        raise ReadError("There is no standard input.", "Name the file.")
    else:
        with spooled(path, Tap(path, sys.stdin.buffer.read).read, origin=STANDARD_INPUT) as file:
            yield file


class Tap:
    """Bytes of a pipe until it has given too many."""

    def __init__(self, name: Path, read: Callable[[int], bytes]) -> None:
        self._name = name
        self._read = read
        self._bytes = 0

    def read(self, size: int) -> bytes:
        piece = self._read(size)
        self._bytes += len(piece)
        if self._bytes > MOST_PIPED:
            raise ReadError(f"{self._name} gave more than {MOST_PIPED // 1_000_000_000} GB.", "Split it.")
        return piece
