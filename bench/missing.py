"""What of an index is lost, and what is there and is not found."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from index import IndexSettings, Paper, PaperIndex

Vector = NDArray[np.float32]

PARTS = ("papers", "passages", "vectors")
MISSES = "search misses"
TIE = 1e-6
"""Cosine. Passages that are so near each other may be found in any order."""
NEIGHBOURS = 10
"""Passages that are searched for: among those that tie for the first place is the one whose vector it is."""
SAME_VECTOR = 1e-5
"""Between the numbers of a vector as it is kept, and as Chroma gives it back."""


def missing(settings: IndexSettings, papers: list[Paper]) -> Counter[str]:
    """What of these papers is not there or is not found, however they are cut."""
    with PaperIndex.open(settings, rebuild=True) as index:
        there = index.papers([paper.id for paper in papers])
        passages = index.passages([paper.id for paper in papers])
        lost = Counter(dict.fromkeys((*PARTS, MISSES), 0))
        for paper in papers:
            found = any(id == paper.id for id, _ in index.search_words(paper.title, 20))
            lost["papers"] += there.get(paper.id) != paper or not found
            lost["passages"] += paper.id not in passages
        ids = [passage.id for some in passages.values() for passage in some]
        vectors, tokens, in_chroma = index.encodings.vectors(ids), index.token_vectors(ids), vectors_in_chroma(index)
        for id in ids:
            if id not in vectors or id not in tokens or not is_same(vectors[id], in_chroma.get(id)):
                lost["vectors"] += 1
            elif not finds_itself(index, id, vectors[id]):
                lost[MISSES] += 1
        return lost


def vectors_in_chroma(index: PaperIndex) -> dict[str, Vector]:
    """By their ids, without a search."""
    kept = index.meaning.vectors._collection.get(include=["embeddings"])
    return dict(zip(kept["ids"], kept["embeddings"], strict=True))


def is_same(vector: Vector, other: Vector | None) -> bool:
    return other is not None and np.allclose(vector, other, atol=SAME_VECTOR)


def finds_itself(index: PaperIndex, id: str, vector: Vector) -> bool:
    """Whether a search for the passage's own vector has it first, or as near as the first."""
    hits = index.search_meaning(vector, NEIGHBOURS)
    return any(found == id and cosine > hits[0][1] - TIE for found, cosine in hits)
