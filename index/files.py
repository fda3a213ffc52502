"""Where the index folder is, and the names of what lies in it."""

import os
from pathlib import Path

from index.errors import PaperIndexError
from index.settings import IndexSettings

LIBRARY, COPY = "library.sqlite", "library-copy.sqlite"
WORDS, VECTORS, ENCODINGS = "words", "vectors", "encodings.sqlite"
DAMAGED_LIBRARY = "library.damaged.sqlite"
"""Where a repair leaves a library that it could not read whole."""


def has_remains(folder: Path) -> bool:
    """Whether something beside the library shows that the folder held papers."""
    return any((folder / name).exists() for name in (COPY, WORDS, VECTORS, ENCODINGS))


def index_folder(settings: IndexSettings) -> Path:
    """Where the index is; without `index.folder` in the home folder."""
    return settings.folder or Path.home() / ".paperchat"


def make_folder(folder: Path) -> None:
    """Raises PaperIndexError when there is no such folder and none can be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PaperIndexError(
            f"The index folder {folder} can't be made ({error.strerror}). Set `index.folder` or --index-dir."
        ) from error
    if is_read_only(folder) and not (folder / LIBRARY).exists():
        raise PaperIndexError(
            f"The index folder {folder} can't be written. Mend its permissions, or set another `index.folder`."
        )


def is_read_only(folder: Path) -> bool:
    return not os.access(folder, os.W_OK)
