"""Papers for a question: by words and by meaning, fused, reranked; one candidate a paper, best first."""

from rag.search.candidate import Retrieval
from rag.search.evidence import number_evidence
from rag.search.late_interaction import cosines
from rag.search.reranking import Reranker
from rag.search.retrieval import Retriever, make_retriever

__all__ = [
    "Reranker",
    "Retrieval",
    "Retriever",
    "cosines",
    "make_retriever",
    "number_evidence",
]
