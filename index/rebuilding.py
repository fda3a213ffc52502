"""All that is derived from the library made anew, beside what is there, and then put in its place at one stroke.

A rebuild is an index of its own in a folder inside the index's: it is written as any other, goes on where it stopped as
any other, and nobody looks at it until one transaction of the library says that it is the one to be searched.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from index.errors import IndexDamaged
from index.library import Library
from index.paper import Passage
from index.passage_vectors import Models
from index.providers import embedding_name
from index.settings import IndexSettings
from index.stores import Stores, next_build, with_collection
from index.writing import RECORD_BATCH, OnProgress, Writer


def rebuild(
    folder: Path, stores: Stores, models: Models, settings: IndexSettings, on_progress: OnProgress | None = None
) -> None:
    """Makes a new build and switches to it. The lock must be held; afterwards `stores` are to be refreshed.

    Stopped anywhere, or raising EmbeddingError, it leaves the index as it was or wholly rebuilt.
    """
    library = stores.library
    with closing(open_build(folder, stores, settings)) as build:
        name = build_being_made(library)
        Writer(build, models, settings, lambda: None, on_progress).mirror(library)
        build.derived.close()
        made_with = {"embedding": embedding_name(settings.embedding), "chunk_tokens": str(settings.chunk_tokens)}
        library.switch(name, passages_of(build.library), made_with)


def open_build(folder: Path, stores: Stores, settings: IndexSettings) -> Stores:
    """The build that an earlier rebuild with these settings has begun; else a new one."""
    if name := build_being_made(stores.library):
        try:
            build = open_named(folder, name, stores.library, settings)
        except IndexDamaged:
            pass  # nothing is lost with it
        else:
            if build.library.meta("settings") == describe_build(settings):
                return build
            build.close()
    name = next_build(folder)
    stores.library.set_meta("rebuilding", name)
    stores.remove_unused()
    return open_named(folder, name, stores.library, settings)


def open_named(folder: Path, name: str, library: Library, settings: IndexSettings) -> Stores:
    def sign(own: Library) -> None:
        """What is made here will be that other library's."""
        with own.transaction():
            own.set_meta("library", library.name)
            if not own.meta("settings"):
                own.set_meta("settings", describe_build(settings))

    (folder / name).mkdir(exist_ok=True)
    own = settings if settings.is_shared else with_collection(settings, name)
    return Stores(folder / name, own, sign)


def describe_build(settings: IndexSettings) -> str:
    """What a build depends on."""
    return json.dumps([embedding_name(settings.embedding), settings.chunk_tokens, settings.token_vectors])


def build_being_made(library: Library) -> str:
    return library.meta("rebuilding") or ""


def passages_of(library: Library) -> Iterator[Mapping[str, Sequence[Passage]]]:
    ids = library.ids()
    for first in range(0, len(ids), RECORD_BATCH):
        yield library.passages(ids[first : first + RECORD_BATCH])
