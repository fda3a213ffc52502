"""A SQLite file of what readers keep: opened, brought to the last layout, and one connection for each piece of work."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from index import Migration, explained, migrate

DAMAGED = "Restore it from a copy, or move it away: a new one is made at the next start."


class KeptFile:
    """`what` names the file in messages, as in "The file of conversations".

    Raises PaperIndexError, with what to do about it, when the file can't be read or written (a full disk, say).
    """

    def __init__(self, file: Path, what: str, migrations: Sequence[Migration]) -> None:
        """Opens the file, or makes it. Raises IndexMismatch when a newer program made it.

        In a folder that can't be written it is kept in another one, as long as this object lives.
        """
        self._what = what
        self._elsewhere = None
        if os.access(file.parent, os.F_OK) and not os.access(file.parent, os.W_OK):
            self._elsewhere = TemporaryDirectory(prefix="paperchat-", ignore_cleanup_errors=True)
            file = Path(self._elsewhere.name) / file.name
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        with self.connect() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, tuple(migrations), file)

    @contextmanager
    def connect(self) -> Iterator[sqlite3.Connection]:
        """A connection for one piece of work: committed when it ends well. One each, so threads never share."""
        with explained(self.file, self._what, DAMAGED):
            connection = sqlite3.connect(self.file, timeout=10)
            try:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = NORMAL")
                with connection:
                    yield connection
            finally:
                connection.close()
