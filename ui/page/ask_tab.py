"""The first tab: kept conversations, the one in view, the composer below it and the sources beside it."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.doors import RateLimit, TooMany
from ui.history import Turn
from ui.page.cards import source_panel
from ui.page.chat import Chat, Choices, Frame
from ui.page.chosen_filters import Narrowing
from ui.page.parts import QUIET, Changes, client_of, html, owner_of, sent, sent_number
from ui.page.rendering import render
from ui.page.scope import Only
from ui.page.shelf import Shelf
from ui.page.sidebar import Sidebar, beside, build_line, build_list

if TYPE_CHECKING:
    from index import PaperIndex
    from rag import Assistant

MOST_CHOICES = 200
"""Topics and authors to choose from; the rarer ones can still be typed."""


MOST_READ = 30
"""Abstracts for one question."""


@dataclass(frozen=True, slots=True)
class AskTab:
    """The components that other parts of the page write to.

    `conversation` is its id, "" before the first question; `only` holds the papers that alone are asked, an `Only`;
    `replaces` the number of the turn that the next question takes the place of, or None.
    """

    conversation: gr.State
    only: gr.State
    replaces: gr.State
    turns: gr.HTML
    live: gr.HTML
    scope: gr.HTML
    chips: gr.HTML
    problem: gr.HTML
    sources: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    sidebar: Sidebar
    options: tuple[gr.components.Component, ...]

    @property
    def narrowing(self) -> tuple[Any, ...]:
        """The fields that narrow: from year, to year, topics, authors."""
        return self.options[2:]

    @property
    def shown(self) -> list[gr.components.Component]:
        """What changes while a question is answered."""
        return [
            self.conversation,
            self.only,
            self.replaces,
            self.turns,
            self.live,
            self.scope,
            self.sources,
            self.question,
            self.send,
            self.stop,
            *self.sidebar.shown,
        ]


def build_ask_tab(assistant: "Assistant", shelf: Shelf, chat: Chat, *, can_share: bool = False) -> AskTab:
    """Lays the tab out. Call it inside `gr.Blocks`."""
    states = gr.State(""), gr.State(Only()), gr.State(None)
    with gr.Row(elem_id="ask"):
        with gr.Column(elem_id="talks", scale=0):
            kept = build_list()
        with gr.Column(elem_id="reading", scale=3):
            with gr.Row(elem_id="talkline"):
                talk = build_line()
            with gr.Column(elem_id="scroll"):
                turns = html(chat.show("", []), "turns")
                live = html("", "live")
            scope = html("", "scope")
            chips = html("", "filters")
            with gr.Row(elem_id="composer"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask about the papers",
                    lines=1,
                    max_lines=6,
                    max_length=4000,
                    elem_id="question",
                )
                send = gr.Button("Ask", variant="primary", scale=0, elem_id="send")
                stop = gr.Button("Stop", scale=0, visible=False, elem_id="stop")
            with gr.Accordion("Options", open=False, elem_id="options"):
                options = build_options(assistant, shelf)
                problem = html("", "years-problem")
        with gr.Column(elem_id="beside", scale=2):
            sources = html(source_panel([]), "sources")
    sidebar = Sidebar(*kept, talk, can_share)
    return AskTab(*states, turns, live, scope, chips, problem, sources, question, send, stop, sidebar, options)


def build_options(assistant: "Assistant", shelf: Shelf) -> tuple[gr.components.Component, ...]:
    """Model, number of sources, years, topics, authors. All may stay as they are."""
    with gr.Row():
        model = gr.Dropdown(
            list(assistant.models),
            value=assistant.model_name,
            label="Who answers",
            filterable=False,
        )
        top_k = gr.Slider(
            1, MOST_READ, value=min(assistant.settings.rag.top_k, MOST_READ), step=1, label="Abstracts to read"
        )
    years = [("any", ""), *((str(year), str(year)) for year in shelf.years())]
    with gr.Row():
        first_year = gr.Dropdown(years, value="", label="From year", min_width=100)
        last_year = gr.Dropdown(years, value="", label="To year", min_width=100)
        topics, authors = (
            gr.Dropdown(choices[:MOST_CHOICES], label=label, multiselect=True, allow_custom_value=True, scale=2)
            for choices, label in (
                (shelf.topics(), "Any of these topics"),
                (shelf.authors(), "Any of these authors"),
            )
        )
    return model, top_k, first_year, last_year, topics, authors


def choices_of(only: Only, options: Sequence[Any]) -> Choices:
    """What the reader chose, as the assistant takes it."""
    model, top_k, *narrowing = options
    filters = Narrowing.of(narrowing).as_filters(only.ids)
    return Choices(str(model) if model else None, int(top_k) if top_k else None, filters)


def shown_scope(index: "PaperIndex", only: Only, replaces: int | None = None) -> str:
    """What is asked, when it is not all papers, and what is edited."""
    paper = index.paper(only.ids[0]) if only and not only.name else None
    return render("scope.html", paper=paper, only=only, replaces=replaces)


def shown_chips(narrowing: Narrowing) -> tuple[str, str]:
    """The chips, and what is wrong with the fields, which is told beside them."""
    problem = render("note.html", problem=narrowing.problem) if narrowing.problem else ""
    return render("filters.html", chips=narrowing.chips()), problem


def wire_ask_tab(
    tab: AskTab, page: gr.Blocks, bridge: gr.HTML, assistant: "Assistant", chat: Chat, limit: RateLimit
) -> None:
    """What happens when the reader asks, stops, edits, rates, clicks a suggestion, or goes away."""
    running: dict[str, threading.Event] = {}
    asked_with = [tab.conversation, tab.only, tab.replaces, *tab.options]

    def scope_of(only: Only, replaces: int | None = None) -> str:
        return shown_scope(assistant.index, only, replaces)

    def answer(request: gr.Request, text: str, conversation: str, only: Only, *rest: Any) -> Iterator[Changes]:
        replaces, *options = rest
        if problem := Narrowing.of(options[2:]).problem:
            yield {tab.live: chat.problem(text, problem), tab.question: text}
            return
        session = str(request.session_hash)
        flag = running[session] = threading.Event()
        try:
            limit.count(client_of(request))
            owner = owner_of(request)
            for frame in chat.ask(text, owner, conversation, choices_of(only, options), flag, replaces):
                told = changes(tab, frame) | {tab.replaces: None, tab.scope: scope_of(only)}
                # A file that can't be written can't be read either, at times; the answer is shown all the same.
                yield told | (beside(tab.sidebar, chat.history, owner, frame.conversation) if frame.is_kept else {})
        except TooMany as error:
            yield {tab.live: chat.problem(text, str(error)), tab.question: text}
        finally:
            running.pop(session, None)

    def ask(request: gr.Request, text: str, *values: Any) -> Iterator[Changes]:
        if text.strip():
            yield from answer(request, text.strip(), *values)
        else:
            yield {tab.question: ""}

    def ask_this(event: gr.EventData, request: gr.Request, *values: Any) -> Iterator[Changes]:
        yield from ask(request, sent(event, "question"), *values)

    def ask_offline(
        event: gr.EventData, request: gr.Request, conversation: str, only: Only, _: int | None, *options: Any
    ) -> Iterator[Changes]:
        replaces = sent_number(event, "turn") or None
        yield from answer(request, sent(event, "question"), conversation, only, replaces, "offline", *options[1:])

    def turn_of(event: gr.EventData, request: gr.Request, conversation: str) -> Turn | None:
        turns = chat.history.turns(owner_of(request), conversation)
        return next((turn for turn in turns if turn.number == sent_number(event, "turn")), None)

    def ask_again(
        event: gr.EventData, request: gr.Request, conversation: str, only: Only, *rest: Any
    ) -> Iterator[Changes]:
        if turn := turn_of(event, request, conversation):
            model = sent(event, "model") if sent(event, "model") in assistant.models else rest[1]
            yield from answer(request, turn.answer.question, conversation, only, turn.number, model, *rest[2:])

    def show_version(event: gr.EventData, request: gr.Request, conversation: str) -> Changes:
        owner = owner_of(request)
        chat.history.show_version(owner, conversation, sent_number(event, "version"))
        turns = chat.history.turns(owner, conversation)
        shown = {tab.turns: chat.show(conversation, turns), tab.sources: source_panel(turns), tab.live: ""}
        return shown | beside(tab.sidebar, chat.history, owner, conversation)

    def edit(event: gr.EventData, request: gr.Request, conversation: str, only: Only) -> Changes:
        turn = turn_of(event, request, conversation)
        if turn is None:
            return {tab.replaces: None}
        return {tab.question: turn.answer.question, tab.replaces: turn.number, tab.scope: scope_of(only, turn.number)}

    def leave_edit(only: Only) -> Changes:
        return {tab.question: "", tab.replaces: None, tab.scope: scope_of(only)}

    def rate(event: gr.EventData, request: gr.Request, conversation: str) -> Changes:
        owner, number = owner_of(request), sent_number(event, "turn")
        chat.history.rate(owner, conversation, number, sent_number(event, "rating"), sent(event, "reason"))
        return {tab.turns: chat.show(conversation, chat.history.turns(owner, conversation))}

    def narrow(event: gr.EventData) -> Changes:
        only = Only((sent(event, "paper"),))
        return {tab.only: only, tab.scope: scope_of(only)}

    def narrowed(*values: Any) -> tuple[str, str]:
        return shown_chips(Narrowing.of(values))

    def drop(event: gr.EventData, *values: Any) -> list[Any]:
        left = Narrowing.of(values).without(sent(event, "kind"), sent(event, "value"))
        return [*shown_chips(left), *left.fields()]

    def stop_answer(request: gr.Request) -> None:
        if flag := running.get(str(request.session_hash)):
            flag.set()

    gr.on([tab.question.submit, tab.send.click], ask, [tab.question, *asked_with], tab.shown, **QUIET)
    bridge.ask_this(ask_this, asked_with, tab.shown, **QUIET)
    bridge.ask_offline(ask_offline, asked_with, tab.shown, **QUIET)
    bridge.ask_again(ask_again, asked_with, tab.shown, **QUIET)
    bridge.edit_question(edit, [tab.conversation, tab.only], tab.shown, **QUIET)
    bridge.leave_edit(leave_edit, [tab.only], tab.shown, **QUIET)
    bridge.show_version(show_version, [tab.conversation], tab.shown, **QUIET)
    bridge.rate(rate, [tab.conversation], tab.shown, **QUIET)
    bridge.only_paper(narrow, None, tab.shown, **QUIET)
    bridge.every_paper(lambda: {tab.only: Only(), tab.scope: ""}, None, tab.shown, **QUIET)
    first_year, last_year, topics, authors = tab.narrowing
    # A list of several tells of what is taken in only as a change.
    chosen = [first_year.input, last_year.input, topics.change, authors.change]
    gr.on(chosen, narrowed, list(tab.narrowing), [tab.chips, tab.problem], trigger_mode="always_last", **QUIET)
    bridge.drop_filter(drop, list(tab.narrowing), [tab.chips, tab.problem, *tab.narrowing], **QUIET)
    tab.stop.click(stop_answer, queue=False, **QUIET)
    page.unload(stop_answer)


def changes(tab: AskTab, frame: Frame) -> Changes:
    """A frame as updates of the components."""
    changed: Changes = {tab.conversation: frame.conversation, tab.live: frame.live}
    if frame.turns is not None:
        changed |= {tab.turns: frame.turns, tab.sources: frame.sources}
    if frame.is_first or frame.is_last:
        changed[tab.send] = gr.update(visible=frame.is_last)
        changed[tab.stop] = gr.update(visible=not frame.is_last)
        changed[tab.question] = frame.unanswered
    return changed
