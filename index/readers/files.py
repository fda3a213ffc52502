"""Which reader a file needs, by its suffix or by looking inside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.paper import Paper
from index.readers import json_files, listing, table
from index.readers.fields import Row, make_paper
from index.readers.text import read_beginning

Reader = Callable[[Path], Iterator[Row | tuple[int, str]]]

READERS: dict[str, Reader] = {
    ".jsonl": json_files.read_lines,
    ".ndjson": json_files.read_lines,
    ".json": json_files.read_json,
    ".csv": table.read_table,
    ".tsv": table.read_table,
}
SUFFIXES = (*READERS, ".txt")
"""What is read of a folder. A file that is named itself may have any suffix."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that did not go in, or not as it stood. `line` counts from 1; 0 when it is about the whole file."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


def find_files(path: Path) -> list[Path]:
    """The file itself, or the files of a folder and its subfolders that can hold papers, hidden ones left out.

    Raises ReadError when there is no such path, or nothing in the folder to read.
    """
    if not path.exists():
        raise ReadError(f"There is no file or folder {path}. Check the path.")
    if not path.is_dir():
        return [path]
    files = [
        file
        for file in sorted(path.rglob("*"))
        if file.suffix.lower() in SUFFIXES
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(path).parts)
    ]
    if not files:
        raise ReadError(f"The folder {path} holds no {', '.join(SUFFIXES)} files. Name a folder or file of papers.")
    return files


def read_papers(file: Path) -> Iterator[Paper | Problem]:
    """The papers of a file one by one, and a `Problem` for each row that can't be used.

    Raises ReadError, before the first paper, when the file can't be read or its format isn't known.
    """
    try:
        for row in choose_rows(file):
            if isinstance(row, Row):
                paper = make_paper(row)
                yield paper if isinstance(paper, Paper) else Problem(file, row.line, paper)
            else:
                yield Problem(file, *row)
    except OSError as error:
        raise ReadError(f"{file} can't be read ({error.strerror}). Check the file and its permissions.") from error


def choose_rows(file: Path) -> Iterator[Row | tuple[int, str]]:
    """The rows of the file, read by what its suffix promises; anything else is told by its first line."""
    beginning = read_beginning(file)
    if not beginning.strip():
        raise ReadError(f"{file} is empty. Give paperchat a file with papers in it.")
    read = READERS.get(file.suffix.lower()) or look_inside(beginning)
    return read(file)


def look_inside(beginning: str) -> Reader:
    first = beginning.lstrip()
    if first[0] in "{[":
        return json_files.read_json
    return table.read_table if table.find_delimiter(first.splitlines()[0]) else listing.read_listing
