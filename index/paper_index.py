"""The index folder as one object: what `rag` reads from."""

from collections.abc import Collection, Iterable
from pathlib import Path

from index.embedding import Embedding, Encoded, Vector
from index.encodings import Encodings
from index.files import LIBRARY, index_folder, make_folder
from index.library_facets import Passing, Texts, Years
from index.made_with import was_made_with
from index.meaning import Meaning
from index.origin import Origin, Record
from index.paper import Paper, Passage, paper_of
from index.paper_content import PaperContent, Recent, SentenceVector, gather
from index.providers import LazyModels
from index.report import IngestReport
from index.settings import IndexSettings
from index.sharing import Sharing, is_shared_already
from index.upkeep import Upkeep
from index.words import Words
from index.writing import Gone, OnProgress

CACHED_PAPERS = 2000
"""Papers whose sentence vectors are kept in memory: about 20 MB."""

CACHED_PASSAGES = 600
"""Passages whose token vectors are kept in memory, about 200 kB each: of a large library what is asked about."""


class PaperIndex:
    """Papers, findable by words and by meaning. A context manager; any number of threads may read, and add.

    One process at a time writes to a folder (IndexLocked); others see what it wrote at their next search.
    """

    def __init__(self, settings: IndexSettings, folder: Path, rebuild: bool = False) -> None:
        """Use `open`."""
        self.settings = settings
        self.folder = folder
        self._sentences: Recent[list[SentenceVector]] = Recent(CACHED_PAPERS)
        self._tokens: Recent[Encoded] = Recent(CACHED_PASSAGES)
        self._models = LazyModels(settings)
        self._upkeep = Upkeep(folder, settings, self._models, self._forget, is_checked=not rebuild)
        self._stores = self._upkeep.stores
        self.library = self._stores.library

    @classmethod
    def open(cls, settings: IndexSettings, *, rebuild: bool = False) -> "PaperIndex":
        """The index in `settings.folder`, made when there is none.

        `rebuild`: whatever it was made with, since `rebuild()` is about to be called.

        What is in a folder that can't be written is searched; changes raise PaperIndexError, and so does such a folder
        without an index. Raises IndexMismatch when it was made with another embedding, or by a newer paperchat,
        IndexDamaged when a part of it can't be read. Each message names the command that mends it.
        """
        folder = index_folder(settings)
        make_folder(folder)
        return cls(settings, folder, rebuild)

    @classmethod
    def exists(cls, settings: IndexSettings) -> bool:
        """Whether papers were ever brought into the index, be they unfinished or gone by now. Raises IndexAway."""
        if was_made_with(index_folder(settings) / LIBRARY) is not None:
            return True
        return settings.is_shared and is_shared_already(settings)

    def close(self) -> None:
        """Lets go of all files. Doing it twice is harmless."""
        self._upkeep.close()

    def __enter__(self) -> "PaperIndex":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def is_read_only(self) -> bool:
        """Whether the folder can't be written."""
        return self._stores.is_read_only

    @property
    def sharing(self) -> Sharing | None:
        """What ties this folder to others that hold the same index; None where it is on its own."""
        return self._upkeep.sharing

    @property
    def notice(self) -> str:
        """What a reader should know: that the server of a shared index is away, say. Empty when all is well."""
        return self.sharing.notice if self.sharing else ""

    # -- the parts --------------------------------------------------------------------------------------------------

    @property
    def words(self) -> Words:
        return self._stores.derived.words

    @property
    def encodings(self) -> Encodings:
        return self._stores.derived.encodings

    @property
    def meaning(self) -> Meaning:
        return self._stores.derived.meaning

    # -- the models -------------------------------------------------------------------------------------------------

    @property
    def embedding(self) -> Embedding:
        """The model of the passages, loaded when first asked for. Raises EmbeddingError."""
        return self._models.embedding

    def encode(self, text: str) -> Encoded:
        """The text as the packaged model sees it, comparable with `token_vectors` and `sentence_vectors`.

        That model makes those whatever `embedding` is.
        """
        return self._models.encoder.encode(text)

    # -- papers -----------------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Papers in the library."""
        return self.library.count()

    def count_unfinished(self) -> int:
        """Papers that can't be found by meaning yet: a run was stopped, or is still going on. `finish` goes on."""
        return self.library.count_unfinished()

    def paper(self, id: str) -> Paper | None:
        return self.library.get([id]).get(id)

    def papers(self, ids: Collection[str]) -> dict[str, Paper]:
        """The papers with these ids, in the order of `ids`; unknown ones are left out."""
        return self.library.get(ids)

    def all_papers(self) -> list[Paper]:
        """Every paper, in the order in which they came in."""
        return self.library.all()

    def origins(self, paper_ids: Collection[str]) -> dict[str, list[Origin]]:
        """Paper id -> where it comes from, in the order it came in; `Origin()` where a program handed it in."""
        return self.library.origins.places(paper_ids)

    def links(self, paper_ids: Collection[str]) -> set[tuple[str, str]]:
        """(id of a preprint, id of its article), for those of which one is among these papers."""
        return self.library.origins.links(paper_ids)

    def passages(self, paper_ids: Collection[str]) -> dict[str, list[Passage]]:
        """Paper id -> its passages in order; unknown ones are left out."""
        return self.library.passages(paper_ids)

    # -- searching --------------------------------------------------------------------------------------------------

    def passing(
        self, years: Years = (None, None), authors: Texts = (), topics: Texts = (), paper_ids: Texts = ()
    ) -> Passing:
        """The papers that a filter lets pass, for both searches. See `Facets.passing`."""
        return self.library.facets.passing(years, authors, topics, paper_ids)

    def search_words(
        self, query: str, k: int, *, fuzzy: bool = False, paper_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The best `k` papers by their words as (paper id, BM25 > 0), best first. See `Words.search`."""
        self._refresh()
        hits = self.words.search(query, k, fuzzy=fuzzy, paper_ids=paper_ids)
        known = self.library.hashes([id for id, _ in hits])
        return [hit for hit in hits if hit[0] in known]

    def search_meaning(
        self, vector: Vector, k: int, *, paper_ids: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The nearest `k` passages as (passage id, cosine), best first. `vector` comes from `embedding.embed_query`.
        `paper_ids` narrows the search to the passages of these papers."""
        self._refresh()
        among = None if paper_ids is None else self.library.facets.all_of(paper_ids)
        hits = self.meaning.search(vector, k, among)
        papers = {paper_of(id) for id, _ in hits}
        known = self.library.hashes(papers).keys() if among is None else among.among(papers)
        return [hit for hit in hits if paper_of(hit[0]) in known]

    def rarity(self, word: str) -> float | None:
        """How rare a word is in the library, None when no paper has it. See `Words.rarity`."""
        self._refresh()
        return self.words.rarity(word)

    # -- finer vectors ----------------------------------------------------------------------------------------------

    def token_vectors(self, passage_ids: Collection[str]) -> dict[str, Encoded]:
        """Passage id -> its tokens; those without (`index.token_vectors: false`) are left out.

        The model read title and passage together: `offsets` refer to the abstract, and tokens of the title, which
        come first, have (-1, -1).
        """
        self._refresh()
        return self._tokens.get(passage_ids, self.encodings.tokens)

    def sentence_vectors(self, paper_ids: Collection[str]) -> dict[str, list[SentenceVector]]:
        """Paper id -> the sentences of its abstract in order, each with the mean of its tokens and the title's.

        Runs no model. Papers without token vectors are left out.
        """
        self._refresh()
        return self._sentences.get(paper_ids, self._read_sentences)

    def _read_sentences(self, paper_ids: Collection[str]) -> dict[str, list[SentenceVector]]:
        contents = self.contents(self.papers(paper_ids).values())
        return {id: list(some) for id, content in contents.items() if (some := content.vectors.sentences)}

    def contents(self, papers: Collection[Paper]) -> dict[str, PaperContent]:
        """Paper id -> the paper with all that is kept of it, each thing read once, in the order of `papers`."""
        self._refresh()
        by_id, generation = {paper.id: paper for paper in papers}, self._upkeep.generation

        def recent() -> Recent[list[SentenceVector]]:
            # Of papers that were replaced meanwhile nothing may be remembered.
            return self._sentences if self._upkeep.generation == generation else Recent(0)

        return gather(by_id, self.passages(by_id), self.token_vectors, recent)

    # -- writing ----------------------------------------------------------------------------------------------------

    def add(
        self,
        papers: Iterable[Paper | Record],
        on_progress: OnProgress | None = None,
        *,
        gone: Gone | None = None,
        dry_run: bool = False,
    ) -> IngestReport:
        """Brings the papers in; known ones are merged, what their origin said before is replaced.

        A `Paper` is a record without an origin. Papers that only `gone` files or records hold are removed. `dry_run`
        writes nothing. When it stops halfway, what was recorded stays, can be found by words, and is finished by the
        next `add`.
        Raises IndexLocked when another process is writing.
        """
        with self._upkeep.writer(on_progress, catches_up=not dry_run) as writer:
            return writer.try_out(papers, gone) if dry_run else writer.add(papers, gone)

    def remove(self, ids: Collection[str]) -> int:
        """Takes papers out; how many there were. Raises IndexLocked when another process is writing."""
        with self._upkeep.writer() as writer:
            return writer.remove(ids)

    def finish(self, on_progress: OnProgress | None = None) -> None:
        """Does what a run that was killed has left to do. Raises IndexLocked when another process is writing."""
        with self._upkeep.writer(on_progress) as writer:
            writer.finish()

    def restore(self, on_progress: OnProgress | None = None) -> None:
        """Makes words and vectors again from the library and the kept vectors, which spare running the model."""
        with self._upkeep.writer(on_progress, mends=True) as writer:
            writer.restore()

    def rebuild(self, on_progress: OnProgress | None = None) -> None:
        """Makes passages, words, vectors and token vectors again from the library, with the embedding of the settings.

        All of it is made beside what is there, which is searched meanwhile, and then takes its place at one stroke.
        When it stops halfway or fails, the index stays as it was, and the next call goes on where this one stopped.
        Raises IndexLocked when another process is writing, EmbeddingError.
        """
        self._upkeep.rebuild(on_progress)

    def _forget(self) -> None:
        self._sentences.clear()
        self._tokens.clear()

    def _refresh(self) -> None:
        self._upkeep.refresh()
