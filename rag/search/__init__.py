"""Papers for a question: by words and by meaning, fused, reranked; one candidate a paper, best first."""

from rag.search.candidate import Retrieval, number_evidence
from rag.search.reranking import Reranker, cosines
from rag.search.retrieval import Retriever, make_retriever

__all__ = [
    "Reranker",
    "Retrieval",
    "Retriever",
    "cosines",
    "make_retriever",
    "number_evidence",
]
