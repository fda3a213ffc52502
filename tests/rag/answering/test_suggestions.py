"""Questions to go on with."""

from pathlib import Path

from index import IndexSettings, PaperIndex
from rag.answer import Evidence
from rag.answering import suggest
from rag.understanding import make_plan

FIRST = Evidence(
    1,
    "a",
    "EliteKV: Compression",
    "We propose EliteKV because caches are large. It saves 75% on two datasets. Code is available at https://a.b.",
)
SECOND = Evidence(2, "b", "Hymba: Hybrid Heads", "We introduce Hymba.")


def test_three_questions_are_suggested_about_the_paper_that_was_cited() -> None:
    suggested = suggest("What is EliteKV?", "EliteKV compresses caches [1].", [FIRST, SECOND], [1])
    assert len(suggested) == 3
    assert all("EliteKV" in question for question in suggested)
    assert any("Hymba" in question for question in suggested)


def test_what_was_asked_is_not_suggested_again() -> None:
    suggested = suggest("How many percent does EliteKV save?", "It saves 75% [1].", [FIRST, SECOND], [1])
    assert not any("figures" in question for question in suggested)


def test_each_suggestion_is_a_question_that_the_answerer_understands(catalogue_index: Path) -> None:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as index:
        kinds = {make_plan(question, (), index).kind for question in suggest("EliteKV", "", [FIRST, SECOND], [1])}
    assert kinds <= {"fact", "compare"}


def test_without_evidence_nothing_is_suggested() -> None:
    assert suggest("What is EliteKV?", "", [], []) == ()
