"""Finding papers: what a reader may ask, and what comes first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import IndexSettings, Paper, PaperIndex, split_sentences
from rag.answer import Filters
from rag.search.retrieval import Retrieval, Retriever, make_retriever
from rag.settings import RetrievalSettings
from rag.text import name_of


@pytest.fixture(scope="module")
def index(catalogue_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as opened:
        yield opened


@pytest.fixture(scope="module")
def retriever(index: PaperIndex) -> Retriever:
    return make_retriever(index, RetrievalSettings())


def titles(found: Retrieval) -> list[str]:
    return [candidate.paper.title for candidate in found.candidates]


@pytest.mark.parametrize(
    ("question", "beginning"),
    [
        ("What AUC does ICHPro reach under five-fold cross-validation?", "ICHPro"),
        ("Which paper predicts how patients with bleeding inside the brain will fare?", "ICHPro"),
        ("what do canines look at while strolling around a campus?", "Categorizing the Visual Environment"),
        ("a tokenizer for pictures and clips alike", "OmniTokenizer"),
    ],
)
def test_a_question_in_the_papers_words_or_in_others_finds_it(
    retriever: Retriever, question: str, beginning: str
) -> None:
    assert titles(retriever.retrieve(question, 5))[0].startswith(beginning)


def test_every_paper_is_found_by_the_name_that_its_title_gives_it(retriever: Retriever, index: PaperIndex) -> None:
    named: dict[str, set[str]] = {}
    for paper in index.all_papers()[::4]:
        name = name_of(paper.title, paper.abstract)
        if name and len(name.split()) < 3 and name != "Attention":
            named.setdefault(name.casefold(), set()).add(paper.id)
    for name, ids in named.items():
        found = [candidate.paper.id for candidate in retriever.retrieve(name, 5).candidates]
        assert ids <= set(found[: len(ids) + 1]), name


@pytest.mark.parametrize("name", ["MoA", "moa", "What is MoA?"])
def test_an_abbreviation_brings_all_papers_of_that_name(retriever: Retriever, name: str) -> None:
    assert all(title.startswith("MoA:") for title in titles(retriever.retrieve(name, 5))[:2])


def test_two_papers_named_in_a_question_both_come_up(retriever: Retriever) -> None:
    found = titles(retriever.retrieve("How do X-Pool and Frozen in Time differ, and which needs less training?", 5))
    assert {"X-Pool", "Frozen in Time"} <= {title.partition(":")[0] for title in found[:3]}


def test_a_name_that_no_paper_has_is_not_mended(retriever: Retriever) -> None:
    question = "How does JointFormer score on MOSE?"
    assert retriever.retrieve(question, 3).query == question


def test_slips_of_the_pen_are_mended_and_told(retriever: Retriever) -> None:
    found = retriever.retrieve("lihgtwieght imgae inpaitning strip windw tranformer", 5)
    assert titles(found)[0].startswith("Lightweight Image Inpainting")
    assert found.notices == ("Searched for “lightweight image inpainting strip window transformer”.",)
    assert found.query == "lightweight image inpainting strip window transformer"


def test_a_rare_but_right_word_is_left_as_it_is(retriever: Retriever) -> None:
    question = "Which work on gaze would a zoologist who watches canines in the wild find useful?"
    found = retriever.retrieve(question, 5)
    assert found.query == question
    assert not found.notices


def test_a_question_in_another_language_goes_by_its_names_and_says_so(retriever: Retriever) -> None:
    found = retriever.retrieve("Welche Genauigkeit erreicht ICHPro und wie wurde das geprüft?", 5)
    assert titles(found)[0].startswith("ICHPro")
    assert any("English" in notice for notice in found.notices)


def test_each_paper_comes_once_best_first(retriever: Retriever) -> None:
    found = retriever.retrieve("Which papers shrink the KV cache of language models?", 30).candidates
    ids = [candidate.paper.id for candidate in found]
    scores = [candidate.score for candidate in found[:20]]
    assert len(ids) == len(set(ids)) == 30
    assert scores == sorted(scores, reverse=True)


def test_a_candidate_brings_all_that_reading_needs(retriever: Retriever) -> None:
    best = retriever.retrieve("What AUC does ICHPro reach?", 1).candidates[0]
    assert best.paper.abstract[best.passage.start : best.passage.end] == best.passage.text
    assert best.passage in best.content.passages
    assert len(best.content.vectors.tokens) == len(best.content.passages)
    assert [(one.start, one.end) for one in best.content.vectors.sentences] == split_sentences(best.paper.abstract)


def test_timings_name_each_step(retriever: Retriever) -> None:
    assert {"embed", "words", "meaning", "fuse", "rerank"} <= set(retriever.retrieve("attention", 5).timings)


@pytest.mark.parametrize(
    "query", ["", "   ", "???", "the of and", "\u200b", "a" * 5000, "注意力 机制", '"(AND OR) [1] *:']
)
def test_no_query_is_too_odd(retriever: Retriever, query: str) -> None:
    assert len(retriever.retrieve(query, 3).candidates) == 3


def test_filters_narrow_what_is_found(retriever: Retriever, index: PaperIndex) -> None:
    recent = retriever.retrieve("attention", 10, Filters(years=(2025, None))).candidates
    assert recent
    assert all((candidate.paper.year or 0) >= 2025 for candidate in recent)
    some = tuple(paper.id for paper in index.all_papers()[:3])
    assert {candidate.paper.id for candidate in retriever.retrieve("dogs", 10, Filters(paper_ids=some)).candidates} == (
        set(some)
    )
    topic = index.all_papers()[0].topics[0]
    about = retriever.retrieve("model", 10, Filters(topics=(topic.upper(),))).candidates
    assert about
    assert all(topic in candidate.paper.topics for candidate in about)


def test_filters_that_nothing_passes_find_nothing(retriever: Retriever) -> None:
    assert retriever.retrieve("attention", 5, Filters(years=(1900, 1901))).candidates == ()
    assert retriever.retrieve("attention", 5, Filters(authors=("nobody of this name",))).candidates == ()


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    with PaperIndex.open(IndexSettings(folder=tmp_path)) as empty:
        assert make_retriever(empty, RetrievalSettings()).retrieve("attention", 5).candidates == ()


def test_papers_added_while_it_is_open_are_found(tmp_path: Path) -> None:
    with PaperIndex.open(IndexSettings(folder=tmp_path)) as index:
        retriever = make_retriever(index, RetrievalSettings())
        index.add(
            [Paper("1", "Bees dance", "Bees dance to tell where the flowers are. They waggle.", authors=("Ada B.",))]
        )
        assert titles(retriever.retrieve("how do honeybees communicate?", 5)) == ["Bees dance"]
        assert titles(retriever.retrieve("bees", 5, Filters(authors=("ada",)))) == ["Bees dance"]
