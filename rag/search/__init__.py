"""Papers for a question: by words and by meaning, fused, reranked; one candidate a paper, best first."""

from rag.search.candidate import Retrieval, as_evidence, number_evidence
from rag.search.merging import merge_retrievals
from rag.search.reranking import Reranker, cosines
from rag.search.retrieval import Retriever, allowed_papers, make_retriever

__all__ = [
    "Reranker",
    "Retrieval",
    "Retriever",
    "allowed_papers",
    "as_evidence",
    "cosines",
    "make_retriever",
    "merge_retrievals",
    "number_evidence",
]
