"""An SQLite file that threads share, whose errors are told with their remedy."""

import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from index.sqlite_file import connect, explained, storable_only, transaction

Row = tuple[Any, ...]

MANY = 500
"""Values in one IN (...): far below SQLite's limit."""


class Database:
    """Each method raises what `explained` raises."""

    def __init__(self, file: Path, what: str, if_damaged: str, *, read_only: bool = False) -> None:
        """`what` and `if_damaged`: see `explained`; `read_only`: see `connect`."""
        self.file = file
        self.read_only = read_only
        self.lock = threading.RLock()
        self._what, self._if_damaged = what, if_damaged
        with self.explained():
            self.connection = connect(file, read_only=read_only)

    def close(self) -> None:
        """Doing it twice is harmless."""
        with self.lock:
            self.connection.close()

    def explained(self) -> AbstractContextManager[None]:
        return explained(self.file, self._what, self._if_damaged)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; other threads wait. Within another one it is a part of that."""
        with self.lock, self.explained():
            if self.connection.in_transaction:
                yield
                return
            with transaction(self.connection):
                yield

    def rows(self, query: str, *values: object) -> list[Row]:
        with self.lock, self.explained():
            return self.connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> Row | None:
        """The first."""
        rows = self.rows(query, *values)
        return rows[0] if rows else None

    def number(self, query: str) -> int:
        row = self.row(query)
        return int(row[0]) if row else 0

    def among(self, query: str, values: Collection[str]) -> list[Row]:
        """The rows of `query`, which ends in IN, for any number of values."""
        listed = storable_only(values)
        rows = []
        for first in range(0, len(listed), MANY):
            some = listed[first : first + MANY]
            rows += self.rows(f"{query} ({', '.join('?' * len(some))})", *some)
        return rows

    def write(self, query: str, *values: object) -> int:
        """How many rows it changed."""
        with self.lock, self.explained():
            return self.connection.execute(query, values).rowcount

    def write_many(self, query: str, rows: Iterable[Row]) -> None:
        with self.lock, self.explained():
            self.connection.executemany(query, rows)
