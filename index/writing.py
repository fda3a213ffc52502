"""Papers into the library, then into words, vectors and token vectors; each step can be taken up where it stopped."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

import numpy as np

from index.chunking import embedded_text, split_passages, title_prefix
from index.embedding import Embedding, Encoded, PackagedEmbedding
from index.library import State
from index.paper import Paper, Passage, fold_title, make_id
from index.providers import embedding_name
from index.readers import Problem
from index.settings import IndexSettings
from index.stores import Stores

OnProgress = Callable[[int, int, str], None]
"""Called with (papers done, papers in all or 0 when unknown, what is being done: "reading" or "embedding")."""

RECORD_BATCH = 1000
EMBED_BATCH = 32
"""Papers embedded before their vectors are written: what a killed run has to do again."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """How many papers were new, replaced, and there already; and what did not go in."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


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
        self._library, self._words = stores.library, stores.words
        self._vectors, self._encodings = stores.meaning.vectors, stores.encodings
        self._models = models
        self._settings = settings
        self._changed = changed
        self._tell = on_progress or (lambda done, total, stage: None)

    def add(self, papers: Iterable[Paper]) -> IngestReport:
        """Records the papers and makes them findable, by words first."""
        self._sign()
        added = changed = unchanged = 0
        for batch in batches(papers, RECORD_BATCH):
            new, other = self._record(batch)
            added, changed, unchanged = added + new, changed + other, unchanged + len(batch) - new - other
            self._write_words()
            self._tell(added + changed + unchanged, 0, "reading")
        self.finish()
        return IngestReport(added, changed, unchanged)

    def remove(self, ids: Collection[str]) -> int:
        """How many of them were there."""
        with self._library.transaction():
            removed = sum(self._library.remove(id) for id in set(ids))
        self.finish()
        return removed

    def rebuild(self) -> None:
        """Cuts every paper into passages anew, and makes all but the library again."""
        self._sign()
        papers = self._library.all()
        for batch in batches(papers, RECORD_BATCH):
            self._library.replace_passages({paper.id: self._split(paper) for paper in batch})
        self._encodings.clear()
        self.restore()

    def restore(self) -> None:
        """Makes words and vectors again. Kept vectors spare running the model."""
        self._library.start_over()
        self._encodings.remove(self._encodings.ids() - self._library.passage_ids())
        self._words.clear()
        self._vectors.clear()
        self.finish()

    def finish(self) -> None:
        """Does what is left to do, by this run or an earlier one that was killed."""
        self._drop_leftovers()
        self._write_words()
        self._write_vectors()

    def _sign(self) -> None:
        self._library.set_meta("embedding", embedding_name(self._settings.embedding))
        self._library.set_meta("chunk_tokens", str(self._settings.chunk_tokens))

    def _split(self, paper: Paper) -> list[Passage]:
        return split_passages(paper, self._settings.chunk_tokens)

    def _record(self, papers: Sequence[Paper]) -> tuple[int, int]:
        """How many are new, and how many replace one that was there."""
        with self._library.transaction():
            papers = list({paper.id: paper for paper in self._with_known_ids(papers)}.values())
            hashes = self._library.hashes([paper.id for paper in papers])
            new = [paper for paper in papers if hashes.get(paper.id) != paper.content_hash]
            before = self._library.get([paper.id for paper in new])
            for paper in new:
                old = before.get(paper.id)
                if old and (old.title, old.abstract) == (paper.title, paper.abstract):
                    self._library.update_details(paper)
                else:
                    self._library.record(paper, self._split(paper))
        return len(new) - len(before), len(before)

    def _with_known_ids(self, papers: Sequence[Paper]) -> list[Paper]:
        """A paper whose source gives no id is the one that is known under its title, if there is one.

        The other way round, a paper that now comes with an id takes the place of the one without.
        """
        known = self._library.ids_by_title([fold_title(paper.title) for paper in papers])
        same = self._library.get(list(known.values()))
        found = []
        for paper in papers:
            id = known.get(fold_title(paper.title), paper.id)
            made = make_id(paper.title)
            if id != paper.id and paper.id == made:
                paper = merge(paper, same[id])
            elif id != paper.id and id == made:
                self._library.remove(id)
            found.append(paper)
        return found

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


def merge(paper: Paper, known: Paper) -> Paper:
    """`paper` under the id of `known`, with details of `known` where it has none itself."""
    return replace(
        paper,
        id=known.id,
        authors=paper.authors or known.authors,
        year=paper.year or known.year,
        url=paper.url or known.url,
        topics=paper.topics or known.topics,
    )


def batches(papers: Iterable[Paper], size: int) -> Iterator[list[Paper]]:
    remaining = iter(papers)
    while batch := list(islice(remaining, size)):
        yield batch
