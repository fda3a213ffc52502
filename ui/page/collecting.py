"""In the library: papers selected, what is done with all of them at once, and collections."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import gradio as gr

from index import PaperchatError
from ui.page.ask_tab import AskTab, shown_scope
from ui.page.chosen_papers import SELECTED, found, named, papers_of
from ui.page.library_parts import LibraryTab
from ui.page.paper_page import no_paper
from ui.page.parts import QUIET, Changes, owner_of, sent
from ui.page.rendering import render

if TYPE_CHECKING:
    from ui.page.tools import PageTools

EACH: dict[str, Any] = {"trigger_mode": "multiple", "concurrency_id": "selection", "concurrency_limit": 1}
"""For ticks, which come faster than they are answered: none is left out, and no older count arrives last."""


def shown_bar(tools: "PageTools", owner: str, chosen: str, problem: str = "") -> str:
    """The collections, the `chosen` one opened, and what can be done with what is selected."""
    kept = tools.workspace.collections
    collections = kept.collections(owner)
    return render(
        "selection.html",
        collections=collections,
        chosen=next((each for each in collections if each.id == chosen), None),
        selected=len(papers_of(tools, owner, SELECTED)),
        problem=problem,
    )


def wire_collecting(
    tab: LibraryTab, bridge: gr.HTML, tools: "PageTools", ask: AskTab, refreshed: Callable[..., Changes]
) -> None:
    """What happens when papers are selected, put into collections, asked, or removed all at once.

    `refreshed(owner, chosen, *search)` is the tab after the papers, or what is shown of them, have changed.
    """
    kept = tools.workspace.collections

    def bar(request: gr.Request, chosen: str, problem: str = "") -> Changes:
        return {tab.bar: shown_bar(tools, owner_of(request), chosen, problem)}

    def select(event: gr.EventData, request: gr.Request, chosen: str) -> Changes:
        kept.select(owner_of(request), sent(event, "on").splitlines())
        kept.unselect(owner_of(request), sent(event, "off").splitlines())
        return bar(request, chosen)

    def select_found(request: gr.Request, chosen: str, *search: Any) -> Changes:
        owner = owner_of(request)
        kept.select(owner, [paper.id for paper in found(tools, owner, chosen, *search).papers])
        return refreshed(owner, chosen, *search)

    def select_nothing(request: gr.Request, chosen: str, *search: Any) -> Changes:
        kept.select_nothing(owner_of(request))
        return refreshed(owner_of(request), chosen, *search)

    def collect(event: gr.EventData, request: gr.Request, chosen: str) -> Changes:
        owner = owner_of(request)
        if not kept.collect(owner, sent(event, "name"), papers_of(tools, owner, SELECTED)):
            return bar(request, chosen, "Give the collection a name.")
        return bar(request, chosen)

    def open_collection(event: gr.EventData, request: gr.Request, *search: Any) -> Changes:
        chosen = sent(event, "collection")
        return {tab.collection: chosen} | refreshed(owner_of(request), chosen, *search)

    def take_out(request: gr.Request, chosen: str, *search: Any) -> Changes:
        owner = owner_of(request)
        kept.take_out(owner, chosen, kept.selected(owner))
        kept.select_nothing(owner)
        return refreshed(owner, chosen, *search)

    def rename(event: gr.EventData, request: gr.Request, chosen: str) -> Changes:
        is_done = kept.rename(owner_of(request), chosen, sent(event, "name"))
        return bar(request, chosen, "" if is_done else "Give it a name that no other collection has.")

    def delete(request: gr.Request, chosen: str, *search: Any) -> Changes:
        kept.delete(owner_of(request), chosen)
        return {tab.collection: ""} | refreshed(owner_of(request), "", *search)

    def remove(request: gr.Request, chosen: str, *search: Any) -> Changes:
        owner = owner_of(request)
        ids = papers_of(tools, owner, SELECTED)
        try:
            tools.assistant.index.remove(ids)
        except PaperchatError as error:
            return bar(request, chosen, str(error))
        kept.forget(ids)
        told = f"{len(ids)} paper{'' if len(ids) == 1 else 's'}"
        return {tab.paper: no_paper(removed=told)} | refreshed(owner, chosen, *search)

    def ask_them(event: gr.EventData, request: gr.Request) -> Changes:
        only = named(tools, owner_of(request), sent(event, "of"))
        return {ask.only: only, ask.scope: shown_scope(tools.assistant.index, only)} if only else {}

    everything = [tab.bar, tab.listed, tab.topic, tab.year, tab.header, tab.collection]
    given = [tab.collection, *tab.search]
    bridge.select_papers(select, [tab.collection], [tab.bar], **QUIET, **EACH)
    bridge.select_found(select_found, given, everything, **QUIET)
    bridge.select_nothing(select_nothing, given, everything, **QUIET)
    bridge.collect_papers(collect, [tab.collection], [tab.bar], **QUIET)
    bridge.open_collection(open_collection, tab.search, everything, **QUIET)
    bridge.take_out(take_out, given, everything, **QUIET)
    bridge.rename_collection(rename, [tab.collection], [tab.bar], **QUIET)
    bridge.delete_collection(delete, given, everything, **QUIET)
    bridge.remove_selected(remove, given, [tab.paper, *everything], **QUIET)
    bridge.ask_only(ask_them, None, [ask.only, ask.scope], **QUIET)
