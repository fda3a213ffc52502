"""The search as LangChain calls it."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import RunnableLambda

from rag import Assistant, Filters
from rag.langchain import PaperRetriever

QUESTION = "What AUC does ICHPro reach?"


@pytest.fixture(scope="module")
def assistant(catalogue_index: Path) -> Iterator[Assistant]:
    with Assistant.from_config(index_dir=catalogue_index) as assistant:
        yield assistant


def test_documents_are_the_papers_that_a_search_finds_best_first(assistant: Assistant) -> None:
    retriever = PaperRetriever(assistant=assistant, k=3, filters=Filters(years=(2024, None)))
    assert isinstance(retriever, BaseRetriever)
    documents = retriever.invoke(QUESTION)
    hits = assistant.search(QUESTION, 3, Filters(years=(2024, None)))
    assert [(document.id, document.metadata["score"]) for document in documents] == [
        (hit.paper_id, hit.score) for hit in hits
    ]


def test_a_document_is_title_and_abstract_with_what_is_known_of_the_paper(assistant: Assistant) -> None:
    (document,) = PaperRetriever(assistant=assistant, k=1).invoke(QUESTION)
    paper = assistant.index.paper(document.id or "")
    assert paper is not None
    assert document.page_content == f"{paper.title}. {paper.abstract}"
    assert document.metadata["passage"] in paper.abstract
    assert document.metadata["url"] == "https://arxiv.org/abs/2402.11307"
    assert document.metadata["year"] == 2024
    assert document.metadata["topics"] == list(paper.subjects)


def test_as_many_documents_come_as_the_settings_say_unless_asked_for_others(assistant: Assistant) -> None:
    assert len(PaperRetriever(assistant=assistant).invoke(QUESTION)) == assistant.settings.rag.top_k


def test_it_is_a_step_of_a_chain_also_asynchronously(assistant: Assistant) -> None:
    titles = RunnableLambda(lambda documents: [document.metadata["title"] for document in documents])
    chain = PaperRetriever(assistant=assistant, k=2) | titles
    assert chain.invoke(QUESTION) == asyncio.run(chain.ainvoke(QUESTION))
    assert chain.invoke(QUESTION)[0].startswith("ICHPro")


def test_without_the_extra_it_is_said_what_to_install() -> None:
    program = (
        "import sys\nsys.modules['langchain_core'] = None\nfrom rag import MissingExtra\n"
        "try:\n    import rag.langchain\nexcept MissingExtra as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'paperchat[langchain]'" in done.stdout
