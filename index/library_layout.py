"""The layouts of the library file, oldest first. A file of any of them is brought to the last when it is opened.

A change of layout is a function added at the end; those before it never change. A file of each layout lies in
`tests/layouts`.
"""

import sqlite3
from pathlib import Path
from uuid import uuid4

from index.errors import IndexDamaged, PaperIndexError
from index.files import has_remains
from index.identity import identity_of
from index.library_facets import facets_of
from index.papers_copy import make_paper
from index.sqlite_file import Database, Migration, check_layout, is_empty, layout_of, migrate, run_statements


def make_tables(connection: sqlite3.Connection) -> None:
    """1: papers, their passages, and how far each has come."""
    run_statements(
        connection,
        """
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE papers (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, abstract TEXT NOT NULL,
            authors TEXT NOT NULL, year INTEGER, url TEXT NOT NULL, topics TEXT NOT NULL,
            folded TEXT NOT NULL, hash TEXT NOT NULL, state INTEGER NOT NULL
        );
        CREATE INDEX papers_by_title ON papers (folded);
        CREATE INDEX papers_unfinished ON papers (state) WHERE state < 2;
        CREATE TABLE passages (
            paper TEXT NOT NULL, number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
            PRIMARY KEY (paper, number)
        ) WITHOUT ROWID;
        CREATE TABLE leftovers (passage TEXT PRIMARY KEY, paper TEXT NOT NULL) WITHOUT ROWID;
        """,
    )
    connection.execute("INSERT INTO meta VALUES ('library', ?)", (uuid4().hex,))


def note_what_to_copy(connection: sqlite3.Connection) -> None:
    """2: every change of a paper is noted until the copy of the papers has it too ('' stands for the meta data).

    No OR IGNORE in the triggers: the statement that fires one decides over conflicts in it.
    """
    run_statements(
        connection,
        """
        CREATE TABLE uncopied (paper TEXT PRIMARY KEY) WITHOUT ROWID;
        INSERT INTO uncopied SELECT id FROM papers UNION SELECT '';
        CREATE TRIGGER paper_added AFTER INSERT ON papers
            BEGIN INSERT INTO uncopied SELECT NEW.id WHERE NEW.id NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER paper_changed AFTER UPDATE OF title, abstract, authors, year, url, topics ON papers
            BEGIN INSERT INTO uncopied SELECT NEW.id WHERE NEW.id NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER paper_removed AFTER DELETE ON papers
            BEGIN INSERT INTO uncopied SELECT OLD.id WHERE OLD.id NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER passage_added AFTER INSERT ON passages
            BEGIN INSERT INTO uncopied SELECT NEW.paper WHERE NEW.paper NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER passage_removed AFTER DELETE ON passages
            BEGIN INSERT INTO uncopied SELECT OLD.paper WHERE OLD.paper NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER meta_changed AFTER INSERT ON meta
            WHEN NEW.key IN ('library', 'embedding', 'chunk_tokens', 'build')
            BEGIN INSERT INTO uncopied SELECT '' WHERE '' NOT IN (SELECT paper FROM uncopied); END;
        """,
    )
    # Programs that know layout 1 only look here, and would write without noting.
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('layout', '2')")


def remember_origins(connection: sqlite3.Connection) -> None:
    """3: more details of papers; what each origin said of them (`given` is '' where that is the paper as it stands);
    the keys by which records are known for one paper; preprints of articles. `run` counts the runs of `add`."""
    run_statements(
        connection,
        """
        ALTER TABLE papers ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
        CREATE TABLE origins (
            number INTEGER PRIMARY KEY, paper TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL,
            record INTEGER NOT NULL, source_id TEXT NOT NULL, given TEXT NOT NULL, run INTEGER NOT NULL
        );
        CREATE INDEX origins_by_paper ON origins (paper);
        CREATE INDEX origins_by_place ON origins (source_id, file);
        CREATE INDEX origins_by_file ON origins (file);
        CREATE TABLE identities (key TEXT NOT NULL, paper TEXT NOT NULL, PRIMARY KEY (key, paper)) WITHOUT ROWID;
        CREATE INDEX identities_by_paper ON identities (paper);
        CREATE TABLE links (
            preprint TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (preprint, article)
        ) WITHOUT ROWID;
        CREATE INDEX links_by_article ON links (article);

        INSERT INTO origins (paper, file, line, record, source_id, given, run)
            SELECT id, '?', 0, 0, id, '', 0 FROM papers ORDER BY number;
        INSERT OR IGNORE INTO uncopied SELECT id FROM papers;

        DROP TRIGGER paper_changed;
        CREATE TRIGGER paper_changed AFTER UPDATE OF title, abstract, authors, year, url, topics, details ON papers
            BEGIN INSERT INTO uncopied SELECT NEW.id WHERE NEW.id NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER origin_added AFTER INSERT ON origins
            BEGIN INSERT INTO uncopied SELECT NEW.paper WHERE NEW.paper NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER origin_changed AFTER UPDATE OF paper, file, line, record, source_id, given ON origins
            BEGIN INSERT INTO uncopied SELECT NEW.paper WHERE NEW.paper NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER origin_removed AFTER DELETE ON origins
            BEGIN INSERT INTO uncopied SELECT OLD.paper WHERE OLD.paper NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER link_added AFTER INSERT ON links
            BEGIN INSERT INTO uncopied SELECT NEW.preprint WHERE NEW.preprint NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER link_removed AFTER DELETE ON links
            BEGIN INSERT INTO uncopied SELECT OLD.preprint WHERE OLD.preprint NOT IN (SELECT paper FROM uncopied); END;
        CREATE TRIGGER paper_left AFTER DELETE ON papers BEGIN
            DELETE FROM origins WHERE paper = OLD.id;
            DELETE FROM identities WHERE paper = OLD.id;
            DELETE FROM links WHERE preprint = OLD.id OR article = OLD.id;
        END;
        """,
    )
    papers = connection.execute("SELECT id, title, abstract, authors, year, url, topics FROM papers")
    connection.executemany(
        "INSERT OR IGNORE INTO identities VALUES (?, ?)",
        ((key, paper.id) for paper in map(make_paper, papers.fetchall()) for key in identity_of(paper).keys),
    )
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('layout', '3')")


def index_facets(connection: sqlite3.Connection) -> None:
    """4: what papers are filtered by: their years indexed; their authors and topics in lower case, each kept once."""
    run_statements(
        connection,
        """
        CREATE INDEX papers_by_year ON papers (year);
        CREATE TABLE facets (
            number INTEGER PRIMARY KEY, kind TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (kind, value)
        );
        CREATE TABLE paper_facets (
            paper INTEGER NOT NULL, facet INTEGER NOT NULL, PRIMARY KEY (paper, facet)
        ) WITHOUT ROWID;
        CREATE INDEX papers_by_facet ON paper_facets (facet);
        CREATE TRIGGER paper_facets_left AFTER DELETE ON papers BEGIN
            DELETE FROM paper_facets WHERE paper = OLD.number;
        END;
        """,
    )
    papers = connection.execute("SELECT id, title, abstract, authors, year, url, topics, details FROM papers")
    rows = [(paper.id, *each) for paper in map(make_paper, papers.fetchall()) for each in facets_of(paper)]
    connection.executemany("INSERT OR IGNORE INTO facets (kind, value) VALUES (?, ?)", (row[1:] for row in rows))
    connection.executemany(
        "INSERT OR IGNORE INTO paper_facets SELECT papers.number, facets.number FROM papers, facets "
        "WHERE id = ? AND kind = ? AND value = ?",
        rows,
    )


MIGRATIONS: tuple[Migration, ...] = (make_tables, note_what_to_copy, remember_origins, index_facets)

DAMAGED = (
    "It is the record of your papers. Run `paperchat doctor --repair`, which makes it again from the copy that is kept "
    "beside it; or restore it from a copy of your own."
)


def open_library(file: Path, *, read_only: bool = False) -> Database:
    """The library file in today's layout, made when there is none. Raises what `Library` raises."""
    lost = IndexDamaged(f"The library {file} is gone or empty. {DAMAGED}")
    if not file.exists() and has_remains(file.parent):
        raise lost
    data = Database(file, "The library", DAMAGED, read_only=read_only)
    try:
        with data.explained():
            if is_empty(data.connection) and has_remains(file.parent):
                raise lost
            if read_only:
                check_layout(data.connection, MIGRATIONS, file)
                if layout_of(data.connection) == 0:
                    raise PaperIndexError(
                        f"{file.parent} holds no index, and can't be written. Name another folder with --index-dir."
                    )
                if layout_of(data.connection) < len(MIGRATIONS):
                    data.move_to_memory()
                    migrate(data.connection, MIGRATIONS, file)
            else:
                data.write("PRAGMA journal_mode = WAL")
                data.write("PRAGMA synchronous = NORMAL")
                migrate(data.connection, MIGRATIONS, file)
    except BaseException:
        data.close()
        raise
    return data
