"""Whether the files of a search engine are still those that it wrote: engines crash on files that are not."""

import json
import os
import zlib
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from pathlib import Path

PIECE = 1 << 20

Files = dict[str, tuple[int, int, int | None]]
"""Path below the folder -> (size, time of change in ns, CRC-32 or None for files that are not summed)."""


class Verdict(Enum):
    """What the seal of a folder says of its files."""

    WHOLE = "as they were written"
    UNKNOWN = "a run was stopped while writing, or an older program wrote them"
    DAMAGED = "not what was written"


class Seal:
    """A list of the folder's files beside it, made after each change of theirs and lifted before.

    Comparing sizes and times takes microseconds. Where a time differs, as in a copy of the folder, the sums decide.
    """

    def __init__(self, folder: Path, is_listed: Callable[[str], bool], is_summed: Callable[[str], bool]) -> None:
        """`is_listed`, `is_summed`: which files, by their names, the engine needs, and whose bytes are summed."""
        self._folder = folder
        self._file = folder.with_name(f"{folder.name}.seal")
        self._is_listed = is_listed
        self._is_summed = is_summed
        self._sealed: Files = {}

    def lift(self) -> None:
        """To be called before files change."""
        with suppress(OSError):
            self._file.unlink()

    def set(self) -> None:
        """To be called after files changed. A folder that can't be written stays as it is."""
        if not self._sealed:
            self._sealed = self._read() or {}
        files: Files = {}
        for name, (size, time) in self._look().items():
            before = self._sealed.get(name)
            is_same = before is not None and before[:2] == (size, time)
            files[name] = before if before and is_same else (size, time, self._sum(name))
        if files == self._sealed and self._file.exists():
            return
        self._sealed = files
        new = self._file.with_suffix(".new")
        try:
            new.write_text(json.dumps(files))
            os.replace(new, self._file)
        except OSError:
            # No seal says less than a wrong one, and there may be no room for it.
            self.lift()
            with suppress(OSError):
                new.unlink()

    def verdict(self, *, thorough: bool = False) -> Verdict:
        """`thorough`: sums all files, whatever their times."""
        sealed = self._read()
        if sealed is None:
            return Verdict.UNKNOWN
        found = self._look()
        verdict = Verdict.WHOLE
        for name, (size, time, sum) in sealed.items():
            if name not in found or (sum is not None and found[name][0] != size):
                verdict = Verdict.DAMAGED
            elif found[name] != (size, time) or thorough:
                if sum is None:
                    verdict = Verdict.UNKNOWN if found[name] != (size, time) else verdict
                elif self._sum(name) != sum:
                    verdict = Verdict.DAMAGED
            if verdict is Verdict.DAMAGED:
                break
        # Another process may have gone on writing meanwhile.
        return verdict if self._read() == sealed else Verdict.UNKNOWN

    def _look(self) -> dict[str, tuple[int, int]]:
        found = {}
        for file in self._folder.rglob("*"):
            if self._is_listed(file.name):
                with suppress(FileNotFoundError):
                    seen = file.stat()
                    if not file.is_dir():
                        found[file.relative_to(self._folder).as_posix()] = (seen.st_size, seen.st_mtime_ns)
        return found

    def _sum(self, name: str) -> int | None:
        if not self._is_summed(name):
            return None
        sum = 0
        with suppress(OSError), (self._folder / name).open("rb") as file:
            while piece := file.read(PIECE):
                sum = zlib.crc32(piece, sum)
        return sum

    def _read(self) -> Files | None:
        try:
            return {name: (size, time, sum) for name, (size, time, sum) in json.loads(self._file.read_text()).items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return None
