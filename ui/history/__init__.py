"""What readers keep (conversations, collections, tables), and answers as text for elsewhere."""

from ui.history.citing import CitingTurn, citing_turns
from ui.history.collections import Collection, Collections
from ui.history.export import (
    EXPORTS,
    as_bibtex,
    as_footnote,
    as_markdown,
    as_references,
    as_text,
    export_conversation,
)
from ui.history.history import History, Turn, messages_of
from ui.history.kept_tables import CellKey, KeptTable, KeptTables
from ui.history.referencing import CITATION_STYLES, cite
from ui.history.tables import TABLES, Table, cell_text, export_table, make_table
from ui.history.workspace import Workspace
from ui.history.zotero import as_note

__all__ = [
    "CITATION_STYLES",
    "EXPORTS",
    "TABLES",
    "CellKey",
    "CitingTurn",
    "Collection",
    "Collections",
    "History",
    "KeptTable",
    "KeptTables",
    "Table",
    "Turn",
    "Workspace",
    "as_bibtex",
    "as_footnote",
    "as_markdown",
    "as_note",
    "as_references",
    "as_text",
    "cell_text",
    "cite",
    "citing_turns",
    "export_conversation",
    "export_table",
    "make_table",
    "messages_of",
]
