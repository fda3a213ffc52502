"""Tables of papers by questions, kept with every cell as soon as it is filled, so that they can be gone on with."""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index import Paper
from rag import Cell
from ui.history.kept_file import KeptFile

TITLE_LENGTH = 80


@dataclass(frozen=True, slots=True)
class KeptTable:
    """`papers` are ids; `updated` is in seconds since 1970, `filled` the number of cells that are there."""

    id: str
    title: str
    papers: tuple[str, ...]
    questions: tuple[str, ...]
    updated: float
    filled: int

    @property
    def size(self) -> int:
        """How many cells it has when it is full."""
        return len(self.papers) * len(self.questions)


CellKey = tuple[str, str]
"""(id of the paper, question)"""


class KeptTables:
    """The tables of everyone. An id that isn't the owner's behaves like one that doesn't exist."""

    def __init__(self, file: KeptFile) -> None:
        self._file = file

    def tables(self, owner: str) -> list[KeptTable]:
        """The owner's tables, latest first."""
        return self._read("owner = ? ORDER BY updated DESC", owner)

    def table(self, owner: str, id: str) -> KeptTable | None:
        return next(iter(self._read("owner = ? AND id = ?", owner, id)), None)

    def _read(self, which: str, *values: str) -> list[KeptTable]:
        with self._file.connect() as connection:
            rows = connection.execute(
                "SELECT id, title, papers, questions, updated, "  # noqa: S608 - `which` is one of ours
                f'(SELECT COUNT(*) FROM cells WHERE "table" = id) FROM tables WHERE {which}',
                values,
            )
            return [
                KeptTable(id, title, tuple(json.loads(papers)), tuple(json.loads(questions)), updated, filled)
                for id, title, papers, questions, updated, filled in rows
            ]

    def make(self, owner: str, title: str, papers: Sequence[str], questions: Sequence[str]) -> str:
        """The id of a new table, which has no cell yet."""
        id = secrets.token_urlsafe(12)
        with self._file.connect() as connection:
            connection.execute(
                "INSERT INTO tables VALUES (?, ?, ?, ?, ?, ?)",
                (id, owner, title[:TITLE_LENGTH], as_json(papers), as_json(questions), time.time()),
            )
        return id

    def ask_also(self, owner: str, id: str, question: str) -> None:
        """One more column; a question that is there already changes nothing."""
        table = self.table(owner, id)
        if table and question not in table.questions:
            with self._file.connect() as connection:
                query = "UPDATE tables SET questions = ?, updated = ? WHERE id = ? AND owner = ?"
                connection.execute(query, (as_json((*table.questions, question)), time.time(), id, owner))

    def delete(self, owner: str, id: str) -> None:
        with self._file.connect() as connection:
            connection.execute("DELETE FROM tables WHERE id = ? AND owner = ?", (id, owner))

    def keep(self, id: str, cell: Cell) -> None:
        """Keeps a cell of the table, unless that was deleted meanwhile; one with a problem will be asked again."""
        if cell.problem:
            return
        kept = {name: value for name, value in asdict(cell).items() if name in KEPT}
        with self._file.connect() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO cells SELECT id, ?, ?, ? FROM tables WHERE id = ?",
                (cell.paper.id, cell.question, as_json(kept), id),
            )

    def cells(self, table: KeptTable, papers: Mapping[str, Paper]) -> dict[CellKey, Cell]:
        """The cells that are filled, of those `papers` that are still in the library."""
        with self._file.connect() as connection:
            rows = connection.execute('SELECT paper, question, cell FROM cells WHERE "table" = ?', (table.id,))
            kept = {(paper, question): json.loads(cell) for paper, question, cell in rows}
        return {
            (paper, question): make_cell(row, column, papers[paper], question, kept[paper, question])
            for row, paper in enumerate(table.papers)
            for column, question in enumerate(table.questions)
            if paper in papers and (paper, question) in kept
        }


KEPT = ("text", "is_answered", "supported", "passage", "highlights", "model")
"""Of a cell; the rest is where it stands."""


def make_cell(row: int, column: int, paper: Paper, question: str, kept: dict[str, Any]) -> Cell:
    known = {name: value for name, value in kept.items() if name in KEPT}
    highlights = tuple((start, end) for start, end in known.pop("highlights", ()))
    return Cell(row, column, paper, question, highlights=highlights, **known)


def as_json(value: Any) -> str:
    # Half characters (surrogates) can't be written to a file.
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
