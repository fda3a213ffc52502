"""What a reader works with besides conversations, in one file."""

from pathlib import Path

from ui.history.collections import Collections
from ui.history.kept_file import KeptFile
from ui.history.kept_tables import KeptTables
from ui.history.workspace_layout import MIGRATIONS


class Workspace:
    """Selections and collections of papers, and tables of papers by questions; see `KeptFile` for what is raised."""

    def __init__(self, file: Path) -> None:
        self.file = KeptFile(file, "The file of collections and tables", MIGRATIONS)
        self.collections = Collections(self.file)
        self.tables = KeptTables(self.file)
