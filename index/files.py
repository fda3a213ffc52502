"""Names of what lies in an index folder."""

from pathlib import Path

LIBRARY, COPY = "library.sqlite", "library-copy.sqlite"
WORDS, VECTORS, ENCODINGS = "words", "vectors", "encodings.sqlite"
DAMAGED_LIBRARY = "library.damaged.sqlite"
"""Where a repair leaves a library that it could not read whole."""


def has_remains(folder: Path) -> bool:
    """Whether something beside the library shows that the folder held papers."""
    return any((folder / name).exists() for name in (COPY, WORDS, VECTORS, ENCODINGS))
