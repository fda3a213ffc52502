"""Papers for a question: by words and by meaning, fused, reranked; one candidate a paper, best first."""

from rag.search.fusion import reciprocal_ranks
from rag.search.late_interaction import cosines
from rag.search.retrieval import Retrieval, Retriever

__all__ = [
    "Retrieval",
    "Retriever",
    "cosines",
    "reciprocal_ranks",
]
