"""Papers for a question: found by words and by meaning, fused, reranked. One candidate a paper, best first."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.answer import Filters
from rag.filters import allowed_papers
from rag.fusion import fuse, relative
from rag.late_interaction import max_sim
from rag.query import Query, make_query
from rag.settings import RetrievalSettings

if TYPE_CHECKING:
    from index import Encoded, Paper, PaperIndex, Passage

PASSAGES_A_PAPER = 3
"""An abstract has about so many passages: to find n papers by meaning, n times as many passages are asked for."""

RERANKED = 30
"""How many candidates late interaction looks at: 50 are no better, and cost twice the time."""

LATE_WEIGHT = 2.0
SENTENCE_WEIGHT = 0.5
"""Weights of MaxSim and of the nearest sentence beside the fused score. Questions in other words than the abstract's
gain most (recall@1 up by .06 to .08 on two collections), long queries on Cranfield lose .008 nDCG; any weight from 1.4
to 2.8 is about as good."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that was found, with its best passage.

    `score` orders the candidates of one search. `words` is BM25 as a share of the best paper's, `meaning` the cosine of
    the best passage, `late` the weighted MaxSim (None when it was not reranked so).
    """

    paper: "Paper"
    passage: "Passage"
    score: float
    words: float
    meaning: float
    late: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """What one search found: `candidates` best first, one a paper.

    `query` is the text that was searched (slips mended), `vector` its embedding, `tokens` what late interaction reads
    of it, with offsets into `query`, `notices` what the reader should know, `timings` milliseconds by step.
    """

    query: str
    candidates: tuple[Candidate, ...]
    vector: NDArray[np.float32]
    tokens: "Encoded | None"
    notices: tuple[str, ...]
    timings: dict[str, float]


class Retriever:
    """Searches an index. Thread-safe; raises SettingsError when the reranker of the settings can't be had."""

    def __init__(self, index: "PaperIndex", settings: RetrievalSettings) -> None:
        self._index = index
        self._settings = settings

    def retrieve(self, query: str, k: int, filters: Filters | None = None) -> Retrieval:
        """The best `k` papers for a question, a sentence or bare keywords; fewer when fewer are found."""
        timings: dict[str, float] = {}
        with timed(timings, "filter"):
            allowed = allowed_papers(self._index, filters or Filters())
        with timed(timings, "embed"):
            asked = make_query(query, self._index)
            vector = asked.tokens.vector if self._is_packaged() else self._index.embedding.embed_query(asked.text)
        found = self._search(asked, vector, max(k, self._settings.candidates), allowed, timings)
        with timed(timings, "rerank"):
            ranked = self._rerank(asked, found)
        notices = (asked.notice,) if asked.notice else ()
        return Retrieval(asked.text, tuple(ranked[:k]), vector, asked.tokens, notices, timings)

    def _is_packaged(self) -> bool:
        return self._index.embedding.name.startswith("packaged/")

    def _search(
        self, asked: Query, vector: NDArray[np.float32], k: int, allowed: set[str] | None, timings: dict[str, float]
    ) -> list[Candidate]:
        with timed(timings, "words"):
            words = dict(self._index.search_words(asked.words, k, paper_ids=allowed))
        with timed(timings, "meaning"):
            best = best_passages(self._index.search_meaning(vector, PASSAGES_A_PAPER * k, paper_ids=allowed))
            if missing := [id for id in words if id not in best]:
                nearest = self._index.search_meaning(vector, PASSAGES_A_PAPER * k, paper_ids=missing)
                best |= best_passages(nearest)
        with timed(timings, "fuse"):
            ids = list({**best, **words})
            scores = fuse(
                np.array([words.get(id, 0.0) for id in ids]),
                np.array([best[id][1] if id in best else 0.0 for id in ids]),
                known_cosines=self._is_packaged(),
            )
            order = np.argsort(-scores, kind="stable")[:k]
            shares = dict(zip(ids, relative(np.array([words.get(id, 0.0) for id in ids])), strict=True))
            chosen = {ids[at]: float(scores[at]) for at in order}
        with timed(timings, "read"):
            papers, passages = self._index.papers(chosen), self._index.passages(chosen)
        return [
            Candidate(
                paper=papers[id],
                passage=passage_named(passages[id], best[id][0] if id in best else ""),
                score=score,
                words=float(shares[id]),
                meaning=best[id][1] if id in best else 0.0,
            )
            for id, score in chosen.items()
            if id in papers and passages.get(id)
        ]

    def _rerank(self, asked: Query, found: list[Candidate]) -> list[Candidate]:
        if self._settings.rerank == "none" or not found:
            return found
        top, rest = found[:RERANKED], found[RERANKED:]
        ids = [candidate.paper.id for candidate in top]
        passages = self._index.passages(ids)
        encoded = self._index.token_vectors([passage.id for some in passages.values() for passage in some])
        late = max_sim(
            asked.text, asked.tokens, [[encoded[one.id] for one in passages[id] if one.id in encoded] for id in ids]
        )
        sentences = self._index.sentence_vectors(ids)
        again = []
        for candidate, similarity in zip(top, late, strict=True):
            vectors = [sentence.vector for sentence in sentences.get(candidate.paper.id, ())]
            nearest = float((np.stack(vectors) @ asked.tokens.vector).max()) if vectors else 0.0
            score = candidate.score + LATE_WEIGHT * similarity + SENTENCE_WEIGHT * nearest
            again.append(replace(candidate, score=float(score), late=float(similarity)))
        return sorted(again, key=lambda candidate: -candidate.score) + rest


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
