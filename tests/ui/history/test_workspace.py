"""Selections, collections and tables, as they are kept."""

import shutil
from pathlib import Path

import pytest

from index import Paper
from rag import NOT_SAID, Answer, Cell, Source
from ui.history import History, Workspace, citing_turns

PAPER = Paper("p", "Owls at Night", "Owls see at night. They hunt mice.")
ASKED = "When do owls see?"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "workspace.sqlite3")


def test_what_is_selected_is_kept_in_order_and_once(workspace: Workspace, tmp_path: Path) -> None:
    workspace.collections.select("ada", ["b", "a", "b"])
    workspace.collections.select("bob", ["c"])
    workspace.collections.unselect("bob", ["b"])
    assert Workspace(tmp_path / "workspace.sqlite3").collections.selected("ada") == ["b", "a"]
    workspace.collections.unselect("ada", ["b"])
    assert workspace.collections.selected("ada") == ["a"]
    workspace.collections.select_nothing("ada")
    assert workspace.collections.selected("ada") == []
    assert workspace.collections.selected("bob") == ["c"]


def test_papers_are_put_into_the_collection_of_a_name(workspace: Workspace) -> None:
    kept = workspace.collections
    owls = kept.collect("ada", "  Owls\n at night ", ["b", "a"])
    assert kept.collect("ada", "Owls at night", ["c", "a"]) == owls
    assert kept.papers("ada", owls) == ["b", "a", "c"]
    assert [(each.name, each.count) for each in kept.collections("ada")] == [("Owls at night", 3)]
    kept.take_out("ada", owls, ["a"])
    assert kept.papers("ada", owls) == ["b", "c"]
    assert kept.collect("ada", " ", ["a"]) == ""


def test_two_collections_never_have_one_name(workspace: Workspace) -> None:
    kept = workspace.collections
    owls, bees = kept.collect("ada", "Owls", ["a"]), kept.collect("ada", "Bees", ["b"])
    assert not kept.rename("ada", bees, "Owls")
    assert not kept.rename("ada", bees, " ")
    assert kept.rename("ada", bees, "Foxes")
    kept.delete("ada", owls)
    assert [each.name for each in kept.collections("ada")] == ["Foxes"]


def test_nobody_gets_at_anothers_collections_and_tables(workspace: Workspace) -> None:
    owls = workspace.collections.collect("ada", "Owls", ["a"])
    table = workspace.tables.make("ada", "Owls", ["a"], [ASKED])
    workspace.collections.take_out("bob", owls, ["a"])
    workspace.collections.delete("bob", owls)
    workspace.tables.delete("bob", table)
    workspace.tables.ask_also("bob", table, "Why?")
    assert workspace.collections.papers("bob", owls) == []
    assert workspace.tables.table("bob", table) is None
    assert workspace.collections.papers("ada", owls) == ["a"]
    assert workspace.tables.tables("ada")[0].questions == (ASKED,)


def test_a_paper_that_is_gone_is_in_no_selection_and_no_collection(workspace: Workspace) -> None:
    owls = workspace.collections.collect("ada", "Owls", ["a", "b"])
    workspace.collections.select("ada", ["a", "b"])
    workspace.collections.forget(["a"])
    assert workspace.collections.papers("ada", owls) == workspace.collections.selected("ada") == ["b"]


def test_cells_come_back_as_they_were_filled(workspace: Workspace) -> None:
    id = workspace.tables.make("ada", "Owls", ["gone", "p"], [ASKED, "Why?"])
    filled = Cell(1, 0, PAPER, ASKED, "Owls see at night.", True, True, PAPER.abstract, ((0, 18),))
    empty = Cell(1, 1, PAPER, "Why?", NOT_SAID)
    for cell in (filled, empty, Cell(0, 0, Paper("gone", "G", ""), ASKED, "x")):
        workspace.tables.keep(id, cell)
    table = workspace.tables.table("ada", id)
    assert table
    assert (table.filled, table.size) == (3, 4)
    assert workspace.tables.cells(table, {"p": PAPER}) == {("p", ASKED): filled, ("p", "Why?"): empty}


def test_a_cell_with_a_problem_is_left_to_be_asked_again(workspace: Workspace) -> None:
    id = workspace.tables.make("ada", "Owls", ["p"], [ASKED])
    workspace.tables.keep(id, Cell(0, 0, PAPER, ASKED, "", problem="No connection."))
    assert workspace.tables.tables("ada")[0].filled == 0


def test_a_column_is_added_once_and_a_deleted_table_keeps_no_cell(workspace: Workspace) -> None:
    id = workspace.tables.make("ada", "Owls", ["p"], [ASKED])
    for _ in range(2):
        workspace.tables.ask_also("ada", id, "Why?")
    assert workspace.tables.tables("ada")[0].questions == (ASKED, "Why?")
    workspace.tables.delete("ada", id)
    workspace.tables.keep(id, Cell(0, 0, PAPER, ASKED, "x"))
    with workspace.file.connect() as connection:
        assert connection.execute("SELECT COUNT(*) FROM cells").fetchone() == (0,)


def test_a_workspace_of_the_first_layout_is_read(tmp_path: Path) -> None:
    old = Path(__file__).parents[2] / "layouts" / "workspace-1.sqlite3"
    kept = Workspace(Path(shutil.copy(old, tmp_path / "workspace.sqlite3")))
    (collection,) = kept.collections.collections("user:ada")
    (table,) = kept.tables.tables("user:ada")
    assert (collection.name, kept.collections.papers("user:ada", collection.id)) == ("Owls", ["p"])
    assert kept.collections.selected("user:ada") == ["p"]
    assert kept.tables.cells(table, {"p": PAPER})["p", ASKED].text == "Owls see at night."


def test_the_answers_that_cite_a_paper_are_found(tmp_path: Path) -> None:
    history = History(tmp_path / "conversations.sqlite3")

    def answer(question: str, *cited: bool) -> Answer:
        sources = tuple(
            Source(n, "p" if n == 1 else "q", "T", "", (), None, (), "", (), 1.0, is_cited)
            for n, is_cited in enumerate(cited, 1)
        )
        return Answer(question, question, "So [1].", False, "answered", sources, (), (), "offline")

    talk = history.append("ada", "", answer("Cited?", True))
    history.append("ada", talk, answer("Only read?", False, True))
    history.append("bob", "", answer("Another's?", True))
    assert [(turn.conversation, turn.number, turn.question) for turn in citing_turns(history, "ada", "p")] == [
        (talk, 1, "Cited?")
    ]
