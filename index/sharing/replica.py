"""A library that is kept in step with the log, and whose changes go into the log before they count."""

import json
import math
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict
from typing import TypeVar

from index.errors import PaperIndexError
from index.library import Library
from index.paper import Paper, Passage
from index.papers_copy import Copied
from index.sharing.log import LogLost, Overtaken, Place, SharedLog

Result = TypeVar("Result")

PLACE = "place"
"""Key of the library's meta data."""
SHARED_AT_ONCE = 300
"""Papers in an entry: as many records as Chroma's cloud takes at once."""


class NotJoined(PaperIndexError):
    """Papers are here that the log does not know of."""


class Replica:
    """All of it belongs under the folder's lock."""

    def __init__(
        self, library: Library, log: SharedLog, split: Callable[[Paper], Sequence[Passage]], sign: Callable[[], None]
    ) -> None:
        """`split` cuts a paper, `sign` notes with what; papers are cut anew in each folder."""
        self._library = library
        self._log = log
        self._split = split
        self._sign = sign

    @property
    def place(self) -> Place:
        return place_of(self._library, self._log)

    def follow(self, until: float = math.inf) -> bool:
        """Does what others did, at least one thing of it and more until that time; whether that was all.

        Raises LogLost, and NotJoined before `join`.
        """
        check_joined(self._library, self._log)
        for entry in self._log.read(self.place):
            with self._library.transaction():
                self._apply(entry.papers, entry.removed)
                self._set_place(entry.place)
            if time.monotonic() > until:
                return False
        return True

    def commit(self, change: Callable[[], Result], undo: Callable[[], None]) -> Result:
        """Does `change` in a transaction of the library, which ends well if the log then has it too.

        When another process was quicker it is undone, what that one did is done first, and `change` is called again.
        """
        while True:
            try:
                with self._library.transaction():
                    result = change()
                    if ids := self._library.changed():
                        self._set_place(self._append(self.place, ids))
                return result
            except Overtaken:
                undo()
                self.follow()

    def join(self) -> None:
        """Brings together a library that has papers of its own and the log: afterwards both have all papers.

        Of papers that both have, what is here counts. Killed halfway, it is done again.
        """
        while True:
            try:
                self._set_place(self._unite())
                return
            except Overtaken:
                continue

    def _unite(self) -> Place:
        last: dict[str, tuple[str, int]] = {}
        place = self._log.start
        for entry in self._log.read(place):
            last |= {one.paper.id: (one.hash, entry.place.number) for one in entry.papers}
            last |= dict.fromkeys(entry.removed, ("", entry.place.number))
            place = entry.place
        for entry in self._log.read(self._log.start):
            there = self._library.hashes([one.paper.id for one in entry.papers])
            new = [
                one
                for one in entry.papers
                if one.paper.id not in there and last[one.paper.id] == (one.hash, entry.place.number)
            ]
            with self._library.transaction():
                self._apply(new, ())
        ids = self._library.ids()
        for first in range(0, len(ids), SHARED_AT_ONCE):
            hashes = self._library.hashes(ids[first : first + SHARED_AT_ONCE])
            if own := [id for id, hash in hashes.items() if last.get(id, ("", 0))[0] != hash]:
                place = self._log.append(place, self._library.copies(own), ())
        return place

    def forget_place(self) -> None:
        """When the log was lost: `join` comes next."""
        self._library.remove_meta(PLACE)

    def _append(self, place: Place, ids: Collection[str]) -> Place:
        removed = set(ids) - self._library.hashes(ids).keys()
        return self._log.append(place, self._library.copies(ids), sorted(removed))

    def _apply(self, papers: Sequence[Copied], removed: Sequence[str]) -> None:
        if papers:
            self._sign()
        for id in removed:
            self._library.remove(id)
        before = self._library.get([one.paper.id for one in papers])
        for one in papers:
            if not one.is_whole:
                raise LogLost(f"The paper {one.paper.id} in the log is not what was written. Run `paperchat doctor`.")
            paper, old = one.paper, before.get(one.paper.id)
            if old is None or (old.title, old.abstract) != (paper.title, paper.abstract):
                self._library.record(paper, self._split(paper))
            elif old != paper:
                self._library.update_details(paper)
        articles = {article for one in papers for article in one.articles}
        self._library.origins.replace(papers, self._library.hashes(articles))

    def _set_place(self, place: Place) -> None:
        self._library.set_meta(PLACE, json.dumps(asdict(place)))


def place_of(library: Library, log: SharedLog) -> Place:
    """Before the first entry where the library has followed another log, or none."""
    noted = library.meta(PLACE)
    place = Place(**json.loads(noted)) if noted else log.start
    return place if place.collection == log.start.collection else log.start


def check_joined(library: Library, log: SharedLog) -> None:
    """Raises NotJoined."""
    if place_of(library, log) == log.start and library.count():
        raise NotJoined(
            "The papers in this folder are not on the server yet. Run `paperchat index` with any file, or "
            "`paperchat doctor --repair`, which bring them there."
        )
