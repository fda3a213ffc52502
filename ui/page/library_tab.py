"""The tab of all papers: search, select, collect, read one, add files, remove."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from index import PaperchatError
from ui.page.ask_tab import AskTab
from ui.page.chosen_papers import found
from ui.page.collecting import shown_bar, wire_collecting
from ui.page.library_parts import LibraryTab
from ui.page.paper_page import no_paper, paper_page
from ui.page.parts import QUIET, Changes, client_of, html, owner_of, sent, sent_number
from ui.page.rendering import render
from ui.page.shelf import Shelf
from ui.page.tools import PageTools
from ui.page.uploads import Upload, add_files, place_of
from ui.settings import UISettings

PAGE = 40
"""Papers listed at first, and more at each click."""

ORDERS = [("Best match", "best"), ("Newest first", "newest"), ("Oldest first", "oldest"), ("By title", "title")]
ANY = ""


def build_library_tab(shelf: Shelf, settings: UISettings, header: gr.HTML) -> LibraryTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    collection = gr.State("")
    with gr.Row(elem_id="library"):
        with gr.Column(elem_id="catalogue", scale=3):
            with gr.Row(elem_id="library-search"):
                query = gr.Textbox(label="Search the papers", placeholder="Title, author, word", max_length=200)
                topic = gr.Dropdown(topic_choices(shelf), value=ANY, label="Topic")
                year = gr.Dropdown(year_choices(shelf), value=ANY, label="Year")
                order = gr.Dropdown(ORDERS, value="best", label="Order", filterable=False)
            bar = html("", "selection")
            listed = html("", "papers")
        with gr.Column(elem_id="reader", scale=2):
            paper = html(no_paper(), "paper")
            with gr.Accordion("Add papers", open=False, elem_id="add"):
                html(render("drop_hint.html", settings=settings), "drop-hint")
                files = gr.File(label="Files", show_label=False, file_count="multiple", height=140)
                report = html("", "upload")
    return LibraryTab(query, topic, year, order, collection, bar, listed, paper, files, report, header)


def topic_choices(shelf: Shelf) -> list[tuple[str, str]]:
    return [("All topics", ANY), *((topic, topic) for topic in shelf.topics())]


def year_choices(shelf: Shelf) -> list[tuple[str, str]]:
    return [("All years", ANY), *((str(year), str(year)) for year in shelf.years())]


def wire_library_tab(
    tab: LibraryTab, choose: gr.Tab, bridge: gr.HTML, tools: PageTools, ask: AskTab, masthead: Callable[[], str]
) -> None:
    """`choose` is the tab itself; `masthead()` is the page's header, which tells how many papers there are."""
    index = tools.assistant.index

    def listed(owner: str, collection: str, query: str, *rest: Any, shown: int = PAGE) -> str:
        fitting = found(tools, owner, collection, query, *rest)
        return render(
            "papers.html",
            papers=fitting.papers[:shown],
            found=len(fitting.papers),
            is_exact=fitting.is_exact,
            query=query,
            shown=shown,
            page=PAGE,
            total=len(tools.shelf.all()),
            in_collection=bool(collection),
            selected=set(tools.workspace.collections.selected(owner)),
            unfinished=index.count_unfinished(),
        )

    def search(request: gr.Request, collection: str, *search: Any) -> Changes:
        owner = owner_of(request)
        return {tab.listed: listed(owner, collection, *search), tab.bar: shown_bar(tools, owner, collection)}

    def more(event: gr.EventData, request: gr.Request, collection: str, *search: Any) -> str:
        return listed(owner_of(request), collection, *search, shown=sent_number(event, "shown") + PAGE)

    def open_paper(event: gr.EventData, request: gr.Request) -> str:
        return paper_page(tools, owner_of(request), sent(event, "paper"))

    def refreshed(owner: str, collection: str, *search: Any) -> Changes:
        return {
            tab.listed: listed(owner, collection, *search),
            tab.bar: shown_bar(tools, owner, collection),
            tab.topic: gr.update(choices=topic_choices(tools.shelf)),
            tab.year: gr.update(choices=year_choices(tools.shelf)),
            tab.header: masthead(),
        }

    def add(request: gr.Request, files: list[str] | None, collection: str, *search: Any) -> Iterator[Changes]:
        if not files:
            return
        try:
            tools.limit.count(client_of(request))
        except PaperchatError as error:
            yield {tab.report: render("upload.html", upload=Upload(), failure=str(error), place_of=place_of)}
            return
        for state in add_files(index, [Path(file) for file in files], tools.settings):
            yield {tab.report: render("upload.html", upload=state, failure="", place_of=place_of)}
        yield {tab.files: None} | refreshed(owner_of(request), collection, *search)

    def remove(event: gr.EventData, request: gr.Request, collection: str, *search: Any) -> Changes:
        owner = owner_of(request)
        paper = index.paper(sent(event, "paper"))
        if paper is None:
            return refreshed(owner, collection, *search)
        try:
            index.remove([paper.id])
        except PaperchatError as error:
            return {tab.paper: paper_page(tools, owner, paper.id, failure=str(error))}
        tools.workspace.collections.forget([paper.id])
        return {tab.paper: no_paper(removed=f"“{paper.title}”")} | refreshed(owner, collection, *search)

    changed = [tab.listed, tab.bar, tab.topic, tab.year, tab.header]
    given = [tab.collection, *tab.search]
    gr.on(
        [tab.query.change, tab.topic.input, tab.year.input, tab.order.input, choose.select],
        search,
        given,
        [tab.listed, tab.bar],
        trigger_mode="always_last",
        **QUIET,
    )
    bridge.more_papers(more, given, [tab.listed], **QUIET)
    bridge.open_paper(open_paper, None, [tab.paper], **QUIET)
    bridge.close_paper(no_paper, None, [tab.paper], **QUIET)
    bridge.remove_paper(remove, given, [tab.paper, *changed], **QUIET)
    tab.files.upload(add, [tab.files, *given], [tab.report, tab.files, *changed], **QUIET)
    wire_collecting(tab, bridge, tools, ask, refreshed)
