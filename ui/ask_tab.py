"""The first tab: the conversation, the composer below it and the sources beside it."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from ui.cards import source_panel
from ui.chat import Chat, Choices, Frame
from ui.parts import QUIET, html, owner_of

Changes = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class AskTab:
    """The components that other parts of the page write to."""

    conversation: gr.State
    turns: gr.HTML
    live: gr.HTML
    sources: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button


def build_ask_tab(chat: Chat) -> AskTab:
    """Lays the tab out. Call it inside `gr.Blocks`."""
    conversation = gr.State("")
    with gr.Row(elem_id="ask"):
        with gr.Column(elem_id="reading", scale=3):
            with gr.Column(elem_id="scroll"):
                turns = html(chat.show([]), "turns")
                live = html("", "live")
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask about the papers",
                    lines=1,
                    max_lines=6,
                    max_length=4000,
                    autofocus=True,
                    elem_id="question",
                )
                send = gr.Button("Ask", variant="primary", scale=0, elem_id="send")
                stop = gr.Button("Stop", scale=0, visible=False, elem_id="stop")
        with gr.Column(elem_id="beside", scale=2):
            sources = html(source_panel([]), "sources")
    return AskTab(conversation, turns, live, sources, question, send, stop)


def wire_ask_tab(tab: AskTab, bridge: gr.HTML, chat: Chat) -> None:
    """What happens when the reader asks, stops, or clicks a suggestion."""
    running: dict[str, threading.Event] = {}
    shown = [tab.conversation, tab.live, tab.turns, tab.sources, tab.question, tab.send, tab.stop]

    def ask(text: str, conversation: str, request: gr.Request) -> Iterator[Changes]:
        if not text.strip():
            yield {tab.question: ""}
            return
        session = str(request.session_hash)
        flag = running[session] = threading.Event()
        try:
            for frame in chat.ask(text.strip(), owner_of(request), conversation, Choices(), flag):
                yield changes(tab, frame)
        finally:
            running.pop(session, None)

    def ask_this(conversation: str, event: gr.EventData, request: gr.Request) -> Iterator[Changes]:
        yield from ask(str(event._data.get("question", "")), conversation, request)

    def stop_answer(request: gr.Request) -> None:
        if flag := running.get(str(request.session_hash)):
            flag.set()

    gr.on([tab.question.submit, tab.send.click], ask, [tab.question, tab.conversation], shown, **QUIET)
    bridge.ask_this(ask_this, [tab.conversation], shown, **QUIET)
    tab.stop.click(stop_answer, queue=False, **QUIET)


def changes(tab: AskTab, frame: Frame) -> Changes:
    """A frame as updates of the components."""
    changed: Changes = {tab.conversation: frame.conversation, tab.live: frame.live}
    if frame.turns is not None:
        changed[tab.turns] = frame.turns
        changed[tab.sources] = frame.sources
        changed[tab.send] = gr.update(visible=frame.is_last)
        changed[tab.stop] = gr.update(visible=not frame.is_last)
        if not frame.is_last:
            changed[tab.question] = ""
    return changed
