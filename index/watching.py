"""What changes in a folder, seen by looking at it again and again."""

from pathlib import Path

from index.errors import ReadError
from index.readers import SourceFile, find_files

State = tuple[int, int]
"""When a file was last changed, and its size."""


class FolderWatch:
    """Each call of `settled` is a look; the first one sees all files of the folder as new."""

    def __init__(self, folder: Path, leave_out: Path | None = None) -> None:
        self._folder = folder
        self._leave_out = leave_out
        self._last: dict[Path, State] = {}
        self._told: dict[Path, State] = {}

    def settled(self) -> list[Path]:
        """The files that are new or other than when they were last told, and the same as at the look before.

        A file that is still being written is told once it rests.
        """
        now = self._look()
        rested = {path: state for path, state in now.items() if self._last.get(path) == state}
        changed = [path for path, state in rested.items() if self._told.get(path) != state]
        self._last = now
        self._told = {path: state for path, state in self._told.items() if path in now} | {
            path: rested[path] for path in changed
        }
        return changed

    def _look(self) -> dict[Path, State]:
        found: dict[Path, State] = {}
        try:
            for file in find_files(self._folder, self._leave_out):
                if isinstance(file, SourceFile):
                    status = file.name.stat()
                    found[file.name] = (status.st_mtime_ns, status.st_size)
        except (ReadError, OSError):
            pass  # An empty folder, or a file that is gone since: the next look tells.
        return found
