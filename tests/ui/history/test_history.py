"""Kept conversations."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from index import PaperchatError, PaperIndexError
from rag import Answer, Citation, Sentence, Source, Usage
from ui.history import History, as_markdown
from ui.history.layout import MIGRATIONS


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
    history.delete("bob", conversation)
    assert history.append("bob", conversation, answer(), replaces=1) != conversation
    (turn,) = history.turns("ada", conversation)
    assert (turn.rating, history.conversations("ada")[0].title) == (0, "What?")


def test_what_is_asked_in_the_place_of_a_turn_begins_a_branch_and_the_other_is_kept(history: History):
    conversation = history.append("ada", "", answer("1"))
    for question in ("2", "3"):
        history.append("ada", conversation, answer(question))
    history.append("ada", conversation, answer("2b"), replaces=2)
    history.append("ada", conversation, answer("3b"))

    def in_view() -> list[str]:
        return [turn.answer.question for turn in history.turns("ada", conversation)]

    assert in_view() == ["1", "2b", "3b"]
    second = history.turns("ada", conversation)[1]
    assert len(second.versions) == 2
    history.show_version("bob", conversation, second.versions[0])
    assert in_view() == ["1", "2b", "3b"]
    history.show_version("ada", conversation, second.versions[0])
    assert in_view() == ["1", "2", "3"]
    history.append("ada", conversation, answer("1b"), replaces=1)
    assert in_view() == ["1b"]
    assert history.conversations("ada")[0].turns == 1


def test_beside_a_turn_stands_the_version_before_it(history: History):
    conversation = history.append("ada", "", answer("1"))
    assert [turn.beside for turn in history.turns("ada", conversation)] == [None]
    history.append("ada", conversation, answer("1b"), replaces=1)
    (second,) = history.turns("ada", conversation)
    assert (second.beside.question, second.beside_id) == ("1", second.versions[0])
    history.show_version("ada", conversation, second.versions[0])
    (first,) = history.turns("ada", conversation)
    assert (first.beside.question, first.beside_id) == ("1b", second.id)


def test_an_answer_is_found_by_its_turn_for_its_owner_only(history: History):
    (turn,) = history.turns("ada", history.append("ada", "", answer("1")))
    assert history.answer("ada", turn.id) == turn.answer
    assert history.answer("bob", turn.id) is None


def test_conversations_are_found_by_words_of_their_titles_questions_and_answers(history: History):
    one = history.append("ada", "", answer("Do owls see?"))
    history.append("ada", one, replace(answer("At night?"), text="They SÉE well."))
    history.append("ada", "", answer("Do moles dig?"))
    history.append("bob", "", answer("Do owls see?"))
    assert [each.id for each in history.conversations("ada", "sée OWLS")] == [one]
    assert history.conversations("ada", "Passage") == []
    history.rename("ada", one, "Birds of prey")
    assert [each.title for each in history.conversations("ada", "prey")] == ["Birds of prey"]


def test_a_pinned_conversation_leads_the_list(history: History):
    first = history.append("ada", "", answer("1"))
    history.append("ada", "", answer("2"))
    history.pin("bob", first, is_pinned=True)
    assert [each.title for each in history.conversations("ada")] == ["2", "1"]
    history.pin("ada", first, is_pinned=True)
    assert [(each.title, each.is_pinned) for each in history.conversations("ada")] == [("1", True), ("2", False)]


def test_a_shared_conversation_is_read_under_its_name_until_that_is_taken_away(history: History):
    conversation = history.append("ada", "", answer("1"))
    history.share("bob", conversation, is_shared=True)
    assert history.conversations("ada")[0].share == ""
    assert history.shared("") is None
    history.share("ada", conversation, is_shared=True)
    name = history.conversations("ada")[0].share
    found = history.shared(name)
    assert found is not None
    assert (found[0], [turn.answer.question for turn in found[1]]) == ("1", ["1"])
    history.share("ada", conversation, is_shared=False)
    assert history.shared(name) is None


def test_turns_are_rated(history: History):
    conversation = history.append("ada", "", answer("1"))
    for question in ("2", "3"):
        history.append("ada", conversation, answer(question))
    history.rate("ada", conversation, 1, 7, "good")
    history.append("ada", conversation, answer("4"), replaces=2)
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


OLD = Path(__file__).parent.parent.parent / "layouts" / "conversations-1.sqlite3"


def layout(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_conversations_of_the_first_layout_are_kept(tmp_path: Path):
    file = Path(shutil.copy(OLD, tmp_path / "conversations.sqlite3"))
    for _ in range(2):
        history = History(file)
        (listed,) = history.conversations("user:ada")
        assert (listed.title, listed.turns) == ("When do owls see?", 2)
        turns = history.turns("user:ada", listed.id)
        assert [(turn.number, turn.rating, turn.reason) for turn in turns] == [(1, 0, ""), (2, -1, "too short")]
        assert turns[0].answer.text == "At night [1]."
        assert turns[0].answer.sources[0].title == "Owls at Night"
        assert layout(file) == len(MIGRATIONS)
    history.append("user:ada", listed.id, answer())
    assert history.conversations("user:ada")[0].turns == 3


def test_conversations_of_a_newer_program_are_left_alone(tmp_path: Path):
    file = Path(shutil.copy(OLD, tmp_path / "conversations.sqlite3"))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(PaperchatError, match="a newer paperchat made it"):
        History(file)
    assert layout(file) == len(MIGRATIONS) + 1


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\u202e", "\x1b[31m", "\udcff\ud83d", "\u2028"])
def test_odd_characters_of_a_question_or_a_model_lose_no_turn(history: History, odd: str):
    kept = replace(answer(f"Why{odd}so?"), text=f"So{odd} [1].", notices=(odd,), suggestions=(odd,))
    conversation = history.append("ada", "", kept)
    history.rate("ada", conversation, 1, -1, odd)
    history.rename("ada", conversation, f"About{odd} owls")
    (listed,) = history.conversations("ada")
    assert listed.title.isprintable()
    assert (listed.title[:5], listed.title[-4:]) == ("About", "owls")
    (turn,) = history.turns("ada", conversation)
    for text in (turn.answer.question, turn.answer.text, turn.reason, as_markdown(listed.title, [turn])):
        assert text.encode("utf-8")
    assert turn.answer.text.endswith(" [1].")


def test_a_turn_for_which_there_is_no_room_takes_no_other_away(history: History):
    conversation = history.append("ada", "", answer("First?"))
    with history.connect() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    real = history.connect

    @contextmanager
    def full() -> Iterator[sqlite3.Connection]:
        with real() as connection:
            connection.execute(f"PRAGMA max_page_count = {pages}")
            yield connection

    history.connect = full  # type: ignore[method-assign]
    with pytest.raises(PaperIndexError, match="Make room"):
        history.append("ada", conversation, replace(answer("Again?"), text="word " * 50_000), replaces=1)
    assert [turn.answer.question for turn in history.turns("ada", conversation)] == ["First?"]


def test_a_damaged_file_is_told_in_a_line(tmp_path: Path):
    file = tmp_path / "conversations.sqlite3"
    file.write_bytes(b"no database" * 500)
    with pytest.raises(PaperIndexError, match="move it away"):
        History(file)
