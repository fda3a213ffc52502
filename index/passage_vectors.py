"""The vectors of passages: made by the models, or taken from where another process that shares the index put them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import numpy as np

from index.chunking import embedded_text, title_prefix
from index.embedding import Embedding, Encoded, PackagedEmbedding
from index.encodings import Encodings
from index.library import Library
from index.paper import Paper, Passage, paper_of
from index.providers import embedding_name
from index.settings import IndexSettings
from index.vectors import Shown, Vectors, digest_of

TOKENS_AT_ONCE = 8
"""Passages whose token vectors are made before others get their turn: a second."""


class Models(Protocol):
    """The model of the passages, and the one that makes token vectors; loaded when first asked for."""

    @property
    def embedding(self) -> Embedding: ...

    @property
    def encoder(self) -> PackagedEmbedding: ...


class PassageVectors:
    """Fills the kept vectors, and Chroma. Belongs under the folder's lock."""

    def __init__(self, library: Library, encodings: Encodings, models: Models, settings: IndexSettings) -> None:
        self._library = library
        self._encodings = encodings
        self._models = models
        self._settings = settings

    def make(self, papers: Sequence[Paper], vectors: Vectors, sequence: int, begun: Callable[[int], None]) -> None:
        """Makes and writes the vectors of these papers; those kept from an earlier run are not made again.

        `sequence` is shown beside vectors that are shared. `begun` is called with the number of each paper in turn.
        """
        passages = self._library.passages([paper.id for paper in papers])
        texts: dict[str, str] = {}
        tokens: dict[str, Encoded] = {}
        for number, paper in enumerate(papers):
            begun(number)
            texts |= {one.id: embedded_text(paper.title, one.text) for one in passages.get(paper.id, [])}
            if self._settings.token_vectors:
                tokens |= self._encode(paper, passages.get(paper.id, []))
        if not texts:
            return
        found = self._encodings.vectors(list(texts))
        if missing := [id for id in texts if id not in found]:
            if self._settings.embedding.provider == "packaged" and self._settings.token_vectors:
                found |= {id: tokens[id].vector for id in missing}
            else:
                made = self._models.embedding.embed_passages([texts[id] for id in missing])
                found |= dict(zip(missing, made, strict=True))
        self._encodings.write(found, tokens)
        shown = []
        if self._settings.is_shared:
            plain = {one.id: one.text for some in passages.values() for one in some}
            shown = [Shown(id, plain[id], self._digest(text), sequence) for id, text in texts.items()]
        vectors.write(list(texts), np.stack([found[id] for id in texts]), shown)

    def take(self, papers: Sequence[Paper], vectors: Vectors) -> list[str]:
        """Keeps the vectors of these papers that are shared; the ids of those papers whose vectors are all there."""
        digests = self.digests(papers)
        taken = vectors.take(digests)
        lacking = {paper_of(id) for id in digests.keys() - taken.keys()}
        self._encodings.write({id: vector for id, vector in taken.items() if paper_of(id) not in lacking}, {})
        return [paper.id for paper in papers if paper.id not in lacking]

    def remove_stale(self, leftovers: Sequence[tuple[str, str]], vectors: Vectors, sequence: int) -> None:
        """Removes what passages and their papers have left among the vectors that are shared; not what another process
        has written since, which may know more than the first `sequence` entries of the log."""
        digests = self.digests(self._library.get({paper for _, paper in leftovers}).values())
        vectors.remove_stale([passage for passage, _ in leftovers], digests, sequence)

    def make_tokens(self) -> bool:
        """Makes the token vectors of some passages whose vectors were taken; whether there were any.

        They are too large to be shared, and need the packaged model only.
        """
        ids = self._encodings.without_tokens(TOKENS_AT_ONCE) if self._settings.token_vectors else []
        papers = self._library.get({paper_of(id) for id in ids})
        cut = self._library.passages(papers)
        tokens: dict[str, Encoded] = {}
        for paper in papers.values():
            tokens |= self._encode(paper, [one for one in cut.get(paper.id, []) if one.id in ids])
        self._encodings.write({}, tokens)
        self._encodings.remove([id for id in ids if id not in tokens])
        return bool(ids)

    def digests(self, papers: Collection[Paper]) -> dict[str, str]:
        """Passage id -> digest, for all passages of these papers. See `digest_of`."""
        passages: Mapping[str, Sequence[Passage]] = self._library.passages([paper.id for paper in papers])
        return {
            one.id: self._digest(embedded_text(paper.title, one.text))
            for paper in papers
            for one in passages.get(paper.id, ())
        }

    def _digest(self, text: str) -> str:
        return digest_of(embedding_name(self._settings.embedding), text)

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
