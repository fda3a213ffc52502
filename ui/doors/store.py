"""What the doors remember, in one SQLite file of the index folder: tokens, and which adds were done already."""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index import Migration, PaperchatError, SettingsError, explained, migrate, run_statements

STORE = "doors.sqlite3"
"""Name of the file in the index folder."""
PREFIX = "pc_"
"""How each token begins: what begins otherwise is the key of some other service."""
SCOPES = ("read", "write")
DAMAGED = "Restore it from a copy, or move it away: a new one is made at the next start, without the tokens."
NAME_LENGTH = 100
ADDS_KEPT = 24 * 3600.0
"""Seconds for which an add with an idempotency key is remembered."""


class AddUnderWay(PaperchatError):
    """An add with this key has begun and not ended yet."""


class AddDiffers(PaperchatError):
    """The key was used for an add of something else."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: never the secret itself. `made` and `used` are in seconds since 1970, `used` to a day."""

    id: str
    name: str
    scopes: frozenset[str]
    made: float
    used: float | None = None


class Store:
    """Tokens and adds. Thread-safe; several processes may use one file.

    Raises PaperIndexError, with what to do about it, when the file can't be read or written.
    """

    def __init__(self, folder: Path) -> None:
        """The file in `folder`, made when it is missing; in a folder that can't be written, a copy for this process."""
        self._elsewhere = None
        file = folder / STORE
        if os.access(folder, os.F_OK) and not os.access(folder, os.W_OK):
            self._elsewhere = TemporaryDirectory(prefix="paperchat-", ignore_cleanup_errors=True)
            copy = Path(self._elsewhere.name) / STORE
            if file.exists():
                shutil.copyfile(file, copy)
            file = copy
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        with self._connect() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            migrate(connection, MIGRATIONS, file)

    def close(self) -> None:
        """Removes the copy of this process, if there is one."""
        if self._elsewhere is not None:
            self._elsewhere.cleanup()

    # -- tokens -----------------------------------------------------------------------------------------------------

    def new_token(self, name: str, *, may_write: bool = False) -> tuple[Token, str]:
        """A token for the user `name`, and its secret, which is told this once and not kept.

        The secret has 256 random bits: a plain SHA-256 of it can't be turned back, so each request is checked quickly.
        Raises SettingsError for a name that is none.
        """
        if not name.strip() or len(name) > NAME_LENGTH or not name.isprintable() or {":", ","} & set(name):
            raise SettingsError(f"{name[:NAME_LENGTH]!r} is no name: one line, without colons and commas.")
        secret = PREFIX + secrets.token_urlsafe(32)
        scopes = frozenset(SCOPES if may_write else ("read",))
        token = Token(secrets.token_hex(4), name.strip(), scopes, time.time())
        with self._connect() as connection:
            connection.execute(
                "INSERT INTO tokens (id, name, scopes, digest, made) VALUES (?, ?, ?, ?, ?)",
                (token.id, token.name, " ".join(sorted(scopes)), digest(secret.encode()), token.made),
            )
        return token, secret

    def tokens(self) -> list[Token]:
        """All of them, the oldest first."""
        with self._connect() as connection:
            return [as_token(row) for row in connection.execute(f"{TOKENS} ORDER BY made")]

    def find_token(self, secret: str) -> Token | None:
        """The token with this secret; notes that it was used."""
        hashed, now = digest(secret.encode("utf-8", "replace")), time.time()
        with self._connect() as connection:
            row = connection.execute(f"{TOKENS} WHERE digest = ?", (hashed,)).fetchone()
            if row is None:
                return None
            token = as_token(row)
            if token.used is None or now - token.used > 24 * 3600:
                connection.execute("UPDATE tokens SET used = ? WHERE id = ?", (now, token.id))
        return token

    def revoke_token(self, id: str) -> bool:
        """Ends a token; whether there was one."""
        with self._connect() as connection:
            return connection.execute("DELETE FROM tokens WHERE id = ?", (id,)).rowcount > 0

    # -- adds -------------------------------------------------------------------------------------------------------

    def forget_unfinished(self) -> None:
        """Adds of a server that ended before they did may be tried again."""
        with self._connect() as connection:
            connection.execute("DELETE FROM adds WHERE outcome IS NULL")

    def begin_add(self, owner: str, key: str, content: bytes) -> dict[str, Any] | None:
        """None when the add is to be done now; else what came of it the first time. `content` tells adds apart.

        Raises AddUnderWay and AddDiffers.
        """
        told, now = digest(content), time.time()
        with self._connect() as connection:
            connection.execute("DELETE FROM adds WHERE begun < ?", (now - ADDS_KEPT,))
            done = connection.execute(
                "INSERT OR IGNORE INTO adds (owner, key, content, begun) VALUES (?, ?, ?, ?)", (owner, key, told, now)
            )
            if done.rowcount:
                return None
            before, outcome = connection.execute(
                "SELECT content, outcome FROM adds WHERE owner = ? AND key = ?", (owner, key)
            ).fetchone()
        if before != told:
            raise AddDiffers("This Idempotency-Key was sent with other papers before. Take a new key for them.")
        if outcome is None:
            raise AddUnderWay("The add with this Idempotency-Key is still under way. Send it again in a while.")
        kept: dict[str, Any] = json.loads(outcome)
        return kept

    def end_add(self, owner: str, key: str, outcome: dict[str, Any] | None) -> None:
        """Keeps what came of it; None: nothing, it may be tried again."""
        with self._connect() as connection:
            if outcome is None:
                connection.execute("DELETE FROM adds WHERE owner = ? AND key = ?", (owner, key))
            else:
                connection.execute(
                    "UPDATE adds SET outcome = ? WHERE owner = ? AND key = ?", (json.dumps(outcome), owner, key)
                )

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        """A connection for one piece of work: committed when it ends well."""
        with explained(self.file, "The file of tokens", DAMAGED):
            connection = sqlite3.connect(self.file, timeout=10)
            try:
                with connection:
                    yield connection
            finally:
                connection.close()


TOKENS = "SELECT id, name, scopes, made, used FROM tokens"


def as_token(row: tuple[str, str, str, float, float | None]) -> Token:
    id, name, scopes, made, used = row
    return Token(id, name, frozenset(scopes.split()), made, used)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def make_tables(connection: sqlite3.Connection) -> None:
    """1: tokens and adds."""
    run_statements(
        connection,
        """
        CREATE TABLE tokens (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, scopes TEXT NOT NULL, digest TEXT NOT NULL UNIQUE,
            made REAL NOT NULL, used REAL
        );
        CREATE TABLE adds (
            owner TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, begun REAL NOT NULL, outcome TEXT,
            PRIMARY KEY (owner, key)
        );
        """,
    )


MIGRATIONS: tuple[Migration, ...] = (make_tables,)
"""The layouts of the file, oldest first; a file of each lies in `tests/layouts`."""
