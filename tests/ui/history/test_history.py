"""Kept conversations."""

from pathlib import Path

import pytest

from rag import Answer, Citation, Sentence, Source, Usage
from ui.history.history import History


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "conversations.sqlite3")


def answer(question: str = "What?") -> Answer:
    source = Source(1, "p1", "Title", "https://example.org", ("A",), 2024, ("t",), "Passage.", ((0, 3),), 0.5, True)
    return Answer(
        question=question,
        standalone_question=question,
        text="So [1].",
        abstained=False,
        confidence="answered",
        sources=(source,),
        citations=(Citation("So [1].", 1, 0.9, True, (0, 3)),),
        sentences=(Sentence("So [1].", 0, 7, (1,), 0.9, "supported"),),
        model="offline",
        usage=Usage(1, 2, 0.1),
        timings={"total": 3.0},
        suggestions=("And?",),
    )


def test_what_is_kept_comes_back_equal(history: History):
    conversation = history.append("ada", "", answer())
    again = History(history.file)
    assert [turn.answer for turn in again.turns("ada", conversation)] == [answer()]


def test_conversations_are_listed_latest_first_and_named_by_their_first_question(history: History):
    first = history.append("ada", "", answer("First?"))
    history.append("ada", "", answer("Second? " * 30))
    history.append("ada", first, answer("More?"))
    listed = history.conversations("ada")
    assert [(each.title[:7], each.turns) for each in listed] == [("First?", 2), ("Second?", 1)]
    assert len(listed[1].title) <= 80


def test_nobody_gets_at_anothers_conversation(history: History):
    conversation = history.append("ada", "", answer())
    assert history.turns("bob", conversation) == []
    history.rename("bob", conversation, "Mine")
    history.rate("bob", conversation, 1, -1)
    history.drop_from("bob", conversation, 1)
    history.delete("bob", conversation)
    assert history.append("bob", conversation, answer()) != conversation
    (turn,) = history.turns("ada", conversation)
    assert (turn.rating, history.conversations("ada")[0].title) == (0, "What?")


def test_turns_are_rated_and_taken_out_from_one_on(history: History):
    conversation = history.append("ada", "", answer("1"))
    for question in ("2", "3"):
        history.append("ada", conversation, answer(question))
    history.rate("ada", conversation, 1, 7, "good")
    history.drop_from("ada", conversation, 2)
    history.append("ada", conversation, answer("4"))
    turns = history.turns("ada", conversation)
    assert [(turn.number, turn.answer.question, turn.rating) for turn in turns] == [(1, "1", 1), (2, "4", 0)]
    assert turns[0].reason == "good"


def test_an_answer_of_another_version_can_still_be_read(history: History):
    conversation = history.append("ada", "", answer())
    with history.connect() as connection:
        connection.execute("UPDATE turns SET answer = json_set(answer, '$.novelty', 1)")
        connection.execute("UPDATE turns SET answer = json_remove(answer, '$.suggestions')")
    assert history.turns("ada", conversation)[0].answer.suggestions == ()


def test_deleting_takes_the_turns_along(history: History):
    conversation = history.append("ada", "", answer())
    history.delete("ada", conversation)
    with history.connect() as connection:
        assert connection.execute("SELECT COUNT(*) FROM turns").fetchone() == (0,)
