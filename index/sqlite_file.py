"""One way to open an SQLite file of ours, to share it, to tell what went wrong with it, and to bring it up to date."""

import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

from index.errors import IndexClosed, IndexDamaged, IndexMismatch, PaperIndexError, no_room

Migration = Callable[[sqlite3.Connection], None]
"""Brings a file from one layout to the next. The first in a list makes layout 1 in an empty file."""

NO_ROOM_IN_SQLITE = ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_FSYNC")
UNWRITABLE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
"""Errors that say nothing against the file itself."""


def connect(file: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection for any thread, without implicit transactions.

    `read_only`: nothing is made beside the file, so it may lie on a medium that can't be written. Unless a writer is
    alive at this moment, it is then read as it is now, whatever is written later.
    """
    if not read_only:
        return sqlite3.connect(file, timeout=30, check_same_thread=False, isolation_level=None)
    wal = file.with_name(file.name + "-wal")
    is_open_elsewhere = wal.exists() and wal.stat().st_size > 0
    mode = "mode=ro" if is_open_elsewhere else "immutable=1"
    address = f"{file.absolute().as_uri()}?{mode}"
    return sqlite3.connect(address, uri=True, timeout=30, check_same_thread=False, isolation_level=None)


@contextmanager
def explained(file: Path, what: str, if_damaged: str) -> Iterator[None]:
    """Raises what SQLite raises in the block as a PaperIndexError with its remedy.

    `what`: "The library". `if_damaged`: the remedy for a file that is damaged.
    """
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", None) or ""
        if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
            raise IndexClosed(f"The index in {file.parent} was closed meanwhile. Open it again.") from error
        if name in NO_ROOM_IN_SQLITE or no_room(error):
            raise PaperIndexError(
                f"{what} {file} can't be written ({error}). Make room on its disk, and do the same again."
            ) from error
        if name.startswith(UNWRITABLE) and not file.is_dir():
            raise PaperIndexError(
                f"{what} {file} can't be opened or written ({error}). Mend its permissions and those of its folder, "
                "and do the same again."
            ) from error
        if name.startswith(BUSY):
            raise PaperIndexError(
                f"{what} {file} is in use by another process ({error}). Wait until that is done, and do the same again."
            ) from error
        raise IndexDamaged(f"{what} {file} can't be read ({error}). {if_damaged}") from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has done so itself after some errors, a full disk among them.
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def storable_only(values: Iterable[str]) -> list[str]:
    """Those that a file can hold: no row has an id with half a character (a lone surrogate) in it."""
    return [value for value in values if value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)]


def check_pages(connection: sqlite3.Connection) -> None:
    """Reads the whole file. Raises sqlite3.DatabaseError when a part of it is unreadable."""
    if (found := connection.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
        raise sqlite3.DatabaseError(found)


def is_empty(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None


def layout_of(connection: sqlite3.Connection) -> int:
    """The number of the file's layout, 0 when it is empty. The first files came before layouts had numbers."""
    number = int(connection.execute("PRAGMA user_version").fetchone()[0])
    return number or (0 if is_empty(connection) else 1)


def check_layout(connection: sqlite3.Connection, migrations: Sequence[Migration], file: Path) -> None:
    """Raises IndexMismatch when the file was written by a program that knows more layouts than this one."""
    if (layout := layout_of(connection)) > len(migrations):
        raise IndexMismatch(
            f"{file} has layout {layout}: a newer paperchat made it, this one reads up to {len(migrations)}. "
            "Upgrade paperchat (`pip install --upgrade paperchat`), or name another folder with `--index-dir`."
        )


def migrate(connection: sqlite3.Connection, migrations: Sequence[Migration], file: Path) -> None:
    """Brings the file to layout `len(migrations)`, all steps or none. Raises IndexMismatch when it is newer."""
    check_layout(connection, migrations, file)
    if connection.execute("PRAGMA user_version").fetchone()[0] == len(migrations):
        return
    with transaction(connection):
        # Looked at again: another process may have been quicker.
        check_layout(connection, migrations, file)
        for step in migrations[layout_of(connection) :]:
            step(connection)
        connection.execute(f"PRAGMA user_version = {len(migrations)}")


def run_statements(connection: sqlite3.Connection, statements: str) -> None:
    """Each of them, within the transaction at hand, which `executescript` would end."""
    pending = ""
    for line in statements.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            connection.execute(pending)
            pending = ""


SQLRow = tuple[Any, ...]

MANY = 500
"""Values in one IN (...): far below SQLite's limit."""


class Database:
    """An SQLite file that threads share. Each method raises what `explained` raises."""

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

    def move_to_memory(self) -> None:
        """From now on this is a copy of the file as it is now, which can be changed."""
        copy = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.connection.backup(copy)
        self.connection.close()
        self.connection = copy

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

    def rows(self, query: str, *values: object) -> list[SQLRow]:
        with self.lock, self.explained():
            return self.connection.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> SQLRow | None:
        """The first."""
        rows = self.rows(query, *values)
        return rows[0] if rows else None

    def number(self, query: str) -> int:
        row = self.row(query)
        return int(row[0]) if row else 0

    def among(self, query: str, values: Collection[str]) -> list[SQLRow]:
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

    def write_many(self, query: str, rows: Iterable[SQLRow]) -> None:
        with self.lock, self.explained():
            self.connection.executemany(query, rows)
