"""The layouts of the kept conversations, oldest first. A file of any of them is brought to the last when it is opened.

A change of layout is a function added at the end; those before it never change. A file of each layout lies in
`tests/layouts`.
"""

import sqlite3

from index import Migration, run_statements


def make_tables(connection: sqlite3.Connection) -> None:
    """1: conversations and their turns."""
    run_statements(
        connection,
        """
        CREATE TABLE conversations (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, updated REAL NOT NULL
        );
        CREATE INDEX conversations_of_owner ON conversations (owner, updated);
        CREATE TABLE turns (
            conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            answer TEXT NOT NULL, rating INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '',
            PRIMARY KEY (conversation, number)
        );
        """,
    )


MIGRATIONS: tuple[Migration, ...] = (make_tables,)
