"""What a reader yields of a file, and what is told of records that can't be used."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import ReadError


@dataclass(frozen=True, slots=True)
class Row:
    """What a file says of one paper: its values under the names of the source, or under those of `fields.NAMES`.

    `line` is its first line and `record` its place among the records, each counted from 1, 0 when unknown.
    """

    values: Mapping[str, Any]
    line: int = 0
    record: int = 0


@dataclass(frozen=True, slots=True)
class Trouble:
    """A record that can't be used and why, in one sentence; `remedy` is what its owner may do about it.

    `is_lost` is False for a warning: the record went in, but not as it stood.
    """

    reason: str
    line: int = 0
    record: int = 0
    remedy: str = ""
    is_lost: bool = True


@dataclass(frozen=True, slots=True)
class Problem:
    """A `Trouble` with the file it is in. `line` and `record` are 0 when it is about the whole file."""

    file: Path
    line: int
    message: str
    record: int = 0
    remedy: str = ""
    is_lost: bool = True

    @classmethod
    def of_file(cls, file: Path, error: ReadError) -> "Problem":
        """That a file can't be read; it need not name the file once more."""
        reason = error.reason
        if reason.startswith(f"{file} "):
            reason = f"It {reason.removeprefix(f'{file} ')}"
        return cls(file, 0, reason, remedy=error.remedy)

    @property
    def place(self) -> str:
        """Where in the file: "line 3", "record 7", or nothing."""
        if self.line:
            return f"line {self.line}"
        return f"record {self.record}" if self.record else ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}, {self.place}" if self.place else self.file
        return f"{place}: {self.message} {self.remedy}".rstrip()
