"""What a reader has selected of the papers, and the named groups that are kept of them."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from ui.history.kept_file import KeptFile

NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Collection:
    """A named group of papers; `count` is how many it holds."""

    id: str
    name: str
    count: int


class Collections:
    """The selections and collections of everyone. An id that isn't the owner's behaves like one that doesn't exist."""

    def __init__(self, file: KeptFile) -> None:
        self._file = file

    # -- selected ---------------------------------------------------------------------------------------------------

    def selected(self, owner: str) -> list[str]:
        """Ids of papers, in the order in which they were selected."""
        with self._file.connect() as connection:
            query = "SELECT paper FROM selected WHERE owner = ? ORDER BY number"
            return [paper for (paper,) in connection.execute(query, (owner,))]

    def select(self, owner: str, papers: Iterable[str]) -> None:
        with self._file.connect() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO selected (owner, paper) VALUES (?, ?)", [(owner, paper) for paper in papers]
            )

    def unselect(self, owner: str, papers: Iterable[str]) -> None:
        with self._file.connect() as connection:
            query = "DELETE FROM selected WHERE owner = ? AND paper = ?"
            connection.executemany(query, [(owner, paper) for paper in papers])

    def select_nothing(self, owner: str) -> None:
        with self._file.connect() as connection:
            connection.execute("DELETE FROM selected WHERE owner = ?", (owner,))

    # -- collected --------------------------------------------------------------------------------------------------

    def collections(self, owner: str) -> list[Collection]:
        """By name."""
        with self._file.connect() as connection:
            rows = connection.execute(
                "SELECT id, name, (SELECT COUNT(*) FROM members WHERE collection = id) "
                "FROM collections WHERE owner = ? ORDER BY name COLLATE NOCASE",
                (owner,),
            )
            return [Collection(*row) for row in rows]

    def papers(self, owner: str, collection: str) -> list[str]:
        """Ids, in the order in which they were put in; none for an unknown collection."""
        with self._file.connect() as connection:
            rows = connection.execute(
                "SELECT paper FROM members JOIN collections ON id = collection "
                "WHERE id = ? AND owner = ? ORDER BY number",
                (collection, owner),
            )
            return [paper for (paper,) in rows]

    def collect(self, owner: str, name: str, papers: Iterable[str]) -> str:
        """Puts the papers into the collection of that name, which is made if there is none; its id.

        "" where the name is empty: nothing is done then.
        """
        name = one_line(name)
        if not name:
            return ""
        with self._file.connect() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO collections VALUES (?, ?, ?)", (secrets.token_urlsafe(12), owner, name)
            )
            query = "SELECT id FROM collections WHERE owner = ? AND name = ?"
            (collection,) = connection.execute(query, (owner, name)).fetchone()
            connection.executemany(
                "INSERT OR IGNORE INTO members (collection, paper) VALUES (?, ?)",
                [(collection, paper) for paper in papers],
            )
            return str(collection)

    def take_out(self, owner: str, collection: str, papers: Iterable[str]) -> None:
        with self._file.connect() as connection:
            connection.executemany(
                "DELETE FROM members WHERE paper = ? "
                "AND collection = (SELECT id FROM collections WHERE id = ? AND owner = ?)",
                [(paper, collection, owner) for paper in papers],
            )

    def rename(self, owner: str, collection: str, name: str) -> bool:
        """Whether it could be: not to an empty name, nor to that of another."""
        name = one_line(name)
        with self._file.connect() as connection:
            query = "UPDATE OR IGNORE collections SET name = ? WHERE id = ? AND owner = ? AND ? <> ''"
            return connection.execute(query, (name, collection, owner, name)).rowcount > 0

    def delete(self, owner: str, collection: str) -> None:
        """Its papers stay in the library."""
        with self._file.connect() as connection:
            connection.execute("DELETE FROM collections WHERE id = ? AND owner = ?", (collection, owner))

    def forget(self, papers: Iterable[str]) -> None:
        """The papers are gone from the library: from everybody's selection and collections, too."""
        gone = [(paper,) for paper in papers]
        with self._file.connect() as connection:
            connection.executemany("DELETE FROM selected WHERE paper = ?", gone)
            connection.executemany("DELETE FROM members WHERE paper = ?", gone)


def one_line(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:NAME_LENGTH].strip()
