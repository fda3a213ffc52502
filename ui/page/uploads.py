"""Files that a reader drops on the page: into the index, with a word on each file and on each row that is refused."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index import Paper, PaperchatError
from index.readers import read_papers

if TYPE_CHECKING:
    from index import PaperIndex, Problem
    from ui.settings import UISettings

UPLOADABLE = [".jsonl", ".json", ".csv", ".tsv", ".txt"]
PROBLEMS_SHOWN = 100
"""Of one file; a file that is wrong throughout need not be listed to its end."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file. `failure` says why nothing of it went in."""

    name: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    problems: tuple["Problem", ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Upload:
    """How far it is: `done` of `total` papers of the file at hand (0 when not yet known)."""

    results: tuple[FileResult, ...] = ()
    current: str = ""
    done: int = 0
    total: int = 0


def add_files(index: "PaperIndex", files: Sequence[Path], settings: "UISettings") -> Iterator[Upload]:
    """Adds the files one after the other and tells how it goes; the last `Upload` has no `current`.

    Nothing is raised: what is wrong with a file stands in its result.
    """
    if len(files) > settings.upload_files:
        message = f"These are {len(files)} files, {settings.upload_files} go at once. Drop fewer."
        yield Upload((FileResult(f"{len(files)} files", failure=message),))
        return
    steps: queue.Queue[Upload | None] = queue.Queue()

    def work() -> None:
        results: tuple[FileResult, ...] = ()
        try:
            for file in files:
                state = Upload(results, file.name)
                steps.put(state)
                results = (*results, add_file(index, file, settings, steps, state))
            steps.put(Upload(results))
        finally:
            steps.put(None)

    threading.Thread(target=work, name="upload", daemon=True).start()
    while (state := steps.get()) is not None:
        yield state


def add_file(
    index: "PaperIndex", file: Path, settings: "UISettings", steps: "queue.Queue[Upload | None]", state: Upload
) -> FileResult:
    if file.suffix.lower() not in UPLOADABLE:
        return FileResult(file.name, failure=f"Not a kind of file that holds papers. Use {', '.join(UPLOADABLE)}.")
    if file.stat().st_size > settings.upload_megabytes * 1024 * 1024:
        return FileResult(
            file.name,
            failure=f"Larger than {settings.upload_megabytes} MB. Split it, or use the command `paperchat index`.",
        )
    papers: list[Paper] = []
    problems: list[Problem] = []
    try:
        for each in read_papers(file):
            papers.append(each) if isinstance(each, Paper) else problems.append(each)
        report = index.add(papers, lambda done, total, stage: steps.put(replace(state, done=done, total=total)))
    except PaperchatError as error:
        return FileResult(file.name, problems=tuple(problems[:PROBLEMS_SHOWN]), failure=str(error))
    problems.extend(report.problems)
    return FileResult(
        file.name,
        report.added,
        report.changed,
        report.unchanged,
        report.merged,
        tuple(problems[:PROBLEMS_SHOWN]),
    )
