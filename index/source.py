"""The papers of some files and folders in one stream; what is wrong with them gathers meanwhile."""

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

from index.errors import ReadError
from index.origin import Record
from index.readers import Limits, Problem, SourceFile, find_files, read_records
from index.remote import Remote, is_remote
from index.selection import Selection

MOST_PROBLEMS = 100_000
"""Kept of a run; a file of millions of records that is wrong throughout must not fill the memory."""


class Source:
    """Gives papers one by one with their places, and holds none. Raises nothing: what is wrong is in `problems`.

    `paths` are as for `find_files`, addresses for `remote`, or files themselves. `leave_out` is a folder that is not
    looked into. `most` papers of an address are taken.
    """

    def __init__(
        self,
        paths: Iterable[Path | str | SourceFile],
        selection: Selection = Selection(),  # noqa: B008 (frozen)
        leave_out: Path | None = None,
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        remote: Remote | None = None,
        most: int | None = None,
    ) -> None:
        self._paths = list(paths)
        self._selection = selection
        self._leave_out = leave_out
        self._limits = limits
        self._folders: list[Path] = []
        self._read: set[str] = set()
        """Origins of files that were read to their end."""
        self._remote = remote or Remote()
        self._most = most
        self._reading: SourceFile | None = None
        self._bytes = self._bytes_read = 0
        self.refused = 0
        """Rows of which no paper could be made."""
        self.left_out = 0
        """Papers that were not selected."""
        self.problems: list[Problem] = []
        self._unnamed = 0
        self.named_unread: list[ReadError] = []
        """Of the paths themselves, those with nothing that we can read; files in a folder don't count."""

    @property
    def share_read(self) -> float:
        """How much of the files is read, 0 to 1; 0 when that is not known."""
        position = self._reading.position if self._reading else 0
        return (self._bytes_read + position) / self._bytes if self._bytes else 0

    def __iter__(self) -> Iterator[Record]:
        self._bytes = sum(map(self._size, self._paths))
        for path in self._paths:
            name = path.name if isinstance(path, SourceFile) else Path(path).expanduser()
            try:
                for file in self._files(path):
                    if isinstance(file, Problem):
                        self._note(file)
                    elif not (yield from self._papers(file, file.name == name)) and is_remote(path):
                        self._remote.doubt(str(path))
            except ReadError as error:
                self._refuse(name, error, is_named=True)
        if self._unnamed:
            message = f"{self._unnamed:,} more problems are not named; the first {MOST_PROBLEMS:,} are."
            self.problems.append(Problem(self.problems[-1].file, 0, message))

    def _files(self, path: Path | str | SourceFile) -> Iterable[SourceFile | Problem]:
        if isinstance(path, SourceFile):
            return [path]
        if is_remote(path):
            return self._remote.open(str(path), self._most)
        folder = Path(path).expanduser()
        if folder.is_dir():
            self._folders.append(folder.absolute())
        return find_files(path, self._leave_out)

    def _papers(self, file: SourceFile, is_named: bool) -> Generator[Record, None, bool]:
        """And whether the file was read to its end and held anything."""
        self._reading = file
        refused, holds_any, has_given, inner = self.refused, False, False, set[str]()
        try:
            for found in read_records(file, self._limits):
                holds_any = True
                if isinstance(found, Problem):
                    self.refused += found.is_lost and bool(found.place)
                    self._note(found)
                elif not self._selection.takes(found.paper):
                    self.left_out += 1
                else:
                    has_given = True
                    inner.add(found.origin.file)
                    yield found
            # Of a file that is nothing but refused records, none has left: it is damaged.
            if (has_given or self.refused == refused) and not is_remote(file.origin):
                self._read |= inner | {file.origin}
        except ReadError as error:
            self._refuse(file.name, error, is_named)
            return False
        finally:
            self._reading = None
            self._bytes_read += file.size
        if not holds_any:
            self._note(
                Problem(file.name, 0, "It holds no papers.", remedy="Check what it was made from.", is_lost=False)
            )
        return holds_any

    def gone(self, file: str) -> str:
        """For `PaperIndex.add`, once all is read: a file that is there but can't be read has lost nothing."""
        if file in self._read:
            return "records"
        path = Path(file)
        is_there = any(each.is_file() for each in (path, *path.parents))
        return "" if is_there or not any(path.is_relative_to(folder) for folder in self._folders) else "file"

    def _refuse(self, path: Path, error: ReadError, is_named: bool) -> None:
        self._note(Problem.of_file(path, error))
        if is_named:
            self.named_unread.append(error)

    def _note(self, problem: Problem) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self._unnamed += 1

    def _size(self, path: Path | str | SourceFile) -> int:
        """Bytes at a path, 0 when unknown: of a folder, a pattern, a pipe."""
        if isinstance(path, SourceFile):
            return path.size
        try:
            return Path(path).expanduser().stat().st_size if Path(path).expanduser().is_file() else 0
        except (OSError, ValueError):
            return 0
