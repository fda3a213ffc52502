"""The tab of all papers: search, read one, add files, remove."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from index import PaperchatError
from ui.doors import RateLimit
from ui.page.parts import QUIET, Changes, client_of, html, sent, sent_number
from ui.page.rendering import render
from ui.page.shelf import Shelf
from ui.page.uploads import Upload, add_files, place_of
from ui.settings import UISettings

if TYPE_CHECKING:
    from rag import Assistant

PAGE = 40
"""Papers listed at first, and more at each click."""

SIMILAR = 6
ORDERS = [("Best match", "best"), ("Newest first", "newest"), ("Oldest first", "oldest"), ("By title", "title")]
ANY = ""


@dataclass(frozen=True, slots=True)
class LibraryTab:
    query: gr.Textbox
    topic: gr.Dropdown
    year: gr.Dropdown
    order: gr.Dropdown
    listed: gr.HTML
    paper: gr.HTML
    files: gr.File
    report: gr.HTML
    header: gr.HTML

    @property
    def search(self) -> list[gr.components.Component]:
        return [self.query, self.topic, self.year, self.order]


def build_library_tab(shelf: Shelf, settings: UISettings, header: gr.HTML) -> LibraryTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    with gr.Row(elem_id="library"):
        with gr.Column(elem_id="catalogue", scale=3):
            with gr.Row(elem_id="library-search"):
                query = gr.Textbox(label="Search the papers", placeholder="Title, author, word", max_length=200)
                topic = gr.Dropdown(topic_choices(shelf), value=ANY, label="Topic")
                year = gr.Dropdown(year_choices(shelf), value=ANY, label="Year")
                order = gr.Dropdown(ORDERS, value="best", label="Order", filterable=False)
            listed = html("", "papers")
        with gr.Column(elem_id="reader", scale=2):
            paper = html(render("paper.html", paper=None, similar=()), "paper")
            with gr.Accordion("Add papers", open=False, elem_id="add"):
                html(render("drop_hint.html", settings=settings), "drop-hint")
                files = gr.File(label="Files", show_label=False, file_count="multiple", height=140)
                report = html("", "upload")
    return LibraryTab(query, topic, year, order, listed, paper, files, report, header)


def topic_choices(shelf: Shelf) -> list[tuple[str, str]]:
    return [("All topics", ANY), *((topic, topic) for topic in shelf.topics())]


def year_choices(shelf: Shelf) -> list[tuple[str, str]]:
    return [("All years", ANY), *((str(year), str(year)) for year in shelf.years())]


def wire_library_tab(
    tab: LibraryTab,
    choose: gr.Tab,
    bridge: gr.HTML,
    assistant: "Assistant",
    shelf: Shelf,
    settings: UISettings,
    limit: RateLimit,
    masthead: Any,
) -> None:
    """`choose` is the tab itself; `masthead()` is the page's header, which tells how many papers there are."""

    def search(query: str, topic: str, year: str, order: Any, shown: int = PAGE) -> str:
        found = shelf.find(query, topic or "", int(year) if year else None, order)
        return render(
            "papers.html",
            papers=found.papers[:shown],
            found=len(found.papers),
            is_exact=found.is_exact,
            query=query,
            shown=shown,
            page=PAGE,
            total=len(shelf.all()),
            index=assistant.index,
        )

    def more(event: gr.EventData, query: str, topic: str, year: str, order: Any) -> str:
        return search(query, topic, year, order, sent_number(event, "shown") + PAGE)

    def open_paper(event: gr.EventData) -> str:
        return paper_page(assistant, sent(event, "paper"))

    def refreshed(query: str, topic: str, year: str, order: Any) -> Changes:
        return {
            tab.listed: search(query, topic, year, order),
            tab.topic: gr.update(choices=topic_choices(shelf)),
            tab.year: gr.update(choices=year_choices(shelf)),
            tab.header: masthead(),
        }

    def add(request: gr.Request, files: list[str] | None, *values: Any) -> Iterator[Changes]:
        if not files:
            return
        try:
            limit.count(client_of(request))
        except PaperchatError as error:
            yield {tab.report: render("upload.html", upload=Upload(), failure=str(error), place_of=place_of)}
            return
        for state in add_files(assistant.index, [Path(file) for file in files], settings):
            yield {tab.report: render("upload.html", upload=state, failure="", place_of=place_of)}
        yield {tab.files: None} | refreshed(*values)

    def remove(event: gr.EventData, *values: Any) -> Changes:
        paper = assistant.index.paper(sent(event, "paper"))
        if paper is None:
            return refreshed(*values)
        try:
            assistant.index.remove([paper.id])
        except PaperchatError as error:
            return {tab.paper: render("paper.html", paper=paper, similar=(), failure=str(error))}
        return {tab.paper: render("paper.html", paper=None, similar=(), removed=paper.title)} | refreshed(*values)

    changed = [tab.listed, tab.topic, tab.year, tab.header]
    gr.on(
        [tab.query.change, tab.topic.input, tab.year.input, tab.order.input, choose.select],
        lambda *values: search(*values),
        tab.search,
        [tab.listed],
        trigger_mode="always_last",
        **QUIET,
    )
    bridge.more_papers(more, tab.search, [tab.listed], **QUIET)
    bridge.open_paper(open_paper, None, [tab.paper], **QUIET)
    bridge.remove_paper(remove, tab.search, [tab.paper, *changed], **QUIET)
    tab.files.upload(add, [tab.files, *tab.search], [tab.report, tab.files, *changed], **QUIET)


def paper_page(assistant: "Assistant", paper_id: str) -> str:
    """The page of one paper, or what to do when there is no such paper."""
    paper = assistant.index.paper(paper_id)
    return render("paper.html", paper=paper, similar=assistant.similar(paper_id, SIMILAR), missing=paper_id)
