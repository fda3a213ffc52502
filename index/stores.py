"""The parts of an index folder, opened and closed together."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from index.encodings import Encodings
from index.files import ENCODINGS, LIBRARY, VECTORS, WORDS
from index.library import Library
from index.lock import FolderLock
from index.meaning import Meaning
from index.settings import IndexSettings
from index.words import Words


class Stores:
    """The library, and what is derived from it.

    Raises IndexDamaged or IndexMismatch when a part can't be opened; then none stays open.
    """

    def __init__(self, folder: Path, settings: IndexSettings, check: Callable[[Library], None]) -> None:
        """`check` is called with the library before the rest is opened."""
        with ExitStack() as stack:
            self.lock = FolderLock(folder)
            self.library = Library(folder / LIBRARY)
            stack.callback(self.library.close)
            check(self.library)
            self.words = Words(folder / WORDS)
            self.encodings = Encodings(folder / ENCODINGS)
            stack.callback(self.encodings.close)
            self.meaning = Meaning(folder / VECTORS, settings, self.encodings, self.lock, self.library.name)
            stack.callback(self.meaning.close)
            self._closing = stack.pop_all()

    def close(self) -> None:
        """Doing it twice is harmless."""
        self._closing.close()
