"""The second stage: none, late interaction, or any reranker of LlamaIndex."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index import IndexSettings, PaperIndex, SettingsError
from rag.search.retrieval import NAME_BONUS, make_retriever
from rag.settings import RetrievalSettings

QUESTION = "Who showed that only a sliver of an image generator's weights decides which words get written in a picture?"


@pytest.fixture(scope="module")
def index(catalogue_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as opened:
        yield opened


def found(index: PaperIndex, k: int = 10, **settings: Any) -> list[str]:
    retriever = make_retriever(index, RetrievalSettings(**settings))
    return [candidate.paper.id for candidate in retriever.retrieve(QUESTION, k).candidates]


def test_none_leaves_the_fused_order(index: PaperIndex) -> None:
    retriever = make_retriever(index, RetrievalSettings(rerank="none"))
    candidates = retriever.retrieve(QUESTION, 10).candidates
    assert candidates[0].score <= 1


def test_late_interaction_reorders_the_same_papers(index: PaperIndex) -> None:
    before, after = found(index, 20, rerank="none"), found(index, 20)
    assert set(before) == set(after)
    assert before != after


def test_a_llamaindex_postprocessor_reranks(index: PaperIndex) -> None:
    before = found(index, 50, rerank="none")
    after = found(index, 50, rerank="llama_index.core.postprocessor.LongContextReorder")
    assert set(after) == set(before)
    assert after != before


def test_what_a_postprocessor_leaves_out_comes_last(index: PaperIndex) -> None:
    before = found(index, 30, rerank="none")
    after = found(
        index,
        30,
        rerank="llama_index.core.postprocessor.SimilarityPostprocessor",
        rerank_options={"similarity_cutoff": 0.45},
    )
    assert set(before) == set(after)


@pytest.mark.parametrize(
    ("rerank", "remedy"),
    [
        ("late_interaction", "late-interaction"),
        ("llama_index.postprocessor.no_such_thing.Rerank", "pip install llama-index-postprocessor-no-such-thing"),
        ("llama_index.core.postprocessor.NoSuchClass", "has no class NoSuchClass"),
        ("llama_index.core.schema.TextNode", "no LlamaIndex BaseNodePostprocessor"),
        ("no.such.module.Reranker", "late-interaction"),
    ],
)
def test_a_reranker_that_cannot_be_had_is_a_settings_error_with_a_remedy(
    index: PaperIndex, rerank: str, remedy: str
) -> None:
    with pytest.raises(SettingsError, match=remedy):
        make_retriever(index, RetrievalSettings(rerank=rerank))


def test_wrong_options_of_a_reranker_are_named(index: PaperIndex) -> None:
    with pytest.raises(SettingsError, match="rerank_options"):
        make_retriever(
            index,
            RetrievalSettings(
                rerank="llama_index.core.postprocessor.SimilarityPostprocessor",
                rerank_options={"similarity_cutoff": "high"},
            ),
        )


def test_without_token_vectors_the_fused_order_stays(tmp_path: Path, index: PaperIndex) -> None:
    settings = IndexSettings(folder=tmp_path, token_vectors=False)
    with PaperIndex.open(settings) as bare:
        bare.add(index.all_papers()[:5])
        candidates = (
            make_retriever(bare, RetrievalSettings()).retrieve("patients with bleeding in the brain", 5).candidates
        )
    assert candidates[0].paper.title.startswith("ICHPro")
    assert candidates[0].score <= 1 + NAME_BONUS
