"""Follow-up questions without a language model: which depend on the history, and what they become."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import IndexSettings, PaperIndex
from rag.ask import Message
from rag.understanding import StandaloneQuestion, standalone_question


@pytest.fixture(scope="module")
def index(catalogue_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as opened:
        yield opened


def after(question: str, *said: str, index: PaperIndex) -> StandaloneQuestion:
    """The question after turns that begin with the user's."""
    turns = [Message("user" if at % 2 == 0 else "assistant", text) for at, text in enumerate(said)]
    return standalone_question(question, turns, index)


ELITE = ("What does EliteKV do?", "It compresses the KV cache of RoPE-based models [1].")
TWO = (
    "How can I control several objects in an image?",
    "With 3DIS-FLUX, which renders from a depth map [1], or with DreamRenderer, which needs no training [2].",
)


def test_the_first_question_stands_as_it_is(index: PaperIndex) -> None:
    question = after("Does it run live?", index=index)
    assert question.text == question.own_words == question.searches[0] == "Does it run live?"
    assert not question.leans_on_history


@pytest.mark.parametrize(
    "question",
    [
        "How much retraining does it need?",
        "What did they compare it with?",
        "Does that cost accuracy?",
        "What do the authors conclude?",
        "By how much?",
        "And on Llama?",
        "What about longer contexts?",
        "On which models?",
        "Speed-up?",
        "Is the cache smaller?",
        "Thanks! Which baselines does it beat?",
    ],
)
def test_a_question_that_leans_on_the_history_gets_its_subject(question: str, index: PaperIndex) -> None:
    found = after(question, *ELITE, index=index)
    assert found.leans_on_history
    assert found.text == f"{question} (about EliteKV)"
    assert "EliteKV" in found.searches[0]


@pytest.mark.parametrize(
    "question",
    [
        "Which papers use the TVQA dataset?",
        "What does TPLinker fix?",
        "Now video: who edits over a thousand frames in one go?",
        "Different topic: which model writes music with relative attention?",
        "Which method lets language models attend to relevant context when they overlook it?",
        "How do X-Pool and Frozen in Time differ?",
        "Which work recovers the 3D shape of a dressed person plus what it carries?",
        "medusa",
    ],
)
def test_a_new_subject_is_not_mixed_with_the_old_one(question: str, index: PaperIndex) -> None:
    found = after(question, *ELITE, index=index)
    assert not found.leans_on_history
    assert found.text == found.searches[0] == question


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Does the first need an adapter?", "3DIS-FLUX"),
        ("How much does the second add to GLIGEN?", "DreamRenderer"),
        ("Is the latter training-free?", "DreamRenderer"),
    ],
)
def test_one_of_several_is_chosen_by_its_place(question: str, subject: str, index: PaperIndex) -> None:
    assert after(question, *TWO, index=index).text == f"{question} (about {subject})"


def test_the_other_one_is_the_one_not_spoken_of(index: PaperIndex) -> None:
    said = (*TWO, "Does the first need an adapter?", "Only for the scene [1].")
    assert after("And the other one?", *said, index=index).text == "And the other one? (about DreamRenderer)"


def test_a_place_without_a_name_is_told_by_its_words(index: PaperIndex) -> None:
    said = ("Which papers read goals from eyes?", "One tells seekers from readers [1], another decodes open goals [2].")
    assert (
        after("Which models does the latter compare?", *said, index=index)
        .searches[0]
        .endswith("“another decodes open goals”")
    )


def test_the_year_after_is_worked_out(index: PaperIndex) -> None:
    said = ("How did the team do in the CNVSRC challenge?", "In CNVSRC 2023 it came first in three tracks [1].")
    assert "2024" in after("And the year after?", *said, index=index).searches[0]
    assert "2022" in after("And the year before?", *said, index=index).searches[0]


def test_a_subject_is_looked_for_further_back_while_questions_lean_on_it(index: PaperIndex) -> None:
    said = (*ELITE, "By how much?", "Up to a 75% smaller cache [1].")
    assert after("And how much retraining does that take?", *said, index=index).text.endswith("(about EliteKV)")


def test_a_name_in_the_answer_serves_when_the_question_had_none(index: PaperIndex) -> None:
    said = ("Which network estimates hand poses?", "ReJSHand estimates 3D hand pose from refined features [1].")
    assert after("Does it really run live?", *said, index=index).text.endswith("(about ReJSHand)")


@pytest.mark.parametrize(
    "answer",
    [
        "In *Categorizing the Visual Environment and Analyzing the Visual …*: They collect over 11,698 gazes [1].",
        "**Categorizing the Visual Environment and Analyzing the Visual**: We look at dogs that walk outdoors [1].",
    ],
)
def test_a_paper_that_was_called_by_its_title_is_the_subject_by_its_title(answer: str, index: PaperIndex) -> None:
    found = after("How many dogs took part?", "who looks where dogs look?", answer, index=index)
    assert found.subject == "Categorizing the Visual Environment and Analyzing the Visual"


def test_without_any_name_the_earlier_question_is_quoted(index: PaperIndex) -> None:
    said = ("Can attention weights be trusted as explanations?", "One paper says no [1].")
    assert after("Did they check that?", *said, index=index).text == (
        "Did they check that? (about “Can attention weights be trusted as explanations?”)"
    )


turns = st.lists(st.builds(Message, st.sampled_from(["user", "assistant"]), st.text(max_size=60)), max_size=6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80), turns)
def test_whatever_was_said_the_question_itself_survives(
    index: PaperIndex, question: str, history: list[Message]
) -> None:
    found = standalone_question(question, history, index)
    assert question.strip() in found.text
    assert found.leans_on_history or found.searches[0] == question
