"""Our search as LlamaIndex sees it."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.search.nodes import as_node
from rag.search.retrieval import Retriever


class PaperRetriever(BaseRetriever):
    """The search as a LlamaIndex retriever: any of its query engines and evaluators can be built on it.

    One node a paper, best first: the text is title and abstract, `node_id` the paper's id, the metadata what is known
    about the paper.
    """

    def __init__(self, retriever: Retriever, top_k: int = 8) -> None:
        self._retriever = retriever
        self._top_k = top_k
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        retrieval = self._retriever.retrieve(query_bundle.query_str, self._top_k)
        return [as_node(candidate) for candidate in retrieval.candidates]
