"""Vectors of two models can't be compared: an index is read with the embedding that it was made with."""

from contextlib import closing
from pathlib import Path

from index.errors import IndexMismatch, PaperIndexError
from index.files import has_remains
from index.library import Library
from index.providers import embedding_name
from index.settings import IndexSettings


def check_embedding(library: Library, settings: IndexSettings, folder: Path) -> None:
    """Raises IndexMismatch."""
    made_with, wanted = library.meta("embedding"), embedding_name(settings.embedding)
    if made_with and made_with != wanted:
        raise IndexMismatch(
            f"The index in {folder} was made with the embedding {made_with}, the settings ask for {wanted}. "
            "Run `paperchat index --rebuild`, or set `index.embedding` back."
        )


def was_made_with(file: Path) -> str | None:
    """The embedding of a library file, "" where that can't be told, None when no papers were ever brought into it."""
    if not file.exists():
        return "" if has_remains(file.parent) else None  # a library that is gone is told of when it is opened
    try:
        library = Library(file)
    except PaperIndexError:
        return ""  # what is wrong with it is told when it is opened
    with closing(library):
        return library.meta("embedding")
