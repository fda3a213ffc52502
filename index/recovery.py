"""A library that is lost or damaged is made again: from the copy of the papers, and from what it still shows itself."""

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from index.errors import IndexDamaged, PaperIndexError
from index.files import COPY, DAMAGED_LIBRARY, LIBRARY
from index.finding import Finding
from index.library import Library
from index.papers_copy import (
    COPIED_META,
    LINKS,
    ORIGINS,
    PAPERS,
    PAPERS_WITHOUT_DETAILS,
    Copied,
    Given,
    PapersCopy,
    each_row,
    make_paper,
)
from index.sqlite_file import connect

WORKSHOP = "library.new"
"""A folder in which the new library is made whole before it takes the place of the old."""


def recover_library(folder: Path) -> list[Finding]:
    """Nothing when the library is whole. The folder's lock must be held.

    Otherwise the damaged file is kept under another name, and the finding says how many papers are there again.
    Raises IndexDamaged when there is nothing to make it from.
    """
    file = folder / LIBRARY
    try:
        library = Library(file)
    except IndexDamaged:
        pass
    else:
        with closing(library):
            try:
                library.check()
                return []
            except IndexDamaged:
                pass
    damaged = [path for path in (folder / DAMAGED_LIBRARY, file) if path.is_file() and path.stat().st_size]
    copied, meta, held = read_copy(folder / COPY)
    shown: dict[str, Copied] = {}
    for path in damaged:
        papers, its_meta, count = read_damaged(path)
        shown |= papers
        meta = {**its_meta, **meta}
        held = max(held, count)
    found = {**shown, **copied}
    if not found and not meta:
        raise IndexDamaged(
            f"The library {file} is lost, and with it the titles and abstracts of your papers: no copy of them lies "
            f"beside it, and words and vectors hold no text. Put a copy of your own of {LIBRARY} in its place; or "
            f"delete words, vectors and encodings.sqlite in {folder} and run `paperchat index` with your files again."
        )
    put_in_place(folder, found, meta)
    said = f"{len(copied)} papers are back from their copy"
    if only_shown := len(found) - len(copied):
        said += f", {only_shown} from the damaged file itself"
    if lost := max(0, held - len(found)):
        said += f", {lost} can't be read any more"
    if (folder / DAMAGED_LIBRARY).exists():
        said += f"; the damaged file is kept as {DAMAGED_LIBRARY}"
    if copied and not lost:
        return [Finding("recovered", "ok", said)]
    remedy = "Papers that are missing are gone: run `paperchat index` with your files again."
    return [Finding("recovered", "warning", said, remedy)]


def read_copy(file: Path) -> tuple[dict[str, Copied], dict[str, str], int]:
    """The papers of the copy that can be read, by their ids, the meta data, and how many papers it holds."""
    if not file.is_file():
        return {}, {}, 0
    try:
        copy = PapersCopy(file)
    except PaperIndexError:
        return {}, {}, 0
    with closing(copy):
        papers = {one.paper.id: one for one in copy.readable_papers()}
        try:
            return papers, copy.meta(), copy.count()
        except PaperIndexError:
            return papers, {}, len(papers)


def read_damaged(file: Path) -> tuple[dict[str, Copied], dict[str, str], int]:
    """As `read_copy`, of what a damaged library still shows."""
    papers: dict[str, Copied] = {}
    meta: dict[str, str] = {}
    held = 0
    with suppress(sqlite3.Error, OSError), closing(connect(file)) as connection:
        columns = {column[1] for column in each_row(connection, "PRAGMA table_info(papers)")}
        papers_of = PAPERS if "details" in columns else PAPERS_WITHOUT_DETAILS
        for (number,) in each_row(connection, "SELECT rowid FROM papers"):
            held += 1
            which = f"WHERE number = {int(number)}"
            for row in each_row(connection, papers_of + which):
                with suppress(sqlite3.Error):
                    paper = make_paper(row)
                    spans = connection.execute(
                        "SELECT number, start, end FROM passages WHERE paper = ? ORDER BY number", (paper.id,)
                    ).fetchall()
                    for (hash,) in each_row(connection, f"SELECT hash FROM papers {which}"):  # noqa: S608 - a number
                        origins, articles = read_origins(connection, paper.id)
                        found = Copied(number, paper, tuple(spans), hash, origins, articles)
                        if found.is_whole and spans:
                            papers[paper.id] = found
        said = each_row(connection, "SELECT key, value FROM meta")
        meta = {key: value for key, value in said if key in COPIED_META and isinstance(value, str)}
    return papers, meta, held


def read_origins(connection: sqlite3.Connection, id: str) -> tuple[tuple[Given, ...], tuple[str, ...]]:
    """What can be read of a paper's origins and articles: nothing in layouts below 3."""
    try:
        origins = tuple(connection.execute(ORIGINS, (id,)).fetchall())
        return origins, tuple(article for (article,) in connection.execute(LINKS, (id,)))
    except (sqlite3.Error, ValueError):
        return (), ()


def put_in_place(folder: Path, papers: dict[str, Copied], meta: dict[str, str]) -> None:
    """A repair that is stopped at any point leaves the copy, and finds the damaged file, at the next."""
    workshop, file = folder / WORKSHOP, folder / LIBRARY
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir()
    with closing(Library(workshop / LIBRARY)) as library:
        library.restore(papers.values(), meta)
    if file.is_file() and file.stat().st_size:
        os.replace(file, folder / DAMAGED_LIBRARY)
    # What SQLite kept beside the old files must not be applied to the new ones.
    for name in (LIBRARY, COPY):
        for end in ("-wal", "-shm"):
            (folder / f"{name}{end}").unlink(missing_ok=True)
    if file.is_dir():
        shutil.rmtree(file)
    os.replace(workshop / LIBRARY, file)
    if (folder / COPY).is_dir():
        shutil.rmtree(folder / COPY)
    os.replace(workshop / COPY, folder / COPY)
    shutil.rmtree(workshop)
