"""The papers of some files and folders in one stream; what is wrong with them gathers meanwhile."""

from collections.abc import Generator, Iterable, Iterator
from pathlib import Path

from index.errors import ReadError
from index.paper import Paper, fold_title
from index.readers import Limits, Problem, SourceFile, find_files, read_papers
from index.remote import Remote, is_remote
from index.selection import Selection

MOST_PROBLEMS = 100_000
"""Kept of a run; a file of millions of records that is wrong throughout must not fill the memory."""
REMEMBERED = 200_000
"""Ids whose titles are remembered, to tell of two papers with one id: the latest."""


class Source:
    """Gives papers one by one and holds none of them. Raises nothing: what is wrong is in `problems`.

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
        self._remote = remote or Remote()
        self._most = most
        self._titles: dict[str, str] = {}
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

    def __iter__(self) -> Iterator[Paper]:
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
        return find_files(path, self._leave_out)

    def _papers(self, file: SourceFile, is_named: bool) -> Generator[Paper, None, bool]:
        """And whether the file was read to its end and held anything."""
        self._reading = file
        holds_any = False
        try:
            for found in read_papers(file, self._limits):
                holds_any = True
                if isinstance(found, Problem):
                    self.refused += found.is_lost and bool(found.place)
                    self._note(found)
                elif not self._selection.takes(found):
                    self.left_out += 1
                else:
                    self._compare_titles(file, found)
                    yield found
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

    def _compare_titles(self, file: SourceFile, paper: Paper) -> None:
        title = fold_title(paper.title)
        before = self._titles.pop(paper.id, title)
        if before != title:
            message = f"The id {paper.id} occurs with another title as well; this one was kept: {paper.title}"
            self._note(Problem(file.name, 0, message, is_lost=False))
        self._titles[paper.id] = title
        if len(self._titles) > REMEMBERED:
            del self._titles[next(iter(self._titles))]

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
