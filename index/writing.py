"""Papers into the library, then into words, vectors and token vectors; each step can be taken up where it stopped."""

import math
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from index.batches import batches
from index.chunking import split_passages
from index.duplicates import Batch, Duplicates
from index.library import Library, State
from index.origin import Record, as_record
from index.paper import Paper, Passage
from index.passage_vectors import Models, PassageVectors
from index.providers import embedding_name
from index.recording import write_batch
from index.report import IngestReport, add_up
from index.settings import IndexSettings
from index.sharing import SHARED_AT_ONCE, LogLost, NotJoined, Replica, SharedLog
from index.sqlite_file import storable_only
from index.stores import Stores
from index.vectors import Vectors

OnProgress = Callable[[int, int, str], None]
"""Called with (papers done, papers in all or 0 when unknown, what is being done: "reading" or "embedding").

While papers are read, "papers in all" is a guess from the bytes that are left.
"""

Gone = Callable[[str], str]
"""What is to be forgotten of a file (`Origin.file`): "file", all of it; "records", those that were not read; or ""."""

Result = TypeVar("Result")

RECORD_BATCH = 1000
EMBED_BATCH = 32
"""Papers embedded before their vectors are written: what a killed run has to do again."""
TAKEN_AT_ONCE = 100
"""Papers whose vectors are asked for at once."""


class Writer:
    """Changes an index whose write lock is held. `changed` is called after each step that searches should see."""

    def __init__(
        self,
        stores: Stores,
        models: Models,
        settings: IndexSettings,
        changed: Callable[[], None],
        on_progress: OnProgress | None = None,
        log: SharedLog | None = None,
    ) -> None:
        """`log`: of a shared index, into which all changes go."""
        self._library, self._words = stores.library, stores.derived.words
        self._meaning, self._encodings = stores.derived.meaning, stores.derived.encodings
        self._has_told = False
        self._passage_vectors = PassageVectors(self._library, self._encodings, models, settings)
        self._settings = settings
        self._changed = changed
        self._tell = on_progress or (lambda done, total, stage: None)
        self._shared = Replica(self._library, log, self._split, self._sign) if log else None

    def add(self, rows: Iterable[Paper | Record], gone: Gone | None = None) -> IngestReport:
        """Records the papers and makes them findable, by words first. `gone`: see `PaperIndex.add`."""
        report = IngestReport()
        duplicates = Duplicates(self._library)
        for some in batches(map(as_record, rows), SHARED_AT_ONCE if self._shared else RECORD_BATCH):
            report = add_up(report, self._record(some, duplicates))
            self._write_words()
            self._tell(report.rows, 0, "reading")
        if gone:
            report = add_up(report, self._prune(duplicates, gone))
        self.finish()
        return report

    def try_out(self, rows: Iterable[Paper | Record], gone: Gone | None = None) -> IngestReport:
        """What `add` would report. Nothing is written."""
        report = IngestReport()
        self._shared = None
        with suppress(Undone), self._library.transaction():
            duplicates = Duplicates(self._library)
            for some in batches(map(as_record, rows), RECORD_BATCH):
                report = add_up(report, self._record(some, duplicates))
                self._tell(report.rows, 0, "reading")
            if gone:
                report = add_up(report, self._prune(duplicates, gone))
            raise Undone
        return report

    def remove(self, ids: Collection[str]) -> int:
        """How many of them were there."""
        removed = self._commit(lambda: sum(self._library.remove(id) for id in storable_only(set(ids))))
        self.finish()
        return removed

    def mirror(self, library: Library) -> None:
        """Makes this index hold what that library holds, cut by these settings; what fits already is not made again."""
        ids = library.ids()
        with self._library.transaction():
            for id in set(self._library.ids()) - set(ids):
                self._library.remove(id)
        for first in range(0, len(ids), RECORD_BATCH):
            papers = library.get(ids[first : first + RECORD_BATCH])
            hashes = self._library.hashes(papers)
            with self._library.transaction():
                for paper in papers.values():
                    if hashes.get(paper.id) != paper.content_hash:
                        self._library.record(paper, self._split(paper))
            self._write_words()
        self.finish()

    def restore(self) -> None:
        """Makes words and vectors again. Kept vectors spare running the model."""
        self._start_over()
        if self._settings.is_shared:
            self._vectors.keep_only(self._library.passage_ids())
        self.finish()

    def finish(self) -> None:
        """Does what is left to do, by this run or an earlier one that was killed."""
        self._empty_when_due()
        self._drop_leftovers()
        self._write_words()
        if self._settings.is_shared:
            self._take_vectors()
        self._write_vectors()
        while self._settings.is_shared and self.make_tokens():
            pass

    # -- what others did, where the index is shared -----------------------------------------------------------------

    def follow(self, seconds: float = math.inf) -> bool:
        """Does what others did, so far as it is done in about so much time; whether it was all.

        Raises LogLost, and NotJoined when papers are here that the others don't know of.
        """
        assert self._shared  # noqa: S101 - see the caller
        until = time.monotonic() + seconds
        self._empty_when_due()
        # Of a run of this folder that was killed: only it knows that they are to leave the server.
        own = self._library.leftovers()
        try:
            is_all = self._shared.follow(until)
        finally:
            self._write_words()  # also when the server has gone away halfway
        self._drop_leftovers(own)
        return self._take_vectors(until) and is_all

    def catch_up(self, *, mends: bool = False) -> None:
        """What comes before each change. `mends`: a log of a shared index that has lost entries is written again."""
        self._empty_when_due()
        if not self._shared:
            return
        try:
            self.follow()
            return
        except NotJoined:
            pass
        except LogLost:
            if not mends:
                raise
            self._shared.forget_place()
        self._shared.join()
        self._start_over()

    def _start_over(self) -> None:
        self._library.start_over()
        self._empty_when_due()

    def make_tokens(self) -> bool:
        """Makes some of the token vectors that a follower lacks; whether there were any. The rest can wait for it."""
        return self._passage_vectors.make_tokens()

    def _take_vectors(self, until: float = math.inf) -> bool:
        while papers := self._library.unfinished(State.IN_WORDS, TAKEN_AT_ONCE):
            if time.monotonic() > until:
                return False
            if not (complete := self._passage_vectors.take(papers, self._meaning.vectors)):
                break
            self._library.advance(complete, State.COMPLETE)
            self._changed()
        return True

    # -- the steps --------------------------------------------------------------------------------------------------

    def _empty_when_due(self) -> None:
        if self._library.meta("restoring"):
            self._empty()

    def _empty(self) -> None:
        """What is derived and this folder's own, but for kept vectors that are still of use."""
        self._encodings.remove(self._encodings.ids() - self._library.passage_ids())
        self._words.clear()
        if not self._settings.is_shared:
            self._vectors.clear()
        self._library.remove_meta("restoring")

    @property
    def _vectors(self) -> Vectors:
        """Chroma. That it will change is told beforehand: were this run killed, others must not go on from before."""
        if not self._has_told:
            self._changed()
            self._has_told = True
        return self._meaning.vectors

    @property
    def _sequence(self) -> int:
        """The number of the last entry of the log that is known here."""
        return self._shared.place.number if self._shared else 0

    def _sign(self) -> None:
        self._library.set_meta("embedding", embedding_name(self._settings.embedding))
        self._library.set_meta("chunk_tokens", str(self._settings.chunk_tokens))

    def _split(self, paper: Paper) -> list[Passage]:
        return split_passages(paper, self._settings.chunk_tokens)

    def _record(self, rows: Sequence[Record], duplicates: Duplicates) -> IngestReport:
        def write() -> Batch:
            self._sign()  # with the first papers: what is signed is no longer taken for a folder without an index
            self._library.set_meta("run", str(duplicates.run))
            batch = duplicates.unite(rows)
            write_batch(self._library, batch, duplicates.run, self._split)
            return batch

        batch = self._commit(write, duplicates.forget_batch)
        by = dict(batch.merged_by or {})
        return IngestReport(batch.added, batch.changed, batch.same, sum(by.values()), merged_by=by)

    def _prune(self, duplicates: Duplicates, gone: Gone) -> IngestReport:
        """Forgets what has left its source; papers that no other origin has are removed."""
        origins = self._library.origins

        def write() -> int:
            left: list[tuple[int, str]] = []
            for file in origins.files():
                if gone(file) == "file":
                    left += origins.not_read(file, -1)
                elif gone(file) == "records":
                    left += origins.not_read(file, duplicates.run)
            before = self._library.count()
            origins.forget(number for number, _ in left)
            touched = {paper for _, paper in left}
            write_batch(self._library, duplicates.unite([], touched), duplicates.run, self._split)
            return before - self._library.count()

        return IngestReport(removed=self._commit(write, duplicates.forget_batch))

    def _commit(self, change: Callable[[], Result], undo: Callable[[], None] = lambda: None) -> Result:
        """All of it or nothing. `undo` is called when `change` is about to be called again."""
        if self._shared:
            return self._shared.commit(change, undo)
        with self._library.transaction():
            return change()

    def _write_words(self) -> None:
        while papers := self._library.unfinished(State.RECORDED, RECORD_BATCH):
            self._words.write(papers)
            self._library.advance([paper.id for paper in papers], State.IN_WORDS)
            self._changed()

    def _drop_leftovers(self, shared: Sequence[tuple[str, str]] | None = None) -> None:
        """What is gone from the library leaves the other stores too; a shared one only `shared` of it, if given."""
        leftovers = self._library.leftovers()
        if not leftovers:
            return
        passage_ids = [passage for passage, _ in leftovers]
        papers = {paper for _, paper in leftovers}
        self._words.write([], removed=papers - self._library.hashes(papers).keys())
        if not self._settings.is_shared:
            self._vectors.remove(passage_ids)
        elif stale := leftovers if shared is None else shared:
            self._passage_vectors.remove_stale(stale, self._vectors, self._sequence)
        self._encodings.remove(passage_ids)
        self._library.clear_leftovers(passage_ids)
        self._changed()

    def _write_vectors(self) -> None:
        done, total = 0, self._library.count_unfinished()

        def begun(number: int) -> None:
            self._tell(done + number, total, "embedding")

        while papers := self._library.unfinished(State.IN_WORDS, EMBED_BATCH):
            self._passage_vectors.make(papers, self._vectors, self._sequence, begun)
            self._library.advance([paper.id for paper in papers], State.COMPLETE)
            self._changed()
            done += len(papers)
        if total:
            self._tell(total, total, "embedding")


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""
