"""The papers in a Chroma collection, as a log: numbered entries, each of them one change of the library.

An entry is rows with the papers, which are written first and which nobody looks for, and then one row whose id is the
entry's number and which names them. Chroma keeps the first row that is added under an id and ignores later ones. So of
two processes that add an entry of the same number one wins, and both can see which: no clock and no lock is needed for
that, and an entry is there whole or not at all, whoever is killed.
"""

import json
import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from index.chroma import LONGEST_DOCUMENT, SHARED_BATCH, close_client, explained, name_of, open_client, parts
from index.errors import IndexMismatch, PaperIndexError
from index.papers_copy import Copied, pack, unpack
from index.settings import IndexSettings

ENTRIES_AT_ONCE = 50
"""Numbers that are asked for in one request."""


Row = tuple[str, dict[str, Any]]
"""(document, metadata)"""
NO_ROW: Row = ("", {})


class Overtaken(Exception):
    """Another process has added an entry of that number."""


class LogLost(PaperIndexError):
    """The log no longer holds what it held."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where a library has followed a collection's log: the number of an entry, and its token, which no other
    entry has. Entries count from 1; 0 is before the first."""

    collection: str
    number: int = 0
    token: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """Papers that were added or changed, as they are since, and ids of papers that were removed."""

    place: Place
    papers: tuple[Copied, ...]
    removed: tuple[str, ...]


class SharedLog:
    """Safe to use from several threads. Raises IndexAway when the server does not answer."""

    def __init__(self, settings: IndexSettings, library: str) -> None:
        """Opens the log, or makes it for the library of this name; `library` tells whose it then is."""
        self._settings = settings
        self._name = f"{settings.collection}-papers"
        self._lock = threading.RLock()
        self._client = open_client(Path(), settings)
        self._collection: Any = None
        self.name = f"{name_of(settings)}, collection {settings.collection}"
        self._is_open = False
        self.library = library
        self.start = Place(self._name)
        try:
            with self._usable() as collection:
                self.library = library_of(collection)
                self._is_open = True
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Doing it twice is harmless."""
        close_client(self._client)

    def has_news(self, place: Place) -> bool:
        """Whether there are entries after `place`. Raises LogLost when what was there is there no more."""
        found = self._get([entry_id(number) for number in range(max(1, place.number), place.number + 2)])
        self._check(place, found)
        return entry_id(place.number + 1) in found

    def read(self, place: Place) -> Iterator[Entry]:
        """What came after `place`, in order. Raises LogLost when what was there is there no more."""
        while True:
            numbers = range(max(1, place.number), place.number + ENTRIES_AT_ONCE)
            found = self._get([entry_id(number) for number in numbers])
            self._check(place, found)
            after = place
            for number in range(place.number + 1, numbers.stop):
                if entry_id(number) not in found:
                    return
                about = found[entry_id(number)][1]
                place = Place(self._name, number, str(about["entry"]))
                yield self._read_entry(place, int(about["rows"]))
            if place == after:
                return

    def append(self, place: Place, papers: Sequence[Copied], removed: Sequence[str]) -> Place:
        """Adds the entry after `place`; where that is. Raises Overtaken when another process was quicker."""
        new = Place(self._name, place.number + 1, uuid4().hex)
        rows = list(rows_of(new, papers, removed))
        about: dict[str, object] = {"kind": "entry", "sequence": new.number, "entry": new.token, "rows": len(rows)}
        for part in parts(len(rows), SHARED_BATCH):
            self._add(rows[part])
        self._add([(entry_id(new.number), "entry", about)])
        if self._get([entry_id(new.number)])[entry_id(new.number)][1]["entry"] == new.token:
            return new
        for part in parts(len(rows), SHARED_BATCH):
            with self._usable() as collection:
                collection.delete(ids=[id for id, *_ in rows[part]])
        raise Overtaken

    def note(self, id: str, about: dict[str, object]) -> None:
        """Writes a row that is no part of the log, in place of what it was."""
        with self._usable() as collection:
            collection.upsert(ids=[id], embeddings=[[0.0]], documents=[id], metadatas=[about])

    def noted(self, id: str) -> dict[str, Any]:
        return self._get([id]).get(id, NO_ROW)[1]

    def _check(self, place: Place, found: dict[str, Row]) -> None:
        if place.number and found.get(entry_id(place.number), NO_ROW)[1].get("entry") != place.token:
            raise LogLost(
                f"{name_of(self._settings)} no longer has what was in its collection {self._name} (change "
                f"{place.number} is gone). The papers are still here: run `paperchat doctor --repair`, which writes "
                "them there again; or put back its data."
            )

    def _read_entry(self, place: Place, rows: int) -> Entry:
        ids = [row_id(place, number) for number in range(rows)]
        found = self._get(ids)
        if len(found) < rows:
            raise LogLost(
                f"{name_of(self._settings)} has lost {rows - len(found)} of the {rows} rows of entry {place.number} in "
                f"the collection {self._name}. Run `paperchat doctor --repair` where all papers are."
            )
        papers, removed, pieces = [], [], ""
        for text, about in (found[id] for id in ids):
            if about["kind"] == "removed":
                removed.append(str(json.loads(text)))
                continue
            pieces += text
            if about["last"]:
                papers.append(unpack(int(about["place"]), pieces, str(about["hash"])))
                pieces = ""
        return Entry(place, tuple(papers), tuple(removed))

    def _add(self, rows: Sequence[tuple[str, str, dict[str, object]]]) -> None:
        with self._usable() as collection:
            collection.add(
                ids=[id for id, *_ in rows],
                # Chroma asks for a vector of each row. Nobody looks for these; of equal ones its graph would be poor.
                embeddings=[[random.random()] for _ in rows],  # noqa: S311
                documents=[text for _, text, _ in rows],
                metadatas=[about for *_, about in rows],
            )

    def _get(self, ids: Sequence[str]) -> dict[str, Row]:
        found = dict[str, Row]()
        for part in parts(len(ids), SHARED_BATCH):
            with self._usable() as collection:
                some = collection.get(ids=list(ids[part]), include=["documents", "metadatas"])
            pairs = zip(some["documents"], some["metadatas"], strict=True)
            found |= {id: (text or "", about or {}) for id, (text, about) in zip(some["ids"], pairs, strict=True)}
        return found

    @contextmanager
    def _usable(self) -> Iterator[Any]:
        """The collection, looked for anew after an error: a server may come back with other data."""
        with self._lock, explained(Path(), self._settings):
            try:
                if self._collection is None:
                    self._collection = self._client.get_or_create_collection(
                        self._name, metadata={"library": self.library}, embedding_function=None
                    )
                    if self._is_open and library_of(self._collection) != self.library:
                        raise self.of_another()
                yield self._collection
            except BaseException:
                self._collection = None
                raise

    def of_another(self) -> IndexMismatch:
        return IndexMismatch(
            f"The collection {self._name} on {name_of(self._settings)} belongs to another index than the papers in "
            "this folder. Set `index.collection` to another name; or, to follow that index, name an empty folder."
        )


def is_shared_already(settings: IndexSettings) -> bool:
    """Whether papers are there that an empty folder would follow. Makes nothing. Raises IndexAway."""
    from chromadb.errors import NotFoundError  # 600 ms

    client = open_client(Path(), settings)
    try:
        with explained(Path(), settings):
            try:
                rows = client.get_collection(f"{settings.collection}-papers", embedding_function=None)
            except NotFoundError:
                return False
            return bool(rows.get(ids=[entry_id(1)], include=[])["ids"])
    finally:
        close_client(client)


def library_of(collection: Any) -> str:
    return str((collection.metadata or {}).get("library"))


def entry_id(number: int) -> str:
    return f"{number:012d}"


def row_id(place: Place, number: int) -> str:
    return f"{place.token}-{number}"


def rows_of(
    place: Place, papers: Sequence[Copied], removed: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(id, document, metadata); a paper that is too long for one document has several."""
    texts: list[tuple[str, dict[str, object]]] = []
    for one in papers:
        pieces = cut(pack(one))
        about: dict[str, object] = {"kind": "paper", "paper": one.paper.id, "place": one.place, "hash": one.hash}
        if one.paper.year is not None:
            about["year"] = one.paper.year
        texts += [(piece, about | {"last": number == len(pieces)}) for number, piece in enumerate(pieces, 1)]
    texts += [(json.dumps(id, ensure_ascii=False), {"kind": "removed", "paper": id}) for id in removed]
    for number, (text, about) in enumerate(texts):
        yield row_id(place, number), text, about | {"sequence": place.number}


def cut(text: str) -> list[str]:
    return [text[part] for part in parts(len(text), LONGEST_DOCUMENT)]
