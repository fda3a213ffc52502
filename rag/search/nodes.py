"""Our search and a paper that was found, as LlamaIndex sees them; and its rerankers, as our search sees them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.search.candidate import Candidate
from rag.search.query import Query


class PaperRetriever(BaseRetriever):
    """See `Assistant.as_retriever`."""

    def __init__(self, search: Callable[[str], Sequence[Candidate]]) -> None:
        self._search = search
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [as_node(candidate) for candidate in self._search(query_bundle.query_str)]


SENT = 50
"""Candidates that another's reranker is sent."""


class PostprocessorReranking:
    """Any LlamaIndex `BaseNodePostprocessor` as the second stage: what it leaves out comes last, in the old order."""

    def __init__(self, postprocessor: Any) -> None:
        self._postprocessor = postprocessor

    def depth(self, wanted: int) -> int:
        return SENT

    def rerank(self, query: Query, candidates: Sequence[Candidate]) -> list[Candidate]:
        nodes = self._postprocessor.postprocess_nodes(
            [as_node(candidate) for candidate in candidates], query_str=query.text
        )
        by_id = {candidate.paper.id: candidate for candidate in candidates}
        scores = {node.node.node_id: node.score for node in nodes if node.node.node_id in by_id}
        kept = [
            replace(by_id[id], score=by_id[id].score if score is None else float(score)) for id, score in scores.items()
        ]
        lowest = min((candidate.score for candidate in kept), default=0.0)
        rest = [candidate for candidate in candidates if candidate.paper.id not in scores]
        return kept + [replace(candidate, score=min(candidate.score, lowest)) for candidate in rest]


def as_node(candidate: Candidate) -> NodeWithScore:
    paper = candidate.paper
    metadata = {
        "title": paper.title,
        "authors": ", ".join(paper.authors),
        "year": paper.year,
        "url": paper.url,
        "topics": ", ".join(paper.subjects),
    }
    node = TextNode(
        id_=paper.id,
        text=f"{paper.title}. {paper.abstract}",
        metadata={key: value for key, value in metadata.items() if value},
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=["url", "topics"],
    )
    return NodeWithScore(node=node, score=candidate.score)
