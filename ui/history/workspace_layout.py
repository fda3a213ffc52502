"""The layouts of the workspace file (selections, collections, tables), oldest first; as those in `layout.py`."""

import sqlite3

from index import Migration, run_statements


def make_tables(connection: sqlite3.Connection) -> None:
    """1: what is selected, named groups of papers, and tables of papers by questions with their cells."""
    run_statements(
        connection,
        """
        CREATE TABLE selected (
            number INTEGER PRIMARY KEY, owner TEXT NOT NULL, paper TEXT NOT NULL, UNIQUE (owner, paper)
        );
        CREATE TABLE collections (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (owner, name)
        );
        CREATE TABLE members (
            number INTEGER PRIMARY KEY, paper TEXT NOT NULL,
            collection TEXT NOT NULL REFERENCES collections (id) ON DELETE CASCADE, UNIQUE (collection, paper)
        );
        CREATE TABLE tables (
            id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, papers TEXT NOT NULL,
            questions TEXT NOT NULL, updated REAL NOT NULL
        );
        CREATE INDEX tables_of_owner ON tables (owner, updated);
        CREATE TABLE cells (
            "table" TEXT NOT NULL REFERENCES tables (id) ON DELETE CASCADE, paper TEXT NOT NULL,
            question TEXT NOT NULL, cell TEXT NOT NULL, PRIMARY KEY ("table", paper, question)
        ) WITHOUT ROWID;
        """,
    )


MIGRATIONS: tuple[Migration, ...] = (make_tables,)
