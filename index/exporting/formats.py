"""Which formats there are, and which one a file name asks for."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from index.errors import ReadError
from index.exporting.bibtex import write_bibtex
from index.exporting.csl import write_csl
from index.exporting.ris import write_ris
from index.exporting.rows import write_csv, write_jsonl
from index.paper import Paper

EXPORTS: dict[str, Callable[[Iterable[Paper]], Iterator[str]]] = {
    "jsonl": write_jsonl,
    "bibtex": write_bibtex,
    "ris": write_ris,
    "csl": write_csl,
    "csv": write_csv,
}
SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".bib": "bibtex", ".ris": "ris", ".json": "csl", ".csv": "csv"}


def export_papers(papers: Iterable[Paper], format: str) -> Iterator[str]:
    """The file, piece by piece. `format` is a key of EXPORTS."""
    return EXPORTS[format](papers)


def export_format(file: Path) -> str:
    """What the suffix asks for. Raises ReadError when it says nothing."""
    if file.suffix.lower() not in SUFFIXES:
        raise ReadError(f"{file.name} does not say which format is meant. Add --format {'|'.join(EXPORTS)}.")
    return SUFFIXES[file.suffix.lower()]
