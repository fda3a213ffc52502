"""Papers that were found, as LangChain sees them."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from index import Paper
from rag.answer import Filters, Hit
from rag.assistant import Assistant


class PaperRetriever(BaseRetriever):
    """`Assistant.search` as a LangChain retriever: a step of any chain.

    One document a paper, best first: the content is title and abstract, the id the paper's, the metadata what is known
    of it, its best passage and the score. `k` papers, None means the settings'.
    """

    assistant: Assistant
    k: int | None = None
    filters: Filters | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        hits = self.assistant.search(query, self.k or self.assistant.settings.rag.top_k, self.filters)
        papers = self.assistant.index.papers([hit.paper_id for hit in hits])
        # One that was removed since it was found has no abstract any more.
        return [as_document(hit, papers[hit.paper_id]) for hit in hits if hit.paper_id in papers]


def as_document(hit: Hit, paper: Paper) -> Document:
    metadata = {
        "title": paper.title,
        "authors": list(paper.authors),
        "year": paper.year,
        "url": paper.url,
        "topics": list(paper.subjects),
        "passage": hit.passage,
        "score": hit.score,
    }
    return Document(
        id=paper.id,
        page_content=f"{paper.title}. {paper.abstract}",
        metadata={key: value for key, value in metadata.items() if value not in (None, "", [])},
    )
