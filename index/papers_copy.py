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
from typing import Any

from index.errors import REPAIR
from index.paper import DETAILS, Paper, Passage
from index.sqlite_file import Migration, check_pages, connect, explained, migrate, run_statements, transaction

PAPERS_WITHOUT_DETAILS = "SELECT id, title, abstract, authors, year, url, topics FROM papers "
PAPERS = PAPERS_WITHOUT_DETAILS.replace(" FROM", ", details FROM")
"""A library's, for `make_paper`; the first is for layouts below 3."""
ORIGINS = "SELECT file, line, record, source_id, given FROM origins WHERE paper = ? ORDER BY number"
LINKS = "SELECT article FROM links WHERE preprint = ? ORDER BY article"
COPIED_AT_ONCE = 1000
COPIED_META = ("library", "embedding", "chunk_tokens", "build", "place")

NumberedSpan = tuple[int, int, int]
"""(number of the passage, start, end)"""
Given = tuple[str, int, int, str, str]
"""A row of the library's table of origins: (file, line, record, id in the file, what it says of the paper)"""


@dataclass(frozen=True, slots=True)
class Copied:
    """A paper with its place in the library, how it was cut, the hash of what was once written, its origins, and the
    ids of articles of which it is the preprint."""

    place: int
    paper: Paper
    spans: tuple[NumberedSpan, ...]
    hash: str
    origins: tuple[Given, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return self.paper.content_hash == self.hash

    @property
    def passages(self) -> list[Passage]:
        text = self.paper.abstract
        return [Passage(self.paper.id, number, start, end, text[start:end]) for number, start, end in self.spans]


def make_tables(connection: sqlite3.Connection) -> None:
    """1: papers as they are in the library."""
    run_statements(
        connection,
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE papers (id TEXT PRIMARY KEY, place INTEGER NOT NULL, hash TEXT NOT NULL, content TEXT NOT NULL);
        """,
    )


def allow_more_content(connection: sqlite3.Connection) -> None:
    """2: `content` may hold details, origins and links: what older programs would take for damage."""


MIGRATIONS: tuple[Migration, ...] = (make_tables, allow_more_content)


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
        found = read_copies(library, ids)
        removed = [id for id in ids if not library.execute("SELECT 1 FROM papers WHERE id = ?", (id,)).fetchone()]
        meta = {key: value for key, value in library.execute("SELECT key, value FROM meta") if key in COPIED_META}
        copy.write(found, removed, meta)
        library.executemany("DELETE FROM uncopied WHERE paper = ?", [(id,) for id in ids])


def read_copies(library: sqlite3.Connection, ids: Iterable[str]) -> list[Copied]:
    """Those of these papers that are there, in the order in which they came in.

    A paper that was spoiled in the library is left out: it must not spoil its copy.
    """
    found = []
    for id in ids:
        if row := library.execute(PAPERS + "WHERE id = ?", (id,)).fetchone():
            place, hash = library.execute("SELECT number, hash FROM papers WHERE id = ?", (id,)).fetchone()
            spans = library.execute(
                "SELECT number, start, end FROM passages WHERE paper = ? ORDER BY number", (id,)
            ).fetchall()
            origins = tuple(library.execute(ORIGINS, (id,)).fetchall())
            articles = tuple(article for (article,) in library.execute(LINKS, (id,)))
            copied = Copied(place, make_paper(row), tuple(spans), hash, origins, articles)
            if copied.is_whole:
                found.append(copied)
    return sorted(found, key=lambda one: one.place)


def make_papers(rows: Iterable[tuple]) -> list[Paper]:  # type: ignore[type-arg]
    """See `make_paper`."""
    return [make_paper(row) for row in rows]


def make_paper(row: tuple) -> Paper:  # type: ignore[type-arg]
    """Raises sqlite3.DataError for what was never written so."""
    id, title, abstract, authors, year, url, topics, *details = row
    try:
        known = read_details(json.loads(details[0])) if details else {}
        paper = Paper(id, title, abstract, tuple(json.loads(authors)), year, url, tuple(json.loads(topics)), **known)
        texts = (id, title, abstract, url, *paper.authors, *paper.topics)
        is_whole = all(isinstance(text, str) for text in texts)
    except (ValueError, TypeError) as error:
        raise sqlite3.DataError(f"the paper {id!r} is spoiled: {error}") from error
    if not is_whole or not isinstance(year, int | None):
        raise sqlite3.DataError(f"the paper {id!r} is spoiled")
    return paper


def read_details(fields: dict[str, Any]) -> dict[str, Any]:
    """`Paper.details` from JSON. Raises ValueError for what was never written so."""
    known = {name: tuple(value) if name == "keywords" else value for name, value in fields.items()}
    for name, value in known.items():
        texts = value if name == "keywords" else (value,)
        if name not in DETAILS or not all(isinstance(text, str) for text in texts):
            raise ValueError(f"{name} is {value!r}")
    return known


def check_papers(library: sqlite3.Connection) -> None:
    """Reads the whole file. Raises sqlite3.DatabaseError when a part of it, or a paper, is not what was written."""
    check_pages(library)
    papers = library.execute(PAPERS + "ORDER BY number")
    for row, (hash,) in zip(papers, library.execute("SELECT hash FROM papers ORDER BY number"), strict=True):
        if make_paper(row).content_hash != hash:
            raise sqlite3.DataError(f"the paper {row[0]!r} is not what was written")
    for paper, given in library.execute("SELECT paper, given FROM origins WHERE given <> ''"):
        try:
            Paper(id="", **read_fields(json.loads(given)))
        except (ValueError, TypeError, KeyError) as error:
            raise sqlite3.DataError(f"an origin of {paper!r} is spoiled: {error}") from error


def each_row(connection: sqlite3.Connection, query: str) -> Iterator[tuple]:  # type: ignore[type-arg]
    """The rows until one can't be read."""
    try:
        yield from connection.execute(query)
    except (sqlite3.Error, ValueError):
        return


def paper_fields(paper: Paper) -> dict[str, Any]:
    """All but the id, as JSON can hold it."""
    fields = {name: getattr(paper, name) for name in ("title", "abstract", "authors", "year", "url", "topics")}
    return fields | paper.details


def read_fields(fields: dict[str, Any]) -> dict[str, Any]:
    """What `paper_fields` made. Raises ValueError, TypeError or KeyError for anything else."""
    details = {name: value for name, value in fields.items() if name in DETAILS}
    lists = {"authors": tuple(fields["authors"]), "topics": tuple(fields["topics"])}
    return fields | lists | read_details(details)


def pack(one: Copied) -> str:
    content: dict[str, Any] = {"id": one.paper.id, **paper_fields(one.paper), "spans": one.spans}
    if one.origins:
        content["origins"] = one.origins
    if one.articles:
        content["articles"] = one.articles
    return json.dumps(content, ensure_ascii=False)


def unpack(place: int, content: str, hash: str) -> Copied:
    fields = json.loads(content)
    spans = tuple((number, start, end) for number, start, end in fields.pop("spans"))
    origins = tuple((file, line, record, id, given) for file, line, record, id, given in fields.pop("origins", ()))
    articles = tuple(fields.pop("articles", ()))
    return Copied(place, Paper(**read_fields(fields)), spans, hash, origins, articles)
