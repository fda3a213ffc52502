"""Turns at once, and how they end: by Stop, by a reader who leaves, or by one who never comes back."""

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from servers.scripted import ScriptedServer

from index import IndexSettings, PaperchatError, PaperIndex
from rag import Answer, Assistant, Step, TextDelta
from rag.reading import EvidenceModel
from rag.settings import LLMSettings, RagSettings, Settings

QUESTION = "How much less memory does MAT need?"
SOON = 10
"""Seconds: far less than a turn that is never given back, far more than a busy machine needs."""

Open = Callable[..., Assistant]


@pytest.fixture
def open_assistant(catalogue_index: Path, scripted_server: ScriptedServer) -> Iterator[Open]:
    """`open_assistant("hangs-before", concurrency=1)`; without a model's name it answers offline."""
    opened = []

    def open_one(model: str = "", concurrency: int = 1, **parts: Any) -> Assistant:
        llm = LLMSettings(provider="openai-like", model=model, base_url=scripted_server.base_url, retries=0)
        settings = Settings(
            llm=llm if model else LLMSettings(),
            index=IndexSettings(folder=catalogue_index),
            rag=RagSettings(refuse_below=0, concurrency=concurrency),
        )
        opened.append(Assistant(PaperIndex.open(settings.index), settings, **parts))
        return opened[-1]

    yield open_one
    for assistant in opened:
        assistant.close()


def in_thread(work: Callable[[], Any]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def wait_for(condition: Callable[[], object]) -> None:
    until = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_iterator_that_nobody_advances_holds_no_slot(open_assistant: Open) -> None:
    assistant = open_assistant()
    suspended = assistant.stream(QUESTION)
    next(suspended)
    answers: list[Answer] = []
    thread = in_thread(lambda: answers.append(assistant.ask(QUESTION)))
    thread.join(SOON)
    assert answers
    assert isinstance(list(suspended)[-1], Answer), "nor does it lose what it was asked for"


def test_an_iterator_that_was_never_begun_asks_nothing(open_assistant: Open, scripted_server: ScriptedServer) -> None:
    assistant = open_assistant("hangs-before")
    assistant.stream(QUESTION)
    assert assistant.ask(QUESTION, model="offline").text
    assert scripted_server.chats("hangs-before") == []


@pytest.mark.parametrize("leave", ["close", "drop"])
def test_a_reader_who_leaves_ends_the_request_and_gives_the_slot_back(
    open_assistant: Open, scripted_server: ScriptedServer, leave: str
) -> None:
    assistant = open_assistant("hangs-before")
    events = assistant.stream(QUESTION)
    next(events)
    wait_for(lambda: scripted_server.chats("hangs-before"))
    if leave == "close":
        events.close()  # type: ignore[attr-defined]
    del events
    gc.collect()
    assert scripted_server.chats("hangs-before")[0].gone.wait(SOON)
    assert assistant.ask(QUESTION, model="offline").text


def test_stop_is_heeded_while_waiting_for_a_slot(open_assistant: Open, scripted_server: ScriptedServer) -> None:
    assistant = open_assistant("hangs-before")
    first = assistant.stream(QUESTION)
    next(first)
    wait_for(lambda: scripted_server.chats("hangs-before"))
    stop = threading.Event()
    events: list[object] = []
    waiting = in_thread(lambda: events.extend(assistant.stream(QUESTION, model="offline", stop=stop)))
    waiting.join(0.3)
    assert waiting.is_alive()
    stop.set()
    waiting.join(2)
    assert not waiting.is_alive()
    assert events == []


@pytest.mark.parametrize("step", ["rewritten", "searched", "judged"])
def test_stop_is_heeded_after_every_step(open_assistant: Open, step: str) -> None:
    history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": "5.5-6.7x less [1]."}]
    stop = threading.Event()
    events = []
    for event in open_assistant().stream("And which model is it about?", history=history, stop=stop):
        events.append(event)
        if isinstance(event, Step) and event.name == step:
            stop.set()
    seen = [event.name for event in events if isinstance(event, Step)]
    assert step in seen
    assert not any(isinstance(event, TextDelta | Answer) for event in events)


def test_stop_is_heeded_within_a_step_that_hangs(open_assistant: Open) -> None:
    begun, release = threading.Event(), threading.Event()

    class Hanging:
        def __getattr__(self, name: str) -> Any:
            begun.set()
            release.wait(60)
            return getattr(EvidenceModel(), name)

    assistant = open_assistant(reader=Hanging())
    stop = threading.Event()
    events: list[object] = []
    thread = in_thread(lambda: events.extend(assistant.stream(QUESTION, stop=stop)))
    assert begun.wait(SOON)
    stop.set()
    thread.join(2)
    assert not thread.is_alive()
    assert not any(isinstance(event, Answer) for event in events)
    release.set()
    assert assistant.ask(QUESTION).text, "the slot came back when the step had ended"


def test_a_turn_that_was_stopped_before_it_began_asks_nothing(
    open_assistant: Open, scripted_server: ScriptedServer
) -> None:
    stop = threading.Event()
    stop.set()
    assert list(open_assistant("cited").stream(QUESTION, stop=stop)) == []
    assert scripted_server.chats("cited") == []


def test_cancelling_a_task_ends_the_request_and_gives_the_slot_back(
    open_assistant: Open, scripted_server: ScriptedServer
) -> None:
    assistant = open_assistant("hangs-before")

    async def cancel() -> None:
        task = asyncio.create_task(assistant.aask(QUESTION))
        while not scripted_server.chats("hangs-before"):
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(cancel())
    assert scripted_server.chats("hangs-before")[0].gone.wait(SOON)
    assert assistant.ask(QUESTION, model="offline").text


def test_many_at_once_each_get_their_answer(open_assistant: Open) -> None:
    assistant = open_assistant(concurrency=2)
    answers: list[Answer] = []
    threads = [in_thread(lambda: answers.append(assistant.ask(QUESTION))) for _ in range(6)]
    for thread in threads:
        thread.join(60)
    assert len(answers) == 6
    assert len({answer.text for answer in answers}) == 1


def test_an_assistant_that_was_closed_fails_at_once(open_assistant: Open) -> None:
    assistant = open_assistant()
    assistant.ask(QUESTION)
    assistant.close()
    with ThreadPoolExecutor() as pool, pytest.raises(Exception, match="close"):
        pool.submit(assistant.ask, QUESTION).result(SOON)


def turn_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name == "paperchat turns"}


def test_turns_one_after_the_other_share_threads_that_end_with_the_assistant(open_assistant: Open) -> None:
    others = turn_threads()
    assistant = open_assistant(concurrency=8)
    for _ in range(5):
        assistant.ask(QUESTION)
    # A second one where the first was about to become free.
    assert len(turn_threads() - others) <= 2
    assistant.close()
    wait_for(lambda: turn_threads() <= others)


def test_a_closed_assistant_that_is_asked_leaves_no_thread(open_assistant: Open) -> None:
    others = turn_threads()
    assistant = open_assistant()
    assistant.close()
    with pytest.raises(PaperchatError, match="closed"):
        assistant.ask(QUESTION)
    wait_for(lambda: turn_threads() <= others)
