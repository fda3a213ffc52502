"""Papers into the library, then into words, vectors and token vectors; each step can be taken up where it stopped."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

import numpy as np

from index.chunking import embedded_text, split_passages, title_prefix
from index.duplicates import Duplicates
from index.embedding import Embedding, Encoded, PackagedEmbedding
from index.library import Library, State
from index.origin import Record, as_record
from index.paper import Paper, Passage
from index.providers import embedding_name
from index.readers import Problem
from index.recording import write_batch
from index.settings import IndexSettings
from index.sqlite_file import storable_only
from index.stores import Stores
from index.vectors import Vectors

OnProgress = Callable[[int, int, str], None]
"""Called with (papers done, papers in all or 0 when unknown, what is being done: "reading" or "embedding").

While papers are read, "papers in all" is a guess from the bytes that are left.
"""

Gone = Callable[[str], str]
"""What is to be forgotten of a file (`Origin.file`): "file", all of it; "records", those that were not read; or ""."""

RECORD_BATCH = 1000
EMBED_BATCH = 32
"""Papers embedded before their vectors are written: what a killed run has to do again."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of the rows that were read: each of them is in one of the counts.

    A row is `merged` when an earlier row of the run was the same paper, or when it is new and another origin has given
    that paper before; `merged_by` says by what they were known for one: "doi", "arxiv_id", "pmid" or "title". It is
    `refused` when no paper could be made of it. `removed` papers have left all their sources (`prune`), `left_out`
    rows were good but not asked for; they are in none of the counts. `problems`
    names refused rows, files that can't be read, and what did not go in as it stood.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    merged: int = 0
    refused: int = 0
    problems: tuple[Problem, ...] = ()
    merged_by: Mapping[str, int] = field(default_factory=dict)
    removed: int = 0
    left_out: int = 0

    @property
    def rows(self) -> int:
        """Rows read."""
        return self.added + self.changed + self.unchanged + self.merged + self.refused


class Models(Protocol):
    """The model of the passages, and the one that makes token vectors; loaded when first asked for."""

    @property
    def embedding(self) -> Embedding: ...

    @property
    def encoder(self) -> PackagedEmbedding: ...


class Writer:
    """Changes an index whose write lock is held. `changed` is called after each step that searches should see."""

    def __init__(
        self,
        stores: Stores,
        models: Models,
        settings: IndexSettings,
        changed: Callable[[], None],
        on_progress: OnProgress | None = None,
    ) -> None:
        self._library, self._words = stores.library, stores.derived.words
        self._meaning, self._encodings = stores.derived.meaning, stores.derived.encodings
        self._has_told = False
        self._models = models
        self._settings = settings
        self._changed = changed
        self._tell = on_progress or (lambda done, total, stage: None)

    def add(self, rows: Iterable[Paper | Record], gone: Gone | None = None) -> IngestReport:
        """Records the papers and makes them findable, by words first. `gone`: see `PaperIndex.add`."""
        report = IngestReport()
        duplicates = Duplicates(self._library)
        for some in batches(map(as_record, rows), RECORD_BATCH):
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
        with self._library.transaction():
            removed = sum(self._library.remove(id) for id in storable_only(set(ids)))
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
        self._library.start_over()
        self.finish()

    def finish(self) -> None:
        """Does what is left to do, by this run or an earlier one that was killed."""
        if self._library.meta("restoring"):
            self._empty()
        self._drop_leftovers()
        self._write_words()
        self._write_vectors()

    def _empty(self) -> None:
        """All that is derived, but for kept vectors that are still of use."""
        self._encodings.remove(self._encodings.ids() - self._library.passage_ids())
        self._words.clear()
        self._vectors.clear()
        self._library.remove_meta("restoring")

    @property
    def _vectors(self) -> Vectors:
        """Chroma. That it will change is told beforehand: were this run killed, others must not go on from before."""
        if not self._has_told:
            self._changed()
            self._has_told = True
        return self._meaning.vectors

    def _sign(self) -> None:
        self._library.set_meta("embedding", embedding_name(self._settings.embedding))
        self._library.set_meta("chunk_tokens", str(self._settings.chunk_tokens))

    def _split(self, paper: Paper) -> list[Passage]:
        return split_passages(paper, self._settings.chunk_tokens)

    def _record(self, rows: Sequence[Record], duplicates: Duplicates) -> IngestReport:
        # In one transaction with the first papers: what was signed is no longer taken for a folder without an index.
        with self._library.transaction():
            self._sign()
            self._library.set_meta("run", str(duplicates.run))
            batch = duplicates.unite(rows)
            write_batch(self._library, batch, duplicates.run, self._split)
        by = dict(batch.merged_by or {})
        return IngestReport(batch.added, batch.changed, batch.same, sum(by.values()), merged_by=by)

    def _prune(self, duplicates: Duplicates, gone: Gone) -> IngestReport:
        """Forgets what has left its source; papers that no other origin has are removed."""
        origins = self._library.origins
        with self._library.transaction():
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
            return IngestReport(removed=before - self._library.count())

    def _write_words(self) -> None:
        while papers := self._library.unfinished(State.RECORDED, RECORD_BATCH):
            self._words.write(papers)
            self._library.advance([paper.id for paper in papers], State.IN_WORDS)
            self._changed()

    def _drop_leftovers(self) -> None:
        """Papers and passages that are gone from the library leave the other stores too."""
        leftovers = self._library.leftovers()
        if not leftovers:
            return
        passage_ids = [passage for passage, _ in leftovers]
        papers = {paper for _, paper in leftovers}
        self._words.write([], removed=papers - self._library.hashes(papers).keys())
        self._vectors.remove(passage_ids)
        self._encodings.remove(passage_ids)
        self._library.clear_leftovers(passage_ids)
        self._changed()

    def _write_vectors(self) -> None:
        done, total = 0, self._library.count_unfinished()
        while papers := self._library.unfinished(State.IN_WORDS, EMBED_BATCH):
            self._embed(papers, done, total)
            self._library.advance([paper.id for paper in papers], State.COMPLETE)
            self._changed()
            done += len(papers)
        if total:
            self._tell(total, total, "embedding")

    def _embed(self, papers: Sequence[Paper], done: int, total: int) -> None:
        """Makes and writes the vectors of these papers; those kept from an earlier run are not made again."""
        passages = self._library.passages([paper.id for paper in papers])
        texts: dict[str, str] = {}
        tokens: dict[str, Encoded] = {}
        for number, paper in enumerate(papers):
            self._tell(done + number, total, "embedding")
            texts |= {one.id: embedded_text(paper.title, one.text) for one in passages.get(paper.id, [])}
            if self._settings.token_vectors:
                tokens |= self._encode(paper, passages.get(paper.id, []))
        if not texts:
            return
        vectors = self._encodings.vectors(list(texts))
        if missing := [id for id in texts if id not in vectors]:
            if self._settings.embedding.provider == "packaged" and self._settings.token_vectors:
                vectors |= {id: tokens[id].vector for id in missing}
            else:
                made = self._models.embedding.embed_passages([texts[id] for id in missing])
                vectors |= dict(zip(missing, made, strict=True))
        self._encodings.write(vectors, tokens)
        self._vectors.write(list(texts), np.stack([vectors[id] for id in texts]))

    def _encode(self, paper: Paper, passages: Sequence[Passage]) -> dict[str, Encoded]:
        """Passage id -> its tokens, with offsets in the abstract."""
        found = self._encodings.tokens([passage.id for passage in passages])
        for passage in passages:
            if passage.id not in found:
                encoded = self._models.encoder.encode(embedded_text(paper.title, passage.text))
                shift = passage.start - len(title_prefix(paper.title))
                offsets = [
                    (start + shift, end + shift) if start + shift >= passage.start else (-1, -1)
                    for start, end in encoded.offsets
                ]
                found[passage.id] = Encoded(encoded.vector, encoded.tokens, offsets)
        return found


class Undone(Exception):
    """Ends a transaction of which nothing is to stay."""


def add_up(one: IngestReport, other: IngestReport) -> IngestReport:
    return IngestReport(
        one.added + other.added,
        one.changed + other.changed,
        one.unchanged + other.unchanged,
        one.merged + other.merged,
        one.refused + other.refused,
        one.problems + other.problems,
        dict(Counter(one.merged_by) + Counter(other.merged_by)),
        one.removed + other.removed,
        one.left_out + other.left_out,
    )


def batches(records: Iterable[Record], size: int) -> Iterator[list[Record]]:
    remaining = iter(records)
    while batch := list(islice(remaining, size)):
        yield batch
