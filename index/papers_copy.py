"""The papers once more, in a file of their own: a library that is lost or damaged is made again from it.

It costs about 2 KB a paper beside the 57 KB of its token vectors, and holds how each paper was cut, so that the kept
vectors still fit.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from index.errors import REPAIR
from index.paper import Paper, Passage
from index.sqlite_file import Migration, check_pages, connect, explained, migrate, run_statements, transaction

PAPERS = "SELECT id, title, abstract, authors, year, url, topics FROM papers "
"""A library's, for `make_paper`."""
COPIED_AT_ONCE = 1000
COPIED_META = ("library", "embedding", "chunk_tokens", "build")

NumberedSpan = tuple[int, int, int]
"""(number of the passage, start, end)"""


@dataclass(frozen=True, slots=True)
class Copied:
    """A paper with its place in the library, how it was cut, and the hash of what was once written."""

    place: int
    paper: Paper
    spans: tuple[NumberedSpan, ...]
    hash: str

    @property
    def is_whole(self) -> bool:
        return self.paper.content_hash == self.hash

    @property
    def passages(self) -> list[Passage]:
        text = self.paper.abstract
        return [Passage(self.paper.id, number, start, end, text[start:end]) for number, start, end in self.spans]


def make_tables(connection: sqlite3.Connection) -> None:
    run_statements(
        connection,
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE papers (id TEXT PRIMARY KEY, place INTEGER NOT NULL, hash TEXT NOT NULL, content TEXT NOT NULL);
        """,
    )


MIGRATIONS: tuple[Migration, ...] = (make_tables,)


class PapersCopy:
    """Written by the library after each of its changes. Raises IndexDamaged when the file can't be read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._explained():
            self._connection = connect(file)
        try:
            with self._explained():
                self._connection.execute("PRAGMA journal_mode = WAL")
                self._connection.execute("PRAGMA synchronous = NORMAL")
                migrate(self._connection, MIGRATIONS, file)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        self._connection.close()

    def count(self) -> int:
        with self._explained():
            return int(self._connection.execute("SELECT count(*) FROM papers").fetchone()[0])

    def ids(self) -> list[str]:
        with self._explained():
            return [id for (id,) in self._connection.execute("SELECT id FROM papers")]

    def write(self, papers: Iterable[Copied], removed: Iterable[str], meta: Mapping[str, str]) -> None:
        """Adds the papers in place of earlier ones with their ids, and takes out the removed ones."""
        with self._explained(), transaction(self._connection):
            self._connection.executemany("DELETE FROM papers WHERE id = ?", [(id,) for id in removed])
            self._connection.executemany(
                "INSERT OR REPLACE INTO papers VALUES (?, ?, ?, ?)",
                [(one.paper.id, one.place, one.hash, pack(one)) for one in papers],
            )
            self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(meta.items()))

    def meta(self) -> dict[str, str]:
        with self._explained():
            return dict(self._connection.execute("SELECT key, value FROM meta"))

    def readable_papers(self) -> Iterator[Copied]:
        """Those that come out as they went in; a damaged part of the file is passed over."""
        for (rowid,) in each_row(self._connection, "SELECT rowid FROM papers ORDER BY place"):
            query = f"SELECT place, hash, content FROM papers WHERE rowid = {int(rowid)}"  # noqa: S608 - a number
            for place, hash, content in each_row(self._connection, query):
                try:
                    found = unpack(place, content, hash)
                except (ValueError, TypeError, KeyError):
                    continue
                if found.is_whole:
                    yield found

    def check(self) -> None:
        """Reads the whole file. Raises IndexDamaged when a part of it is unreadable."""
        with self._explained():
            check_pages(self._connection)
            if (spoiled := self.count() - sum(1 for _ in self.readable_papers())) > 0:
                raise sqlite3.DataError(f"{spoiled} papers are spoiled")

    def _explained(self) -> AbstractContextManager[None]:
        return explained(self._file, "The copy of the papers", REPAIR)


def copy_some(library: sqlite3.Connection, copy: PapersCopy) -> None:
    """Copies some of the papers that the library has noted as changed, and strikes them off its list."""
    with transaction(library):
        ids = [id for (id,) in library.execute("SELECT paper FROM uncopied LIMIT ?", (COPIED_AT_ONCE,))]
        found, there = [], set()
        for id in ids:
            if row := library.execute(PAPERS + "WHERE id = ?", (id,)).fetchone():
                place, hash = library.execute("SELECT number, hash FROM papers WHERE id = ?", (id,)).fetchone()
                spans = library.execute(
                    "SELECT number, start, end FROM passages WHERE paper = ? ORDER BY number", (id,)
                ).fetchall()
                paper = make_paper(row)
                there.add(id)
                # A paper that was spoiled in the library must not spoil its copy.
                if paper.content_hash == hash:
                    found.append(Copied(place, paper, tuple(spans), hash))
        removed = set(ids) - there
        meta = {key: value for key, value in library.execute("SELECT key, value FROM meta") if key in COPIED_META}
        copy.write(found, removed, meta)
        library.executemany("DELETE FROM uncopied WHERE paper = ?", [(id,) for id in ids])


def make_papers(rows: Iterable[tuple]) -> list[Paper]:  # type: ignore[type-arg]
    """See `make_paper`."""
    return [make_paper(row) for row in rows]


def make_paper(row: tuple) -> Paper:  # type: ignore[type-arg]
    """Raises sqlite3.DataError for what was never written so."""
    id, title, abstract, authors, year, url, topics = row
    try:
        paper = Paper(id, title, abstract, tuple(json.loads(authors)), year, url, tuple(json.loads(topics)))
        is_whole = all(isinstance(text, str) for text in (id, title, abstract, url, *paper.authors, *paper.topics))
    except (ValueError, TypeError) as error:
        raise sqlite3.DataError(f"the paper {id!r} is spoiled: {error}") from error
    if not is_whole or not isinstance(year, int | None):
        raise sqlite3.DataError(f"the paper {id!r} is spoiled")
    return paper


def check_papers(library: sqlite3.Connection) -> None:
    """Reads the whole file. Raises sqlite3.DatabaseError when a part of it, or a paper, is not what was written."""
    check_pages(library)
    papers = library.execute(PAPERS + "ORDER BY number")
    for row, (hash,) in zip(papers, library.execute("SELECT hash FROM papers ORDER BY number"), strict=True):
        if make_paper(row).content_hash != hash:
            raise sqlite3.DataError(f"the paper {row[0]!r} is not what was written")


def each_row(connection: sqlite3.Connection, query: str) -> Iterator[tuple]:  # type: ignore[type-arg]
    """The rows until one can't be read."""
    try:
        yield from connection.execute(query)
    except (sqlite3.Error, ValueError):
        return


def pack(one: Copied) -> str:
    paper = one.paper
    fields = {
        "id": paper.id,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": paper.authors,
        "year": paper.year,
        "url": paper.url,
        "topics": paper.topics,
    }
    return json.dumps({**fields, "spans": one.spans}, ensure_ascii=False)


def unpack(place: int, content: str, hash: str) -> Copied:
    fields = json.loads(content)
    spans = tuple((number, start, end) for number, start, end in fields.pop("spans"))
    fields["authors"], fields["topics"] = tuple(fields["authors"]), tuple(fields["topics"])
    return Copied(place, Paper(**fields), spans, hash)
