"""What is said instead of an answer: the cause, in two lines at most."""

from rag.answer import Evidence, Filters
from rag.answering import choices, outside_text, refusal_text, within_text
from rag.llm import REFUSAL
from rag.reading import Judgement

EVIDENCE = (Evidence(1, "a", "Hedges and sparrows", "We counted nests."), Evidence(2, "b", "Owls", "Owls hunt."))


def refusal(reason: str, **more: object) -> str:
    return refusal_text(EVIDENCE, Judgement(0.1, "not in these abstracts", reason, **more))  # type: ignore[arg-type]


def test_where_nothing_is_near_nothing_is_shown() -> None:
    assert refusal("Nothing in this library is about that.") == f"{REFUSAL} Nothing in this library is about that."


def test_the_nearest_sentence_is_cited() -> None:
    text = refusal("The nearest paper does not say it.", nearest=(1, "We counted nests."))
    assert text.splitlines()[1:] == ["Nearest: **Hedges and sparrows**: We counted nests [1]."]


def test_a_vague_question_is_asked_back_with_papers_that_may_be_meant() -> None:
    text = refusal("Many papers could be meant.", meant=(1, 2), nearest=(1, "We counted nests."))
    assert text.splitlines()[1:] == ["Which one: **Hedges and sparrows** [1] or **Owls** [2]?"]


def test_each_paper_that_may_be_meant_is_a_choice() -> None:
    judgement = Judgement(0.0, "not in these abstracts", "", meant=(2, 1))
    assert choices("How many were there?", EVIDENCE, judgement) == (
        "How many were there, in “Owls”?",
        "How many were there, in “Hedges and sparrows”?",
    )
    assert choices("How many were there?", EVIDENCE, Judgement(0.0, "not in these abstracts", "")) == ()


def test_a_filter_that_hides_the_answer_is_named() -> None:
    filters = Filters(years=(2019, None), topics=("birds", "owls"))
    assert outside_text(filters, "Hedges") == "Without the filter (years 2019–; topic birds or owls), *Hedges* does."
    assert "year 2019" in outside_text(Filters(years=(2019, 2019)), "Hedges")
    assert "author Ruiz; chosen papers" in outside_text(Filters(authors=("Ruiz",), paper_ids=("x",)), "Hedges")


def test_a_filter_that_hides_nothing_is_named_as_well() -> None:
    assert within_text(Filters(years=(None, 2017))) == "Only what passes the filter was read (years –2017)."
