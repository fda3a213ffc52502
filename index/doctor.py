"""Is the index whole, and if not, what mends it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from index.encodings import Encodings
from index.errors import REPAIR, IndexAway, IndexDamaged, IndexLocked, PaperchatError, PaperIndexError
from index.files import COPY, ENCODINGS, LIBRARY, VECTORS, WORDS, has_remains, index_folder
from index.finding import Finding
from index.library import Library
from index.lock import FolderLock
from index.paper_index import PaperIndex
from index.papers_copy import PapersCopy
from index.recovery import recover_library
from index.settings import IndexSettings
from index.sharing import Sharing
from index.stores import with_collection
from index.vectors import check_vectors
from index.words import check_words
from index.writing import OnProgress

SAMPLE = 50
SAME = 0.999
"""Passages whose own vector is searched for, and the cosine at which it counts as found."""


def inspect(settings: IndexSettings) -> list[Finding]:
    """Looks at the folder, the parts of the index, and whether they agree. Changes nothing, and never raises."""
    folder = index_folder(settings)
    try:
        if not (folder / LIBRARY).exists() and not has_remains(folder) and not PaperIndex.exists(settings):
            said = f"there is no index in {folder} yet"
            return [Finding("index", "warning", said, "Run `paperchat index` with your files.")]
        with PaperIndex.open(settings) as index:
            index.library.check()
            return list(inspect_stores(index))
    except IndexLocked as error:
        return [Finding("index", "warning", str(error))]
    except PaperchatError as error:
        return [Finding("index", "error", str(error))]


def inspect_stores(index: PaperIndex) -> Iterator[Finding]:
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
    is_away = False
    if index.sharing:
        yield (server := inspect_server(index.sharing))
        is_away = server.severity == "warning"
    parts = [("words", index.words.count(), papers, "papers")]
    if index.is_read_only:
        yield Finding(
            "folder",
            "warning",
            f"{index.folder} can't be written: its papers can be searched, and none added",
            "Mend its permissions if that is not meant to be.",
        )
    else:
        parts.append(("copy of the papers", library.copy.count(), papers, "papers"))
        if not is_away:
            parts.append(("vectors", index.meaning.vectors.count(), passages, "passages"))
    parts += [
        ("kept vectors", index.encodings.count_vectors(), passages, "passages"),
    ]
    tokens = index.encodings.count_tokens()
    if index.sharing and tokens < passages:
        said = f"{tokens} of {passages} passages: the rest is made while a server or a talk is open"
        if index.settings.token_vectors:
            yield Finding("token vectors", "ok", said)
    elif index.settings.token_vectors:
        parts.append(("token vectors", tokens, passages, "passages"))
    for name, found, wanted, what in parts:
        if found == wanted:
            yield Finding(name, "ok", f"{found} {what}")
        elif not unfinished:
            yield Finding(name, "error", f"{found} {what} where the library has {wanted}", REPAIR)
    if index.encodings.count_vectors() == passages and (lost := count_lost(index)):
        looked_at = min(SAMPLE, passages)
        yield Finding("search", "error", f"{lost} of {looked_at} passages are not found by their own vector", REPAIR)
    yield Finding("embedding", "ok", library.meta("embedding") or "none yet")
    if library.meta("rebuilding"):
        yield Finding(
            "rebuild",
            "warning",
            "a rebuild was stopped; what was there before it is searched",
            "Run `paperchat index --rebuild`, which goes on where it stopped.",
        )
    made_with = library.meta("chunk_tokens")
    if made_with and made_with != str(index.settings.chunk_tokens):
        yield Finding(
            "passages",
            "warning",
            f"some were cut at {made_with} tokens, the settings say {index.settings.chunk_tokens}",
            "Run `paperchat index --rebuild`.",
        )


def inspect_server(sharing: Sharing) -> Finding:
    """A warning when it is away, an error when it has lost what it had."""
    try:
        return Finding("server", "ok", sharing.describe())
    except IndexAway as error:
        return Finding("server", "warning", f"{error} What is known here is searched meanwhile.")
    except PaperIndexError as error:
        return Finding("server", "error", str(error))


def count_lost(index: PaperIndex) -> int:
    """How many of some passages a search for their own vector does not find."""
    ids, vectors = index.encodings.all_vectors()
    step = max(1, len(ids) // SAMPLE)
    hits = [index.meaning.search(vector, 1) for vector in vectors[::step][:SAMPLE]]
    return sum(not found or found[0][1] < SAME for found in hits)


def repair(settings: IndexSettings, on_progress: OnProgress | None = None) -> list[Finding]:
    """Makes again what is missing, damaged or does not agree; what was recovered, and what `inspect` says afterwards.

    Needs no source files. Raises IndexDamaged when the library is lost and no copy of the papers is there, IndexLocked
    when another process is writing, IndexMismatch when the settings name another embedding.
    """
    folder = index_folder(settings)
    recovered: list[Finding] = []
    if (folder / LIBRARY).exists() or has_remains(folder):
        with FolderLock(folder).hold():
            recovered = recover_library(folder)
            with closing(Library(folder / LIBRARY)) as library:
                build = library.build
            was_damaged = remove_damaged(folder, build, with_collection(settings, build)) or bool(recovered)
            if recovered and settings.store == "embedded":
                remove_part(folder / build, VECTORS)  # they carry the name of the library that is gone
        with PaperIndex.open(settings) as index:
            if was_damaged or any(finding.severity == "error" for finding in inspect_stores(index)):
                index.library.copy_all()
                index.restore(on_progress)
            else:
                index.finish(on_progress)
    return recovered + inspect(settings)


def remove_damaged(folder: Path, build: str, settings: IndexSettings) -> bool:
    """Removes those derived parts that can't be used; whether there were any."""
    derived = folder / build
    checks: dict[Path, Callable[[Path], None]] = {
        folder / COPY: check_copy,
        derived / WORDS: lambda path: check_words(path, thorough=True),
        derived / ENCODINGS: check_encodings,
        derived / VECTORS: lambda path: check_vectors(path, settings, thorough=True),
    }
    if settings.store != "embedded":
        del checks[derived / VECTORS]
    damaged = []
    for path, check in checks.items():
        try:
            if path.exists():
                check(path)
        except IndexDamaged:
            damaged.append(path)
    for path in damaged:
        remove_part(path.parent, path.name)
    return bool(damaged)


def remove_part(folder: Path, name: str) -> None:
    """A part of the index, be it a folder or a file, with its seal and what SQLite keeps beside it."""
    for path in [folder / name, *(folder / f"{name}{end}" for end in (".seal", "-wal", "-shm"))]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def check_copy(file: Path) -> None:
    copy = PapersCopy(file)
    try:
        copy.check()
    finally:
        copy.close()


def check_encodings(file: Path) -> None:
    encodings = Encodings(file)
    try:
        encodings.check()
    finally:
        encodings.close()
