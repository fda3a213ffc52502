"""Files in, an index out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.errors import ReadError
from index.origin import Record
from index.paper_index import PaperIndex
from index.readers import Problem, find_files, read_records
from index.settings import IndexSettings
from index.writing import IngestReport, OnProgress


def ingest(
    paths: Sequence[Path | str],
    settings: IndexSettings,
    *,
    rebuild: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Brings the papers of these files and folders into the index of `settings.folder`.

    Papers that are there unchanged are skipped, changed ones replaced. What can't be used is named in the report's
    `problems`; the rest goes in. `rebuild` first makes the index anew from the papers that it holds: after a change of
    embedding or of `chunk_tokens`; `paths` may then be empty. `prune` removes papers that have left their source: their
    file is gone from a folder of `paths`, or their record from a file that was read; not those that another source
    holds. `dry_run` says what would come of it and writes nothing.
    Raises ReadError when none of the paths holds papers, IndexLocked when another process is writing, and what
    `PaperIndex.open` raises.
    """
    source = Source(paths)
    papers = iter(source)
    first = next(papers, None)
    if first is None and source.unread and not rebuild:
        raise ReadError(" ".join(problem.message for problem in source.unread))
    report = IngestReport()
    if dry_run:
        return replace(try_out(first, papers, source, settings, prune), **outcome(source))
    # An index is not made for nothing.
    if first or rebuild or (prune and PaperIndex.exists(settings)):
        with PaperIndex.open(settings, rebuild=rebuild) as index:
            if rebuild:
                index.rebuild(on_progress)
            if first or prune:
                gone = source.gone if prune else None
                report = index.add(chain([first] if first else [], papers), on_progress, gone=gone)
    return replace(report, **outcome(source))


def try_out(
    first: Record | None, papers: Iterator[Record], source: "Source", settings: IndexSettings, prune: bool
) -> IngestReport:
    with TemporaryDirectory() as folder:
        if not PaperIndex.exists(settings):
            settings = settings.model_copy(update={"folder": Path(folder)})
        with PaperIndex.open(settings) as index:
            gone = source.gone if prune else None
            return index.add(chain([first] if first else [], papers), gone=gone, dry_run=True)


def outcome(source: "Source") -> dict[str, Any]:
    return {"refused": source.refused, "problems": tuple(source.problems)}


class Source:
    """The papers of some paths, one after the other; what is wrong with them gathers meanwhile."""

    def __init__(self, paths: Iterable[Path | str]) -> None:
        self._paths = [Path(path).expanduser() for path in paths]
        self._folders: list[Path] = []
        self._read: set[str] = set()
        """Files that were read to their end."""
        self._has_given = False
        """Whether the file that is being read holds a paper."""
        self.refused = 0
        """Rows of which no paper could be made."""
        self.problems: list[Problem] = []
        self.unread: list[Problem] = []
        """Files and folders that hold nothing we can read."""

    def __iter__(self) -> Iterator[Record]:
        for path in self._paths:
            try:
                files = find_files(path)
            except ReadError as error:
                self._refuse(path, error)
                continue
            if path.is_dir():
                self._folders.append(path.absolute())
            for file in files:
                refused = self.refused
                try:
                    yield from self._papers(file)
                    # Of a file that is nothing but refused records, none has left: it is damaged.
                    if self._has_given or self.refused == refused:
                        self._read.add(str(file.absolute()))
                except ReadError as error:
                    self._refuse(file, error)

    def gone(self, file: str) -> str:
        """For `PaperIndex.add`, once all is read: a file that is there but can't be read has lost nothing."""
        if file in self._read:
            return "records"
        path = Path(file)
        is_there = any(each.is_file() for each in (path, *path.parents))
        return "" if is_there or not any(path.is_relative_to(folder) for folder in self._folders) else "file"

    def _papers(self, file: Path) -> Iterator[Record]:
        self._has_given = False
        for found in read_records(file):
            if isinstance(found, Problem):
                self.refused += found.is_lost
                self.problems.append(found)
            else:
                self._has_given = True
                yield found

    def _refuse(self, path: Path, error: ReadError) -> None:
        problem = Problem(path, 0, str(error))
        self.problems.append(problem)
        self.unread.append(problem)
