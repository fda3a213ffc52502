"""Files in, an index out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from index.errors import ReadError
from index.paper import Paper, fold_title
from index.paper_index import PaperIndex
from index.readers import Problem, find_files, read_papers
from index.settings import IndexSettings
from index.writing import IngestReport, OnProgress


def ingest(
    paths: Sequence[Path | str],
    settings: IndexSettings,
    *,
    rebuild: bool = False,
    on_progress: OnProgress | None = None,
) -> IngestReport:
    """Brings the papers of these files and folders into the index of `settings.folder`.

    Papers that are there unchanged are skipped, changed ones replaced. What can't be used is named in the report's
    `problems`; the rest goes in. `rebuild` first makes the index anew from the papers that it holds: after a change of
    embedding or of `chunk_tokens`; `paths` may then be empty.
    Raises ReadError when none of the paths holds papers, IndexLocked when another process is writing, and what
    `PaperIndex.open` raises.
    """
    source = Source(paths)
    papers = iter(source)
    first = next(papers, None)
    if first is None and source.unread and not rebuild:
        raise ReadError(" ".join(problem.message for problem in source.unread))
    report = IngestReport()
    # An index is not made for nothing.
    if first or rebuild:
        with PaperIndex.open(settings, rebuild=rebuild) as index:
            if rebuild:
                index.rebuild(on_progress)
            if first:
                report = index.add(chain([first], papers), on_progress)
    return replace(report, refused=source.refused, problems=tuple(source.problems))


class Source:
    """The papers of some paths, one after the other; what is wrong with them gathers meanwhile."""

    def __init__(self, paths: Iterable[Path | str]) -> None:
        self._paths = [Path(path).expanduser() for path in paths]
        self._titles: dict[str, str] = {}
        self.refused = 0
        """Rows of which no paper could be made."""
        self.problems: list[Problem] = []
        self.unread: list[Problem] = []
        """Files and folders that hold nothing we can read."""

    def __iter__(self) -> Iterator[Paper]:
        for path in self._paths:
            try:
                files = find_files(path)
            except ReadError as error:
                self._refuse(path, error)
                continue
            for file in files:
                try:
                    yield from self._papers(file)
                except ReadError as error:
                    self._refuse(file, error)

    def _papers(self, file: Path) -> Iterator[Paper]:
        for found in read_papers(file):
            if isinstance(found, Problem):
                self.refused += 1
                self.problems.append(found)
                continue
            title = fold_title(found.title)
            before = self._titles.setdefault(found.id, title)
            if before != title:
                message = f"The id {found.id} occurs with another title as well; this one was kept: {found.title}"
                self.problems.append(Problem(file, 0, message))
                self._titles[found.id] = title
            yield found

    def _refuse(self, path: Path, error: ReadError) -> None:
        problem = Problem(path, 0, str(error))
        self.problems.append(problem)
        self.unread.append(problem)
