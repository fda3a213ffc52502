"""Papers for a question: found by words and by meaning, fused, reranked. One candidate a paper, best first."""

import math
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answer import Filters
from rag.search.candidate import Candidate, Retrieval
from rag.search.query import Query, make_query
from rag.search.reranking import Reranker, make_reranker
from rag.settings import RetrievalSettings
from rag.text import are_named, names_in

if TYPE_CHECKING:
    from llama_index.core.retrievers import BaseRetriever

    from index import Paper, PaperIndex, Passage, Passing


PASSAGES_A_PAPER = 3
"""An abstract has about so many passages: to find n papers by meaning, n times as many passages are asked for."""

NAME_BONUS = 0.6
"""For a paper that the question calls by its name: twice what words can add. With .3 one in 20 questions that compare
two papers has one of them below the first five, where its name is made of ordinary words."""

LOOKED_UP = 8
"""Names in a question, and papers for each, that are looked at."""


def make_retriever(index: "PaperIndex", settings: RetrievalSettings) -> "Retriever":
    """The search that the settings describe. Raises SettingsError when their reranker can't be had."""
    return Retriever(index, settings, make_reranker(settings))


class Retriever:
    """Searches an index. Thread-safe."""

    def __init__(self, index: "PaperIndex", settings: RetrievalSettings, reranker: Reranker) -> None:
        """`reranker` has the second look at what was found."""
        self._index = index
        self._settings = settings
        self._reranker = reranker

    def retrieve(self, question: str, k: int, filters: Filters | None = None) -> Retrieval:
        """The best `k` papers for a question, a sentence or bare keywords; fewer when fewer are found."""
        timings: dict[str, float] = {}
        with timed(timings, "filter"):
            allowed = allowed_papers(self._index, filters or Filters())
        with timed(timings, "embed"):
            query = make_query(question, self._index)
            vector = query.tokens.vector if self._is_packaged() else self._index.embedding.embed_query(query.text)
        candidates = self._search(query, vector, k, allowed, timings)
        with timed(timings, "rerank"):
            depth = self._reranker.depth(k)
            ranked = self._reranker.rerank(query, candidates[:depth]) + candidates[depth:]
        notices = tuple(notice for notice in (query.notice, self._index.notice) if notice)
        return Retrieval(query.text, tuple(ranked[:k]), query.tokens, notices, timings)

    def as_llamaindex(self, k: int, filters: Filters | None = None) -> "BaseRetriever":
        """`retrieve` as a LlamaIndex retriever: one node a paper, best first."""
        from rag.search.nodes import PaperRetriever  # LlamaIndex: 1.3 s

        return PaperRetriever(lambda question: self.retrieve(question, k, filters).candidates)

    def _is_packaged(self) -> bool:
        return self._index.embedding.name.startswith("packaged/")

    def _search(
        self, query: Query, vector: NDArray[np.float32], k: int, allowed: "Passing | None", timings: dict[str, float]
    ) -> list[Candidate]:
        """As many candidates as are wanted or looked at again, by their fused scores."""
        pool = max(k, self._settings.candidates)
        with timed(timings, "words"):
            words = dict(self._index.search_words(query.words, pool, paper_ids=allowed))
        with timed(timings, "meaning"):
            best = best_passages(self._index.search_meaning(vector, PASSAGES_A_PAPER * pool, paper_ids=allowed))
        with timed(timings, "names"):
            papers = self._look_up_names(query, words, allowed)
            titles = [(paper.title, paper.abstract) for paper in papers.values()]
            named = {id for id, is_named in zip(papers, are_named(titles, query.text), strict=True) if is_named}
        with timed(timings, "fuse"):
            ids = list(dict.fromkeys((*best, *words, *(id for id in papers if id in named))))
            # Papers found by words alone are no nearer than the last that was found by meaning.
            floor = min((cosine for _, cosine in best.values()), default=0.0)
            bm25 = np.array([words.get(id, 0.0) for id in ids])
            cosines = np.array([best[id][1] if id in best else floor for id in ids])
            length = len(query.words.split())
            scores = fuse(bm25, cosines, length if self._is_packaged() else None)
            scores += [NAME_BONUS * (id in named) for id in ids]
            order = np.argsort(-scores, kind="stable")[: max(k, self._reranker.depth(k))].tolist()
        with timed(timings, "read"):
            chosen = [ids[at] for at in order]
            papers |= self._index.papers([id for id in chosen if id not in papers])
            contents = self._index.contents([papers[id] for id in chosen if id in papers])
        return [
            Candidate(
                content=contents[id],
                passage=passage_named(contents[id].passages, best[id][0] if id in best else ""),
                score=float(scores[at]),
            )
            for id, at in zip(chosen, order, strict=True)
            if id in contents and contents[id].passages
        ]

    def _look_up_names(self, query: Query, words: Iterable[str], allowed: "Passing | None") -> dict[str, "Paper"]:
        """Papers that the question may call by their name, however many others have its words."""
        ids = dict.fromkeys(islice(words, LOOKED_UP))
        for name in names_in(query.text)[:LOOKED_UP]:
            ids |= dict.fromkeys(id for id, _ in self._index.search_words(name, LOOKED_UP, paper_ids=allowed))
        return self._index.papers(ids)


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


def allowed_papers(index: "PaperIndex", filters: Filters) -> "Passing | None":
    """The papers that pass; None when nothing is filtered."""
    if not filters:
        return None
    return index.passing(filters.years, filters.authors, filters.topics, filters.paper_ids)


Scores = NDArray[np.float64]

WORDS_WEIGHT = 0.05
"""Of BM25 beside the packaged model's cosine. Mean nDCG@10 over eleven sets of questions without a second stage: .834;
z-scores half and half .832, 0.7 cosine + 0.3 BM25/best .817: a share of the best makes a poor best look perfect."""


def z_scores(scores: Scores) -> Scores:
    """Standard deviations from the mean of the candidates; all 0 where they don't differ."""
    spread = float(scores.std()) if len(scores) else 0.0
    return (scores - scores.mean()) / spread if spread > 1e-9 else np.zeros_like(scores)


def fuse(words: Scores, meaning: Scores, length: int | None) -> Scores:
    """A score for each candidate, higher is better; `words` is BM25, `meaning` the cosine.

    Scores, not ranks: ranks throw away that a rare name matched in one paper only. BM25 grows with the `length` of the
    query in words, hence its root. A weight on raw cosines holds for the model it was chosen with; those of any other
    model (`length` None) are compared as z-scores. Where one side found nothing at all, the other decides.
    """
    if length is None:
        return 0.5 * z_scores(meaning) + 0.5 * z_scores(words)
    return meaning + WORDS_WEIGHT * words / math.sqrt(max(length, 1))
