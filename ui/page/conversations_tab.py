"""The tab of kept conversations: open, rename, export, delete."""

from dataclasses import dataclass

import gradio as gr

from ui.page.ask_tab import AskTab
from ui.page.cards import source_panel
from ui.page.chat import Chat
from ui.page.parts import QUIET, Changes, html, owner_of, sent
from ui.page.rendering import render
from ui.page.scope import Only

IN_ORDER = QUIET | {"concurrency_id": "conversations", "concurrency_limit": 1}
"""For what shows the list: an older list must not arrive after the newer one."""


@dataclass(frozen=True, slots=True)
class ConversationsTab:
    listed: gr.HTML


def build_conversations_tab() -> ConversationsTab:
    """Lays the tab out. Call it inside `gr.Tab`."""
    return ConversationsTab(html("", "conversations"))


def wire_conversations_tab(tab: ConversationsTab, choose: gr.Tab, ask: AskTab, bridge: gr.HTML, chat: Chat) -> None:
    """`choose` is the tab itself: its list is made when it is chosen."""

    def show(request: gr.Request, current: str) -> Changes:
        kept = chat.history.conversations(owner_of(request))
        return {tab.listed: render("conversations.html", conversations=kept, current=current)}

    def open_one(event: gr.EventData, request: gr.Request) -> Changes:
        return opened(chat, ask, owner_of(request), sent(event, "conversation"))

    def start(request: gr.Request) -> Changes:
        return opened(chat, ask, owner_of(request), "")

    def rename(event: gr.EventData, request: gr.Request, current: str) -> Changes:
        chat.history.rename(owner_of(request), sent(event, "conversation"), sent(event, "title"))
        return show(request, current)

    def delete(event: gr.EventData, request: gr.Request, current: str) -> Changes:
        chat.history.delete(owner_of(request), sent(event, "conversation"))
        changed = show(request, current)
        if sent(event, "conversation") == current:
            changed |= opened(chat, ask, owner_of(request), "")
        return changed

    choose.select(show, [ask.conversation], [tab.listed], **IN_ORDER)
    bridge.open_conversation(open_one, None, ask.shown, **QUIET)
    bridge.new_conversation(start, None, ask.shown, **QUIET)
    bridge.rename_conversation(rename, [ask.conversation], [tab.listed], **IN_ORDER)
    bridge.delete_conversation(delete, [ask.conversation], [tab.listed, *ask.shown], **IN_ORDER)


def opened(chat: Chat, ask: AskTab, owner: str, conversation: str) -> Changes:
    """The first tab with this conversation in it; an unknown one opens a new one."""
    turns = chat.history.turns(owner, conversation)
    known = conversation if turns else ""
    return {
        ask.conversation: known,
        ask.only: Only(),
        ask.replaces: None,
        ask.turns: chat.show(known, turns),
        ask.live: "",
        ask.scope: "",
        ask.sources: source_panel(turns),
    }
