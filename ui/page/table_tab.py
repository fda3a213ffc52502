"""The tab of tables: papers by questions, made, filled, sorted, read cell by cell, taken away as files."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import gradio as gr

from index import Paper, PaperchatError
from rag import Cell
from ui.history import CellKey, KeptTable
from ui.page.ask_tab import AskTab
from ui.page.offered_questions import OFFERED
from ui.page.parts import QUIET, Changes, client_of, html, owner_of, sent, sent_number
from ui.page.rendering import render
from ui.page.table_filling import fill_table
from ui.page.table_rows import AS_CHOSEN, MOST_ROWS, Sort, Wanted, row_choices, rows_for, sorted_papers
from ui.page.tools import PageTools

SECONDS_BETWEEN_PICTURES = 0.4
"""A table of many cells weighs more than a line of text: it is not sent at each of them."""

MOST_QUESTIONS = 12
QUESTION_LENGTH = 300


@dataclass(frozen=True, slots=True)
class Opened:
    """The table that is shown, by id ("" none), the order of its rows, and the cell that is read."""

    table: str = ""
    sort: Sort = AS_CHOSEN
    cell: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class TableTab:
    opened: gr.State
    head: gr.HTML
    grid: gr.HTML
    cell: gr.HTML

    @property
    def shown(self) -> list[gr.components.Component]:
        return [self.opened, self.head, self.grid, self.cell]


@dataclass(frozen=True, slots=True)
class Filling:
    """How far it is: `problems` are those of cells that could not be asked."""

    is_running: bool = False
    problems: Mapping[CellKey, Cell] = field(default_factory=dict)


def build_table_tab() -> TableTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    opened = gr.State(Opened())
    with gr.Row(elem_id="table-tab"):
        with gr.Column(elem_id="table-main", scale=3):
            head = html("", "table-head")
            grid = html("", "table-grid")
        cell = html("", "table-cell")
    return TableTab(opened, head, grid, cell)


class TableViews:
    """The HTML of the tab, for one owner at a time."""

    def __init__(self, tools: PageTools, tab: TableTab) -> None:
        self.tools = tools
        self.tab = tab

    def start(self, owner: str, conversation: str, of: str = "", problem: str = "") -> Changes:
        """The form of a new table, and the tables that are kept."""
        return {
            self.tab.opened: Opened(),
            self.tab.head: render(
                "tables.html",
                tables=self.tools.workspace.tables.tables(owner),
                choices=row_choices(self.tools, owner, conversation),
                chosen=of,
                offered=OFFERED,
                most=MOST_ROWS,
                problem=problem,
            ),
            self.tab.grid: "",
            self.tab.cell: "",
        }

    def show(self, owner: str, opened: Opened, filling: Filling | None = None) -> Changes:
        """The table; what else there is when it was deleted."""
        table = self.tools.workspace.tables.table(owner, opened.table)
        if table is None:
            return self.start(owner, "")
        filling = filling or Filling()
        papers = self.tools.assistant.index.papers(table.papers)
        cells = self.tools.workspace.tables.cells(table, papers)
        return {
            self.tab.opened: opened,
            self.tab.head: self.head(table, papers, cells, filling),
            self.tab.grid: render(
                "table.html",
                table=table,
                papers=sorted_papers(table, list(papers.values()), cells, opened.sort),
                cells={**filling.problems, **cells},
                opened=opened,
            ),
            self.tab.cell: self.cell(cells.get(opened.cell), opened),
        }

    def head(
        self, table: KeptTable, papers: Mapping[str, Paper], cells: Mapping[CellKey, Cell], filling: Filling
    ) -> str:
        return render(
            "table_head.html",
            table=table,
            size=len(papers) * len(table.questions),
            filled=len(cells),
            gone=len(table.papers) - len(papers),
            rows=sum(all((id, question) in cells for question in table.questions) for id in papers),
            papers=len(papers),
            filling=filling,
            model=self.tools.assistant.model_name,
        )

    def cell(self, cell: Cell | None, opened: Opened) -> str:
        return render("cell.html", cell=cell) if cell and opened.cell != ("", "") else ""


def wire_table_tab(tab: TableTab, choose: gr.Tab, bridge: gr.HTML, tools: PageTools, ask: AskTab) -> None:
    """`choose` is the tab itself."""
    views = TableViews(tools, tab)
    kept = tools.workspace.tables
    running: dict[str, threading.Event] = {}

    def enter(request: gr.Request, opened: Opened, conversation: str) -> Changes:
        owner = owner_of(request)
        return views.show(owner, opened) if opened.table else views.start(owner, conversation)

    def start(event: gr.EventData, request: gr.Request, conversation: str) -> Changes:
        return views.start(owner_of(request), conversation, of=sent(event, "of"))

    def make(event: gr.EventData, request: gr.Request, conversation: str) -> Iterator[Changes]:
        owner = owner_of(request)
        questions = questions_in(sent(event, "questions"))
        try:
            if not questions:
                raise PaperchatError("Write a question for each column, one a line.")
            ids = rows_for(tools, owner, conversation, wanted_in(event))
            title = sent(event, "title").strip() or f"{questions[0]} ({len(ids)} papers)"
            opened = Opened(kept.make(owner, title, ids, questions))
        except PaperchatError as error:
            yield views.start(owner, conversation, sent(event, "of"), str(error))
            return
        yield from fill(request, opened)

    def fill(request: gr.Request, opened: Opened) -> Iterator[Changes]:
        owner = owner_of(request)
        table = kept.table(owner, opened.table)
        if table is None:
            yield views.start(owner, "")
            return
        try:
            tools.limit.count(client_of(request))
        except PaperchatError as error:
            yield views.show(owner, opened) | {tab.cell: render("note.html", problem=str(error))}
            return
        flag = running[opened.table] = threading.Event()
        problems: dict[CellKey, Cell] = {}
        try:
            yield views.show(owner, opened, Filling(True))
            shown_at = time.monotonic()
            for cell in fill_table(tools, table, flag):
                if cell.problem:
                    problems[cell.paper.id, cell.question] = cell
                if time.monotonic() - shown_at >= SECONDS_BETWEEN_PICTURES:
                    shown_at = time.monotonic()
                    # What the reader opens or sorts meanwhile is not taken back.
                    pictures = views.show(owner, opened, Filling(True, problems))
                    yield {part: pictures[part] for part in (tab.head, tab.grid) if part in pictures}
        except PaperchatError as error:
            yield views.show(owner, opened) | {tab.cell: render("note.html", problem=str(error))}
            return
        finally:
            running.pop(opened.table, None)
        yield views.show(owner, opened, Filling(False, problems))

    def stop(opened: Opened) -> None:
        if flag := running.get(opened.table):
            flag.set()

    def open_one(event: gr.EventData, request: gr.Request) -> Changes:
        return views.show(owner_of(request), Opened(sent(event, "table")))

    def sort(event: gr.EventData, request: gr.Request, opened: Opened) -> Changes:
        return views.show(owner_of(request), Opened(opened.table, opened.sort.then(sent(event, "column")), opened.cell))

    def open_cell(event: gr.EventData, request: gr.Request, opened: Opened) -> Changes:
        table = kept.table(owner_of(request), opened.table)
        column = sent_number(event, "column")
        if table is None or not 0 <= column < len(table.questions):
            return {}
        chosen = (sent(event, "paper"), table.questions[column])
        return views.show(owner_of(request), Opened(opened.table, opened.sort, chosen))

    def close_cell(request: gr.Request, opened: Opened) -> Changes:
        return views.show(owner_of(request), Opened(opened.table, opened.sort))

    def add_question(event: gr.EventData, request: gr.Request, opened: Opened) -> Iterator[Changes]:
        table = kept.table(owner_of(request), opened.table)
        questions = questions_in(sent(event, "question"))
        if table and questions and len(table.questions) < MOST_QUESTIONS:
            kept.ask_also(owner_of(request), opened.table, questions[0])
            yield from fill(request, opened)

    def delete(request: gr.Request, opened: Opened, conversation: str) -> Changes:
        stop(opened)
        kept.delete(owner_of(request), opened.table)
        return views.start(owner_of(request), conversation)

    choose.select(enter, [tab.opened, ask.conversation], tab.shown, **QUIET)
    for event in (bridge.table_of, bridge.new_table, bridge.close_table):
        event(start, [ask.conversation], tab.shown, **QUIET)
    bridge.make_table(make, [ask.conversation], tab.shown, **QUIET)
    bridge.open_table(open_one, None, tab.shown, **QUIET)
    bridge.fill_table(fill, [tab.opened], tab.shown, **QUIET)
    bridge.stop_table(stop, [tab.opened], None, queue=False, **QUIET)
    bridge.sort_table(sort, [tab.opened], tab.shown, **QUIET)
    bridge.open_cell(open_cell, [tab.opened], tab.shown, **QUIET)
    bridge.close_cell(close_cell, [tab.opened], tab.shown, **QUIET)
    bridge.add_question(add_question, [tab.opened], tab.shown, **QUIET)
    bridge.delete_table(delete, [tab.opened, ask.conversation], tab.shown, **QUIET)


def questions_in(text: str) -> list[str]:
    """One a line, each once, as many as fit on a table."""
    lines = (" ".join(line.split())[:QUESTION_LENGTH] for line in text.splitlines())
    return list(dict.fromkeys(filter(None, lines)))[:MOST_QUESTIONS]


def wanted_in(event: gr.EventData) -> Wanted:
    years: tuple[Any, Any] = (sent_number(event, "first") or None, sent_number(event, "last") or None)
    return Wanted(sent(event, "of"), sent(event, "query"), years, sent_number(event, "most") or 20)
