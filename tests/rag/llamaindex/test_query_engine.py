"""A checked answer as LlamaIndex calls it."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response

from rag import Assistant, Filters
from rag.llamaindex import PaperQueryEngine

QUESTION = "What AUC does ICHPro reach?"


@pytest.fixture(scope="module")
def assistant(catalogue_index: Path) -> Iterator[Assistant]:
    with Assistant.from_config(index_dir=catalogue_index) as assistant:
        yield assistant


def test_the_response_is_the_answer_with_its_verdicts(assistant: Assistant) -> None:
    engine = PaperQueryEngine(assistant)
    assert isinstance(engine, BaseQueryEngine)
    response, answer = engine.query(QUESTION), assistant.ask(QUESTION)
    assert isinstance(response, Response)
    assert str(response) == answer.text
    assert response.metadata is not None
    assert not response.metadata["abstained"]
    assert [sentence["verdict"] for sentence in response.metadata["sentences"]] == ["supported"]
    assert response.metadata["citations"][0]["n"] == answer.citations[0].n
    assert json.dumps(response.metadata)


def test_a_number_in_the_text_is_the_place_of_its_source_node(assistant: Assistant) -> None:
    response, answer = PaperQueryEngine(assistant, top_k=4).query(QUESTION), assistant.ask(QUESTION, top_k=4)
    assert [node.node.node_id for node in response.source_nodes] == [source.paper_id for source in answer.sources]
    assert [node.node.metadata["n"] for node in response.source_nodes] == [1, 2, 3, 4]
    cited = response.source_nodes[answer.citations[0].n - 1]
    assert cited.node.metadata["cited"]
    assert cited.node.metadata["url"] == "https://arxiv.org/abs/2402.11307"
    assert "0.9429" in cited.node.get_content()


def test_filters_narrow_what_is_asked(assistant: Assistant) -> None:
    response = PaperQueryEngine(assistant, filters=Filters(years=(2025, None))).query(
        "Which papers shrink the KV cache?"
    )
    assert {node.node.metadata["year"] for node in response.source_nodes} == {2025}


def test_what_the_abstracts_do_not_hold_is_refused(assistant: Assistant) -> None:
    response = PaperQueryEngine(assistant).query("What does a ticket to the moon cost?")
    assert response.metadata is not None
    assert response.metadata["abstained"]


def test_it_can_be_awaited(assistant: Assistant) -> None:
    engine = PaperQueryEngine(assistant)
    assert str(asyncio.run(engine.aquery(QUESTION))) == str(engine.query(QUESTION))
