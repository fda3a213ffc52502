"""The kept conversations beside the talk, and the line above it: which one is in view."""

from dataclasses import dataclass

import gradio as gr

from ui.history import History
from ui.page.parts import Changes, html
from ui.page.rendering import render

LISTED = 200
"""Conversations shown at once; a search finds the others."""


@dataclass(frozen=True, slots=True)
class Sidebar:
    """`talk` is the line above the conversation. With `can_share` there are users to share conversations with."""

    query: gr.Textbox
    listed: gr.HTML
    talk: gr.HTML
    can_share: bool

    @property
    def shown(self) -> list[gr.components.Component]:
        return [self.query, self.listed, self.talk]


def build_list() -> tuple[gr.Textbox, gr.HTML]:
    """The search and the list below it. Call it inside the column that is the sidebar."""
    html(render("sidebar_head.html"), "talks-head")
    query = gr.Textbox(
        label="Search your conversations",
        placeholder="Search titles and texts",
        lines=1,
        max_length=200,
        elem_id="talks-search",
    )
    return query, html("", "talks-list")


def build_line() -> gr.HTML:
    """What stands above the conversation. Call it inside the row that is the line."""
    html(render("talk_buttons.html"), "talk-buttons")
    return html("", "talk")


def beside(sidebar: Sidebar, history: History, owner: str, current: str) -> Changes:
    """List and line anew, with nothing searched for."""
    return {sidebar.query: "", sidebar.talk: line(history, owner, current)} | listed(sidebar, history, owner, current)


def listed(sidebar: Sidebar, history: History, owner: str, current: str, query: str = "") -> Changes:
    """The list, of what `query` finds."""
    kept = history.conversations(owner, query)
    shown = render(
        "conversations.html",
        conversations=kept[:LISTED],
        found=len(kept),
        query=query.strip(),
        current=current,
        can_share=sidebar.can_share,
    )
    return {sidebar.listed: shown}


def line(history: History, owner: str, current: str) -> str:
    """The title of the conversation in view, and how it can be taken along; nothing for a new one."""
    found = next((each for each in history.conversations(owner) if each.id == current), None)
    return render("talk.html", talk=found) if found else ""
