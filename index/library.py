"""The record of the papers: one SQLite file, from which words and vectors can always be made again."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from index.files import COPY
from index.library_facets import Facets
from index.library_layout import open_library
from index.library_origins import Origins
from index.paper import Paper, Passage, fold_title
from index.papers_copy import PAPERS, Copied, PapersCopy, check_papers, copy_some, make_papers, read_copies
from index.sqlite_file import SQLRow


class State(IntEnum):
    """How far a paper has come."""

    RECORDED = 0
    IN_WORDS = 1
    COMPLETE = 2


class Library:
    """The papers, their passages and how far each has come. Safe to use from several threads.

    Every change is copied into `PapersCopy`, from which a repair makes the library again.
    Raises IndexDamaged when the file can't be read or is gone, PaperIndexError when it can't be written (a full disk,
    say), IndexMismatch when a newer program made it, IndexClosed after `close`.
    """

    def __init__(self, file: Path, *, read_only: bool = False) -> None:
        """Opens the file, or makes it."""
        self._copy: PapersCopy | None = None
        self._data = open_library(file, read_only=read_only)
        self.origins = Origins(self._data)
        self.facets = Facets(self._data)
        try:
            if not read_only:
                self._copy_changes()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Doing it twice is harmless."""
        with self._data.lock:
            self._data.close()
            if self._copy:
                self._copy.close()

    def check(self) -> None:
        """Reads the whole file. Raises IndexDamaged when a part of it, or a paper, is not what was written."""
        with self._data.lock, self._data.explained():
            check_papers(self._data.connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; other threads wait."""
        with self._data.lock:
            is_outermost = not self._data.connection.in_transaction
            with self._data.transaction():
                yield
            if is_outermost:
                self._copy_changes()

    @property
    def copy(self) -> PapersCopy:
        with self._data.lock:
            if self._copy is None:
                file = self._data.file.with_name(COPY)
                was_there = file.exists()
                self._copy = PapersCopy(file)
                if not was_there:
                    self._data.write("INSERT OR IGNORE INTO uncopied SELECT id FROM papers UNION SELECT ''")
            return self._copy

    def copy_all(self) -> None:
        """Writes the whole copy, whatever it holds."""
        with self.transaction():
            stray = set(self.copy.ids()) - {id for (id,) in self._data.rows("SELECT id FROM papers")}
            self._data.write_many("INSERT OR IGNORE INTO uncopied VALUES (?)", [(id,) for id in stray])
            self._data.write("INSERT OR IGNORE INTO uncopied SELECT id FROM papers UNION SELECT ''")

    def _copy_changes(self) -> None:
        """Brings the copy up to date: all that was noted, also by a run that was killed before it came to this."""
        with self._data.lock, self._data.explained():
            while self._data.connection.execute("SELECT 1 FROM uncopied LIMIT 1").fetchone():
                copy_some(self._data.connection, self.copy)

    def changed(self) -> list[str]:
        """Ids of the papers that the transaction at hand has added, changed or removed."""
        return [id for (id,) in self._data.rows("SELECT paper FROM uncopied WHERE paper <> ''")]

    def copies(self, ids: Iterable[str]) -> list[Copied]:
        """These papers, as far as they are there, with all that is to be known of them elsewhere."""
        with self._data.lock, self._data.explained():
            return read_copies(self._data.connection, ids)

    # -- reading ----------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        row = self._data.row("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else None

    @property
    def name(self) -> str:
        """What tells this library, and copies of it, from others."""
        return self.meta("library") or ""

    @property
    def generation(self) -> int:
        """Grows with every change that a reader in another process must notice."""
        return int(self.meta("generation") or 0)

    @property
    def build(self) -> str:
        """Folder, inside that of the index, of what is derived from the library; empty until the first rebuild."""
        return self.meta("build") or ""

    def count(self) -> int:
        return self._data.number("SELECT count(*) FROM papers")

    def count_passages(self) -> int:
        return self._data.number("SELECT count(*) FROM passages")

    def count_unfinished(self) -> int:
        """Papers that can't be found by meaning yet."""
        return self._data.number("SELECT count(*) FROM papers WHERE state < 2")

    def get(self, ids: Collection[str]) -> dict[str, Paper]:
        """The papers with these ids, in the order of `ids`; unknown ids are left out."""
        rows = self._data.among(PAPERS + "WHERE id IN", ids)
        found = {paper.id: paper for paper in self._papers(rows)}
        return {id: found[id] for id in ids if id in found}

    def all(self) -> list[Paper]:
        """Every paper, in the order in which they came in."""
        return self._papers(self._data.rows(PAPERS + "ORDER BY number"))

    def ids(self) -> list[str]:
        return [id for (id,) in self._data.rows("SELECT id FROM papers ORDER BY number")]

    def hashes(self, ids: Collection[str]) -> dict[str, str]:
        """Paper id -> content hash, for those that are there."""
        return dict(self._data.among("SELECT id, hash FROM papers WHERE id IN", ids))

    def passages(self, ids: Collection[str]) -> dict[str, list[Passage]]:
        """The passages of these papers, in order; papers that are not there are left out."""
        rows = self._data.among(
            "SELECT p.paper, p.number, p.start, p.end, a.abstract "
            "FROM passages p JOIN papers a ON a.id = p.paper WHERE p.paper IN",
            ids,
        )
        found: dict[str, list[Passage]] = {}
        for paper, number, start, end, abstract in rows:
            found.setdefault(paper, []).append(Passage(paper, number, start, end, abstract[start:end]))
        return {id: sorted(found[id], key=lambda passage: passage.number) for id in ids if id in found}

    def passage_ids(self) -> set[str]:
        return {id for (id,) in self._data.rows("SELECT paper || '#' || number FROM passages")}

    def unfinished(self, state: State, limit: int) -> list[Paper]:
        """Papers that have come exactly as far as `state`, oldest first."""
        # `state < 2` lets SQLite use the index of the unfinished.
        query = PAPERS + "WHERE state = ? AND state < 2 ORDER BY number LIMIT ?"
        return self._papers(self._data.rows(query, state, limit))

    def leftovers(self, limit: int = -1) -> list[tuple[str, str]]:
        """(passage id, paper id) of passages that are gone here but may still be in the derived stores."""
        return self._data.rows("SELECT passage, paper FROM leftovers LIMIT ?", limit)

    # -- writing ----------------------------------------------------------------------------------------------------

    def set_meta(self, key: str, value: str) -> None:
        with self.transaction():
            self._data.write("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    def bump_generation(self) -> int:
        """To be called after the derived stores have been committed."""
        with self.transaction():
            generation = self.generation + 1
            self.set_meta("generation", str(generation))
        return generation

    def record(self, paper: Paper, passages: Sequence[Passage]) -> None:
        """Adds a paper, or replaces the one with its id; it starts again at RECORDED."""
        with self.transaction():
            self._leave_passages(paper.id)
            self._data.write(
                "INSERT INTO papers (id, title, abstract, authors, year, url, topics, details, folded, hash, state) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (id) DO UPDATE SET title = excluded.title, "
                "abstract = excluded.abstract, authors = excluded.authors, year = excluded.year, url = excluded.url, "
                "topics = excluded.topics, details = excluded.details, folded = excluded.folded, hash = excluded.hash, "
                "state = 0",
                paper.id,
                paper.title,
                paper.abstract,
                json.dumps(paper.authors, ensure_ascii=False),
                paper.year,
                paper.url,
                json.dumps(paper.topics, ensure_ascii=False),
                json.dumps(paper.details, ensure_ascii=False),
                fold_title(paper.title),
                paper.content_hash,
            )
            self.facets.write(paper)
            self._add_passages(passages)

    def update_details(self, paper: Paper) -> None:
        """Replaces what is shown of a paper whose title and abstract stay: nothing has to be searched anew."""
        with self.transaction():
            self._data.write(
                "UPDATE papers SET authors = ?, year = ?, url = ?, topics = ?, details = ?, hash = ? WHERE id = ?",
                json.dumps(paper.authors, ensure_ascii=False),
                paper.year,
                paper.url,
                json.dumps(paper.topics, ensure_ascii=False),
                json.dumps(paper.details, ensure_ascii=False),
                paper.content_hash,
                paper.id,
            )
            self.facets.write(paper)

    def remove(self, id: str) -> bool:
        """Whether the paper was there."""
        with self.transaction():
            self._leave_passages(id)
            return self._data.write("DELETE FROM papers WHERE id = ?", id) > 0

    def _leave_passages(self, id: str) -> None:
        self._data.write(
            "INSERT OR IGNORE INTO leftovers SELECT paper || '#' || number, paper FROM passages WHERE paper = ?", id
        )
        self._data.write("DELETE FROM passages WHERE paper = ?", id)

    def _add_passages(self, passages: Sequence[Passage]) -> None:
        rows = [(passage.paper_id, passage.number, passage.start, passage.end) for passage in passages]
        self._data.write_many("INSERT INTO passages VALUES (?, ?, ?, ?)", rows)

    def advance(self, ids: Iterable[str], state: State) -> None:
        with self.transaction():
            self._data.write_many("UPDATE papers SET state = ? WHERE id = ?", [(state, id) for id in ids])

    def remove_meta(self, key: str) -> None:
        self._data.write("DELETE FROM meta WHERE key = ?", key)

    def start_over(self) -> None:
        """Every paper back to RECORDED, and a note ("restoring") that the derived stores are to be emptied."""
        with self.transaction():
            self._data.write("UPDATE papers SET state = 0")
            self.set_meta("restoring", "yes")

    def switch(
        self, build: str, passages: Iterable[Mapping[str, Sequence[Passage]]], made_with: Mapping[str, str]
    ) -> None:
        """From now on, at one stroke, `build` is what is derived from the library, whole and with these passages.

        `made_with` is remembered of it, by key.
        """
        # What it replaces is removed next, so that this must outlast a loss of power as well.
        self._data.write("PRAGMA synchronous = FULL")
        with self.transaction():
            for some in passages:
                self.replace_passages(some)
            self._data.write("DELETE FROM leftovers")
            self._data.write("UPDATE papers SET state = ?", State.COMPLETE)
            for key, value in {**made_with, "build": build}.items():
                self.set_meta(key, value)
            self.remove_meta("rebuilding")
            self.remove_meta("restoring")
            self.bump_generation()
        self._data.write("PRAGMA synchronous = NORMAL")

    def replace_passages(self, passages: Mapping[str, Sequence[Passage]]) -> None:
        """Paper id -> the passages it is to have instead."""
        with self.transaction():
            for id, some in passages.items():
                self._leave_passages(id)
                self._add_passages(some)

    def clear_leftovers(self, passage_ids: Iterable[str]) -> None:
        with self.transaction():
            self._data.write_many("DELETE FROM leftovers WHERE passage = ?", [(id,) for id in passage_ids])

    def restore(self, papers: Iterable[Copied], meta: Mapping[str, str]) -> None:
        """Fills an empty library with what was copied."""
        with self.transaction():
            for key, value in meta.items():
                self.set_meta(key, value)
            ordered = sorted(papers, key=lambda one: one.place)
            for one in ordered:
                self.record(one.paper, one.passages)
            self.origins.restore(ordered)

    def _papers(self, rows: Iterable[SQLRow]) -> list[Paper]:
        with self._data.explained():
            return make_papers(rows)
