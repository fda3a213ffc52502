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


def make_branches(connection: sqlite3.Connection) -> None:
    """2: a turn has an id and follows another, so that one place can hold several versions; `shown` is the last turn of
    the branch in view. Conversations are pinned, and shared under a secret name."""
    run_statements(
        connection,
        """
        CREATE TABLE branches (
            id INTEGER PRIMARY KEY, conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
            parent INTEGER REFERENCES branches (id) ON DELETE CASCADE, number INTEGER NOT NULL,
            answer TEXT NOT NULL, rating INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT ''
        );
        INSERT INTO branches (conversation, number, answer, rating, reason)
            SELECT conversation, number, answer, rating, reason FROM turns ORDER BY conversation, number;
        UPDATE branches SET parent = (
            SELECT MAX(earlier.id) FROM branches earlier
            WHERE earlier.conversation = branches.conversation AND earlier.id < branches.id
        );
        DROP TABLE turns;
        ALTER TABLE branches RENAME TO turns;
        CREATE INDEX turns_of_conversation ON turns (conversation, parent);
        CREATE INDEX turns_after ON turns (parent);
        ALTER TABLE conversations ADD COLUMN shown INTEGER;
        UPDATE conversations SET shown = (SELECT MAX(id) FROM turns WHERE conversation = conversations.id);
        ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE conversations ADD COLUMN share TEXT NOT NULL DEFAULT '';
        CREATE INDEX conversations_shared ON conversations (share);
        """,
    )


MIGRATIONS: tuple[Migration, ...] = (make_tables, make_branches)
