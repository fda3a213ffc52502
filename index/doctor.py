"""Is the index whole, and if not, what mends it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.encodings import Encodings
from index.errors import IndexDamaged, IndexLocked, PaperchatError
from index.files import ENCODINGS, LIBRARY, VECTORS, WORDS
from index.library import Library
from index.lock import FolderLock
from index.paper_index import PaperIndex, index_folder
from index.settings import IndexSettings
from index.vectors import Vectors
from index.words import Words
from index.writing import OnProgress

Severity = Literal["ok", "warning", "error"]

SAMPLE = 50
SAME = 0.999
"""Passages whose own vector is searched for, and the cosine at which it counts as found."""

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
    except IndexLocked as error:
        return [Finding("index", "warning", str(error))]
    except PaperchatError as error:
        return [Finding("index", "error", str(error))]


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
    if index.encodings.count_vectors() == passages and (lost := count_lost(index)):
        looked_at = min(SAMPLE, passages)
        yield Finding("search", "error", f"{lost} of {looked_at} passages are not found by their own vector", REPAIR)
    yield Finding("embedding", "ok", library.meta("embedding") or "none yet")
    made_with = library.meta("chunk_tokens")
    if made_with and made_with != str(index.settings.chunk_tokens):
        yield Finding(
            "passages",
            "warning",
            f"some were cut at {made_with} tokens, the settings say {index.settings.chunk_tokens}",
            "Run `paperchat index --rebuild`.",
        )


def count_lost(index: PaperIndex) -> int:
    """How many of some passages a search for their own vector does not find."""
    ids, vectors = index.encodings.all_vectors()
    step = max(1, len(ids) // SAMPLE)
    hits = [index.meaning.search(vector, 1) for vector in vectors[::step][:SAMPLE]]
    return sum(not found or found[0][1] < SAME for found in hits)


def repair(settings: IndexSettings, on_progress: OnProgress | None = None) -> list[Finding]:
    """Makes again, from the library, what is missing, damaged or does not agree; what `inspect` says afterwards.

    Needs no source files. Raises IndexDamaged when the library itself can't be read, IndexLocked when another process
    is writing, IndexMismatch when the settings name another embedding.
    """
    folder = index_folder(settings)
    if (folder / LIBRARY).exists():
        library = Library(folder / LIBRARY)
        name = library.name
        library.close()
        with FolderLock(folder).hold():
            was_damaged = remove_damaged(folder, settings, name)
        with PaperIndex.open(settings) as index:
            if was_damaged or any(finding.severity == "error" for finding in compare(index)):
                index.restore(on_progress)
            else:
                index.finish(on_progress)
    return inspect(settings)


def remove_damaged(folder: Path, settings: IndexSettings, library: str) -> bool:
    """Removes those derived parts that can't be opened; whether there were any."""
    checks: dict[str, Callable[[], None]] = {
        WORDS: lambda: check_words(folder / WORDS),
        ENCODINGS: lambda: check_encodings(folder / ENCODINGS),
        VECTORS: lambda: Vectors(folder / VECTORS, settings, library).close(),
    }
    damaged = []
    for name, check in checks.items():
        try:
            check()
        except IndexDamaged:
            damaged.append(name)
    for name in damaged:
        shutil.rmtree(folder / name, ignore_errors=True)
        for file in folder.glob(f"{name}*"):
            if file.is_file():
                file.unlink()
    return bool(damaged)


def check_words(folder: Path) -> None:
    Words(folder).search("a", 1)


def check_encodings(file: Path) -> None:
    encodings = Encodings(file)
    try:
        encodings.check()
    finally:
        encodings.close()
