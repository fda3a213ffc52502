"""Is the index whole, and if not, what mends it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.errors import PaperchatError, PaperIndexError
from index.library import Library
from index.lock import FolderLock
from index.paper_index import PaperIndex, index_folder
from index.settings import IndexSettings
from index.stores import ENCODINGS, LIBRARY, VECTORS, WORDS
from index.writing import OnProgress

Severity = Literal["ok", "warning", "error"]

REPAIR = "Run `paperchat doctor --repair`."


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what was found, and what to do about it (empty when all is well)."""

    name: str
    severity: Severity
    message: str
    remedy: str = ""


def inspect(settings: IndexSettings) -> list[Finding]:
    """Looks at the folder, the parts of the index, and whether they agree. Changes nothing, and never raises."""
    folder = index_folder(settings)
    if not (folder / LIBRARY).exists():
        return [
            Finding("index", "warning", f"there is no index in {folder} yet", "Run `paperchat index` with your files.")
        ]
    try:
        with PaperIndex.open(settings) as index:
            return list(compare(index))
    except PaperchatError as error:
        return [Finding("index", "error", str(error), "")]


def compare(index: PaperIndex) -> Iterator[Finding]:
    library = index.library
    papers, passages, unfinished = library.count(), library.count_passages(), library.count_unfinished()
    yield Finding("library", "ok", f"{papers} papers, {passages} passages in {index.folder}")
    if unfinished:
        yield Finding(
            "unfinished",
            "warning",
            f"{unfinished} papers can't be found by meaning yet: a run was stopped, or is still going on",
            "Run `paperchat index` again, with any file, or `paperchat doctor --repair`.",
        )
    parts = [
        ("words", index.words.count(), papers, "papers"),
        ("vectors", index.meaning.vectors.count(), passages, "passages"),
        ("kept vectors", index.encodings.count_vectors(), passages, "passages"),
    ]
    if index.settings.token_vectors:
        parts.append(("token vectors", index.encodings.count_tokens(), passages, "passages"))
    for name, found, wanted, what in parts:
        if found == wanted:
            yield Finding(name, "ok", f"{found} {what}")
        elif not unfinished:
            yield Finding(name, "error", f"{found} {what} where the library has {wanted}", REPAIR)
    yield Finding("embedding", "ok", library.meta("embedding") or "none yet")
    made_with = library.meta("chunk_tokens")
    if made_with and made_with != str(index.settings.chunk_tokens):
        yield Finding(
            "passages",
            "warning",
            f"some were cut at {made_with} tokens, the settings say {index.settings.chunk_tokens}",
            "Run `paperchat index --rebuild`.",
        )


def repair(settings: IndexSettings, on_progress: OnProgress | None = None) -> list[Finding]:
    """Makes again, from the library, what is missing, damaged or does not agree; what `inspect` says afterwards.

    Needs no source files. Raises IndexDamaged when the library itself can't be read, IndexLocked when another process
    is writing.
    """
    folder = index_folder(settings)
    if not (folder / LIBRARY).exists():
        return inspect(settings)
    Library(folder / LIBRARY).close()
    try:
        is_whole = all(finding.severity != "error" for finding in inspect_open(settings))
    except PaperIndexError:
        is_whole = False
        with FolderLock(folder).hold():
            remove_damaged(folder)
    with PaperIndex.open(settings, rebuild=True) as index:
        if is_whole:
            index.finish(on_progress)
        else:
            index.rebuild(on_progress)
    return inspect(settings)


def inspect_open(settings: IndexSettings) -> list[Finding]:
    with PaperIndex.open(settings) as index:
        return list(compare(index))


def remove_damaged(folder: Path) -> None:
    for name in (WORDS, VECTORS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for file in folder.glob(f"{ENCODINGS}*"):
        file.unlink()
