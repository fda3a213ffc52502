"""A table of papers by questions: `Assistant.table`."""

import threading
from pathlib import Path

import pytest

from index import PaperIndexError
from rag import NOT_SAID, Assistant

ICHPRO, ELITEKV = "2402.11307", "2503.01586"
QUESTIONS = ["What AUC is reached?", "How tall is the Eiffel tower?"]


@pytest.fixture(scope="module")
def assistant(catalogue_index: Path):
    with Assistant.from_config(index_dir=catalogue_index) as made:
        yield made


def test_each_cell_is_a_quote_of_its_paper_or_says_that_there_is_none(assistant: Assistant) -> None:
    cells = list(assistant.table([ICHPRO, ELITEKV], QUESTIONS))
    assert [(cell.row, cell.column) for cell in cells] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    first = cells[0]
    assert (first.paper.id, first.is_answered, first.question) == (ICHPRO, True, QUESTIONS[0])
    assert "0.9429" in first.text
    assert first.text == " ".join(first.quotes)
    assert all(quote in first.paper.abstract for quote in first.quotes)
    assert [(cell.is_answered, cell.text) for cell in (cells[1], cells[3])] == [(False, NOT_SAID)] * 2
    assert first.to_dict()["quotes"] == list(first.quotes)


def test_papers_may_be_hits_and_come_once(assistant: Assistant) -> None:
    hits = assistant.search("intracerebral hemorrhage", k=1)
    cells = list(assistant.table([*hits, hits[0].paper_id], QUESTIONS[:1]))
    assert [cell.paper.id for cell in cells] == [hits[0].paper_id]


def test_an_unknown_paper_is_named_before_anything_is_asked(assistant: Assistant) -> None:
    with pytest.raises(PaperIndexError, match="no paper nope"):
        assistant.table([ICHPRO, "nope"], QUESTIONS)


def test_it_ends_when_it_is_stopped(assistant: Assistant) -> None:
    stop = threading.Event()
    cells = []
    for cell in assistant.table([ICHPRO, ELITEKV], QUESTIONS, stop=stop):
        cells.append(cell)
        stop.set()
    assert len(cells) == 1


def test_a_problem_with_one_cell_stays_in_it(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise PaperIndexError("The disk is gone.")

    monkeypatch.setattr(assistant, "stream", fail)
    cells = list(assistant.table([ICHPRO], QUESTIONS))
    assert [(cell.problem, cell.text) for cell in cells] == [("The disk is gone.", "")] * 2
