"""Files that a reader drops on the page: into the index, with a word on each file and on each row that is refused."""

import queue
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index import PaperchatError

if TYPE_CHECKING:
    from index import PaperIndex, Problem
    from ui.settings import UISettings

PROBLEMS_SHOWN = 100
"""Of one file; a file that is wrong throughout need not be listed to its end."""
UNPACKED = 20
"""How many times larger than an upload may be what is packed in it."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file: its rows by count, and the first problems of `found`.

    `failure` says why nothing, or nothing more, of it went in. No text names a path of the server.
    """

    name: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    refused: int = 0
    problems: tuple["Problem", ...] = ()
    found: int = 0
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
    from index import Limits, Source, SourceFile

    name = Path(file.name)
    most = settings.upload_megabytes * 1024 * 1024
    try:
        size = file.stat().st_size
        if size > most:
            return FileResult(
                file.name,
                failure=f"Larger than {settings.upload_megabytes} MB. Split it, or use the command `paperchat index`.",
            )
        # The name alone: messages must not tell where the server keeps the file.
        source = Source(
            [SourceFile(name, lambda: file.open("rb"), size, origin=f"upload:{name}")],
            limits=Limits(total=UNPACKED * most),
        )
        report = index.add(source, lambda done, total, stage: steps.put(replace(state, done=done, total=total)))
    except PaperchatError as error:
        return FileResult(file.name, failure=str(error).replace(str(index.folder), "the library's folder"))
    except OSError as error:
        return FileResult(file.name, failure=f"It can't be read ({error.strerror}). Drop it again.")
    problems = (*source.problems, *report.problems)
    nothing = source.named_unread and not report.rows and not source.refused
    failure = f"{problems[-1].message} {problems[-1].remedy}".rstrip() if nothing and len(problems) == 1 else ""
    return FileResult(
        file.name,
        report.added,
        report.changed,
        report.unchanged,
        report.merged,
        source.refused,
        () if failure else problems[:PROBLEMS_SHOWN],
        len(problems),
        failure,
    )


def place_of(problem: "Problem", upload: str) -> str:
    """Where in the upload: "Line 3", "inner.csv, record 7"."""
    inner = str(problem.file).removeprefix(upload).lstrip("/")
    parts = ", ".join(part for part in (inner, problem.place) if part)
    return parts[:1].upper() + parts[1:] if not inner else parts
