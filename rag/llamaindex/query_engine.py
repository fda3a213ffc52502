"""A turn as a LlamaIndex query: the response carries sources and verdicts."""

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.answer import Answer, Filters, Source
from rag.assistant import Assistant


class PaperQueryEngine(BaseQueryEngine):
    """`Assistant.ask` as a LlamaIndex query engine: a tool of its agents, a branch of its routers.

    The response is the answer's text; `[n]` in it is the n-th of `source_nodes`; `metadata` is `Answer.to_dict()`
    without its sources: the verdict of each sentence, whether the question was refused, the model, tokens and cost.
    """

    def __init__(
        self,
        assistant: Assistant,
        *,
        filters: Filters | None = None,
        model: str | None = None,
        top_k: int | None = None,
    ) -> None:
        """`filters`, `model` and `top_k` are those of `Assistant.ask`."""
        super().__init__(callback_manager=None)
        self._assistant = assistant
        self._filters = filters
        self._model = model
        self._top_k = top_k

    def _query(self, query_bundle: QueryBundle) -> Response:
        question = query_bundle.query_str
        return as_response(self._assistant.ask(question, (), self._filters, self._model, self._top_k))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        question = query_bundle.query_str
        return as_response(await self._assistant.aask(question, (), self._filters, self._model, self._top_k))

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def as_response(answer: Answer) -> Response:
    metadata = answer.to_dict()
    del metadata["text"], metadata["sources"]
    return Response(answer.text, [as_source_node(source) for source in answer.sources], metadata)


def as_source_node(source: Source) -> NodeWithScore:
    """What the answerer was shown under this number."""
    metadata = {
        "n": source.n,
        "cited": source.cited,
        "title": source.title,
        "authors": ", ".join(source.authors),
        "year": source.year,
        "url": source.url,
        "topics": ", ".join(source.topics),
    }
    node = TextNode(
        id_=source.paper_id,
        text=source.passage,
        metadata={key: value for key, value in metadata.items() if value not in (None, "")},
        excluded_embed_metadata_keys=list(metadata),
        excluded_llm_metadata_keys=["n", "cited", "url", "topics"],
    )
    return NodeWithScore(node=node, score=source.score)
