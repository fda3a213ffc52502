"""What happens in the list of kept conversations: open, begin anew, find, pin, rename, share, delete."""

from collections.abc import Callable

import gradio as gr

from ui.page.ask_tab import AskTab
from ui.page.cards import source_panel
from ui.page.chat import Chat
from ui.page.parts import QUIET, Changes, owner_of, sent
from ui.page.scope import Only
from ui.page.sidebar import beside, line, listed

IN_ORDER = QUIET | {"concurrency_id": "conversations", "concurrency_limit": 1}
"""For what shows the list: an older list must not arrive after the newer one."""

Change = Callable[[str, str, gr.EventData], None]
"""Owner, conversation and event -> what is done to the conversation."""


def wire_conversations(ask: AskTab, bridge: gr.HTML, chat: Chat) -> None:
    history, sidebar = chat.history, ask.sidebar

    def find(request: gr.Request, query: str, current: str) -> Changes:
        return listed(sidebar, history, owner_of(request), current, query)

    def open_one(event: gr.EventData, request: gr.Request) -> Changes:
        return opened(chat, ask, owner_of(request), sent(event, "conversation"))

    def start(request: gr.Request) -> Changes:
        return opened(chat, ask, owner_of(request), "")

    def changed(change: Change) -> Callable[..., Changes]:
        def act(event: gr.EventData, request: gr.Request, query: str, current: str) -> Changes:
            owner = owner_of(request)
            change(owner, sent(event, "conversation"), event)
            return {sidebar.talk: line(history, owner, current)} | listed(sidebar, history, owner, current, query)

        return act

    def rename(owner: str, conversation: str, event: gr.EventData) -> None:
        history.rename(owner, conversation, sent(event, "title"))

    def pin(owner: str, conversation: str, event: gr.EventData) -> None:
        history.pin(owner, conversation, is_pinned=sent(event, "pinned") == "1")

    def share(owner: str, conversation: str, event: gr.EventData) -> None:
        if sidebar.can_share:
            history.share(owner, conversation, is_shared=sent(event, "shared") == "1")

    def delete(event: gr.EventData, request: gr.Request, query: str, current: str) -> Changes:
        owner = owner_of(request)
        history.delete(owner, sent(event, "conversation"))
        if sent(event, "conversation") == current:
            return opened(chat, ask, owner, "")
        return listed(sidebar, history, owner, current, query)

    at_hand = [sidebar.query, ask.conversation]
    sidebar.query.change(find, at_hand, [sidebar.listed], trigger_mode="always_last", **IN_ORDER)
    bridge.open_conversation(open_one, None, ask.shown, **IN_ORDER)
    bridge.new_conversation(start, None, ask.shown, **IN_ORDER)
    bridge.rename_conversation(changed(rename), at_hand, [sidebar.talk, sidebar.listed], **IN_ORDER)
    bridge.pin_conversation(changed(pin), at_hand, [sidebar.talk, sidebar.listed], **IN_ORDER)
    bridge.share_conversation(changed(share), at_hand, [sidebar.talk, sidebar.listed], **IN_ORDER)
    bridge.delete_conversation(delete, at_hand, ask.shown, **IN_ORDER)


def opened(chat: Chat, ask: AskTab, owner: str, conversation: str) -> Changes:
    """The first tab with this conversation in it; for an unknown one a new one, and a word on it."""
    turns = chat.history.turns(owner, conversation)
    known = conversation if turns else ""
    return {
        ask.conversation: known,
        ask.only: Only(),
        ask.replaces: None,
        ask.turns: chat.show(known, turns, is_lost=bool(conversation) and not turns),
        ask.live: "",
        ask.scope: "",
        ask.sources: source_panel(turns),
    } | beside(ask.sidebar, chat.history, owner, known)
