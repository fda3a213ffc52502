"""Papers for a question: found by words and by meaning, fused, reranked. One candidate a paper, best first."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answer import Filters
from rag.search.candidate import Candidate, Retrieval
from rag.search.filters import allowed_papers
from rag.search.fusion import fuse, relative
from rag.search.query import Query, make_query
from rag.search.reranking import Reranker, make_reranker
from rag.settings import RetrievalSettings
from rag.text import calls_paper, names_in

if TYPE_CHECKING:
    from index import PaperIndex, Passage

PASSAGES_A_PAPER = 3
"""An abstract has about so many passages: to find n papers by meaning, n times as many passages are asked for."""

NAME_BONUS = 0.6
"""For a paper that the question calls by its name: twice what words can add. With .3 one in 20 questions that compare
two papers has one of them below the first five, where its name is made of ordinary words."""

NAMED = 8
"""Names in a question, and papers for each, that are looked at."""


def make_retriever(index: "PaperIndex", settings: RetrievalSettings) -> "Retriever":
    """The search that the settings describe. Raises SettingsError when their reranker can't be had."""
    return Retriever(index, settings, make_reranker(settings, index))


class Retriever:
    """Searches an index. Thread-safe."""

    def __init__(self, index: "PaperIndex", settings: RetrievalSettings, reranker: Reranker) -> None:
        """`reranker` has the second look at what was found."""
        self._index = index
        self._settings = settings
        self._reranker = reranker

    def retrieve(self, query: str, k: int, filters: Filters | None = None) -> Retrieval:
        """The best `k` papers for a question, a sentence or bare keywords; fewer when fewer are found."""
        timings: dict[str, float] = {}
        with timed(timings, "filter"):
            allowed = allowed_papers(self._index, filters or Filters())
        with timed(timings, "embed"):
            asked = make_query(query, self._index)
            vector = asked.tokens.vector if self._is_packaged() else self._index.embedding.embed_query(asked.text)
        found = self._search(asked, vector, k, allowed, timings)
        with timed(timings, "rerank"):
            depth = self._reranker.depth
            ranked = self._reranker.rerank(asked, found[:depth]) + found[depth:]
        notices = (asked.notice,) if asked.notice else ()
        return Retrieval(asked.text, tuple(ranked[:k]), vector, asked.tokens, notices, timings)

    def _is_packaged(self) -> bool:
        return self._index.embedding.name.startswith("packaged/")

    def _search(
        self, asked: Query, vector: NDArray[np.float32], k: int, allowed: set[str] | None, timings: dict[str, float]
    ) -> list[Candidate]:
        """As many candidates as are wanted or looked at again, by their fused scores."""
        pool = max(k, self._settings.candidates)
        with timed(timings, "words"):
            words = dict(self._index.search_words(asked.words, pool, paper_ids=allowed))
        with timed(timings, "meaning"):
            best = best_passages(self._index.search_meaning(vector, PASSAGES_A_PAPER * pool, paper_ids=allowed))
        with timed(timings, "names"):
            named = self._named(asked, words, allowed)
        with timed(timings, "fuse"):
            ids = list({**best, **words, **named})
            # Papers found by words alone are no nearer than the last that was found by meaning.
            floor = min((cosine for _, cosine in best.values()), default=0.0)
            bm25 = np.array([words.get(id, 0.0) for id in ids])
            cosines = np.array([best[id][1] if id in best else floor for id in ids])
            scores, shares = fuse(bm25, cosines, known_cosines=self._is_packaged()), relative(bm25)
            scores += [NAME_BONUS * (id in named) for id in ids]
            order = np.argsort(-scores, kind="stable")[: max(k, self._reranker.depth)].tolist()
        with timed(timings, "read"):
            chosen = [ids[at] for at in order]
            papers, passages = self._index.papers(chosen), self._index.passages(chosen)
        return [
            Candidate(
                paper=papers[id],
                passage=passage_named(passages[id], best[id][0] if id in best else ""),
                score=float(scores[at]),
                words=float(shares[at]),
                meaning=float(cosines[at]),
            )
            for id, at in zip(chosen, order, strict=True)
            if id in papers and passages.get(id)
        ]

    def _named(self, asked: Query, words: dict[str, float], allowed: set[str] | None) -> dict[str, float]:
        """Papers that the question calls by their name, with their BM25, however many others have its words."""
        ids = dict.fromkeys(list(words)[:NAMED])
        for name in names_in(asked.text)[:NAMED]:
            ids |= dict.fromkeys(id for id, _ in self._index.search_words(name, NAMED, paper_ids=allowed))
        papers = self._index.papers(ids)
        return {id: words.get(id, 0.0) for id, paper in papers.items() if calls_paper(paper, asked.text)}


def best_passages(hits: Sequence[tuple[str, float]]) -> dict[str, tuple[str, float]]:
    """Paper id -> (its best passage's id, cosine), from passages best first."""
    best: dict[str, tuple[str, float]] = {}
    for passage_id, cosine in hits:
        best.setdefault(passage_id.rpartition("#")[0], (passage_id, cosine))
    return best


def passage_named(passages: Sequence["Passage"], id: str) -> "Passage":
    return next((passage for passage in passages if passage.id == id), passages[0])


@contextmanager
def timed(timings: dict[str, float], step: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    timings[step] = timings.get(step, 0.0) + 1000 * (time.perf_counter() - started)
