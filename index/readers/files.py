"""The papers of a file, and the files of a folder."""

from collections.abc import Iterator
from pathlib import Path

from index.errors import ReadError
from index.origin import Origin, Record
from index.paper import Paper
from index.readers.fields import make_paper
from index.readers.formats import FORMATS, Format
from index.readers.row import Problem, Row, Trouble
from index.readers.source_file import SourceFile

SUFFIXES = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".txt")
"""What is read of a folder. A file that is named itself may have any suffix."""


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


def read_papers(file: Path | SourceFile) -> Iterator[Paper | Problem]:
    """The papers of a file one by one; see `read_records`."""
    return (found.paper if isinstance(found, Record) else found for found in read_records(file))


def read_records(file: Path | SourceFile) -> Iterator[Record | Problem]:
    """The papers of a file one by one with their places, and a `Problem` for each record that can't be used.

    Raises ReadError when the file can't be read, or not to its end, or its format isn't known.
    """
    try:
        source = file if isinstance(file, SourceFile) else SourceFile.on_disk(file)
        for row in recognise(source).read(source):
            found = make_paper(row) if isinstance(row, Row) else row
            if isinstance(found, Paper):
                yield Record(found, Origin(str(source.name.absolute()), row.line, row.record))
            else:
                yield as_problem(source.name, found)
    except OSError as error:
        name = file.name if isinstance(file, SourceFile) else file
        raise ReadError(f"{name} can't be read ({error.strerror}). Check the file and its permissions.") from error


def recognise(source: SourceFile) -> Format:
    """The format of the file. Raises ReadError when it is empty or no format fits."""
    if not source.beginning.strip():
        raise ReadError(f"{source.name} is empty. Give paperchat a file with papers in it.")
    for format in FORMATS:
        if format.is_this(source):
            return format
    raise ReadError(f"{source.name} is of no format that paperchat reads (docs/formats.md lists them).")


def as_problem(file: Path, trouble: Trouble) -> Problem:
    return Problem(file, trouble.line, trouble.reason, trouble.record, trouble.remedy, trouble.is_lost)
