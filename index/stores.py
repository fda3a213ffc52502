"""The four files of an index folder, opened and closed together."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from index.library import Library
from index.settings import IndexSettings
from index.token_vectors import TokenVectors
from index.vectors import Vectors
from index.words import Words

WORDS, VECTORS, TOKENS, LIBRARY = "words", "vectors", "tokens.sqlite", "library.sqlite"


class Stores:
    """The library, and the three stores that are derived from it.

    Raises IndexDamaged or IndexMismatch when one can't be opened; then none stays open.
    """

    def __init__(self, folder: Path, settings: IndexSettings, check: Callable[[Library], None]) -> None:
        """`check` is called with the library before the rest is opened."""
        with ExitStack() as stack:
            self.library = Library(folder / LIBRARY)
            stack.callback(self.library.close)
            check(self.library)
            self.words = Words(folder / WORDS)
            self.tokens = TokenVectors(folder / TOKENS)
            stack.callback(self.tokens.close)
            self.vectors = Vectors(folder / VECTORS, settings)
            stack.callback(self.vectors.close)
            self._closing = stack.pop_all()

    def close(self) -> None:
        """Doing it twice is harmless."""
        self._closing.close()
