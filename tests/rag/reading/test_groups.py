"""The papers of an overview, in groups that have a name."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index import IndexSettings, Paper, PaperIndex
from rag.answering import draft_from
from rag.reading import Reading, group_papers, read_evidence
from rag.search import Retrieval, make_retriever, number_evidence
from rag.settings import RetrievalSettings
from rag.understanding import StandaloneQuestion

OWLS = "Owls hunt voles at night. Their nests are in barns. The wings of the owls make no noise."
TIDES = "Tides move sand in the harbour. The harbour is dredged each year. Tides are high in spring."


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reading, Retrieval]]:
    with PaperIndex.open(IndexSettings(folder=tmp_path_factory.mktemp("groups"))) as index:
        index.add([Paper(f"owl{n}", f"Field study {n}", f"{OWLS} Study {n} was in Kent.") for n in range(3)])
        index.add([Paper(f"sea{n}", f"Coast study {n}", f"{TIDES} Study {n} was in Kent.") for n in range(3)])
        question = StandaloneQuestion.alone("What is known of Kent?", kind="overview")
        retrieval = make_retriever(index, RetrievalSettings()).retrieve(question.text, 8)
        yield read_evidence(question, number_evidence(retrieval), retrieval, index), retrieval


def belonging(reading: Reading, count: int) -> Reading:
    return replace(reading, belonging=tuple(paper.n for paper in reading.papers[:count]))


def test_papers_that_are_about_the_same_stand_together_under_the_words_they_share(
    read: tuple[Reading, Retrieval],
) -> None:
    reading, retrieval = read
    grouped = group_papers(belonging(reading, 6), retrieval, lambda word: 3.0)
    ids = {paper.n: paper.evidence.paper_id for paper in reading.papers}
    assert sorted("".join(sorted({ids[n][:3] for n in group.papers})) for group in grouped.groups) == ["owl", "sea"]
    assert {len(group.papers) for group in grouped.groups} == {3}
    lines = draft_from(grouped).text.splitlines()
    assert lines[0] == "6 papers here, in 2 groups:"
    assert sum(line.startswith("**") and line.endswith(":") for line in lines) == 2
    assert sum(line.startswith("- ") for line in lines) == 6


def test_a_few_papers_are_not_grouped(read: tuple[Reading, Retrieval]) -> None:
    reading, retrieval = read
    assert group_papers(belonging(reading, 5), retrieval, lambda word: 3.0).groups == ()


def test_without_words_that_tell_them_apart_there_are_no_groups(read: tuple[Reading, Retrieval]) -> None:
    reading, retrieval = read
    assert group_papers(belonging(reading, 6), retrieval, lambda word: 0.5).groups == ()
