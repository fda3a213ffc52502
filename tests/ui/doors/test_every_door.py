"""An answer has the same text, citations and verdicts through every door."""

import contextlib
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from browser.server import PageServer
from servers.model_context import Talk, over_http, over_stdio
from servers.small_library import ASKED

from bench.page import by_page
from rag import Assistant
from rag.llamaindex import PaperQueryEngine
from ui.cli import main

REFUSED = "What do barn owls cost in shops?"
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Library:
    """The same papers for every door; `ada` is a program of Ada's, `secret` a token of hers."""

    index: Path
    address: str
    ada: httpx.Client
    secret: str

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.ada.post(path, json=body).raise_for_status()


@pytest.fixture(scope="module")
def library(small_index: Path, guarded: PageServer, ada: httpx.Client, secrets_of: dict[str, str]) -> Library:
    return Library(small_index, guarded.address, ada, secrets_of["ada-read"])


def of(answer: Answer) -> Answer:
    """What must be the same."""
    parts = ("text", "abstained", "citations", "sentences", "sources")
    return json.loads(json.dumps({part: answer[part] for part in parts}))


# -- the doors: each asks its way, and sees to it that the text it shows is that of the answer that comes along -------


def by_python(library: Library, question: str) -> Answer:
    with Assistant.from_config(index_dir=library.index) as assistant:
        return of(assistant.ask(question).to_dict())


def by_http(library: Library, question: str) -> Answer:
    return of(library.post("/api/ask", question=question).json())


def by_http_streamed(library: Library, question: str) -> Answer:
    events = data_of(library.post("/api/ask", question=question, stream=True))
    return of(shown("".join(event.get("text", "") for event in events[:-1]), events[-1]))


def by_chat(library: Library, question: str) -> Answer:
    said = [{"role": "user", "content": question}]
    whole = library.post("/v1/chat/completions", model="paperchat", messages=said, footnotes=False).json()
    return of(shown(whole["choices"][0]["message"]["content"], whole["paperchat"]))


def by_chat_streamed(library: Library, question: str) -> Answer:
    said = [{"role": "user", "content": question}]
    sent = {"model": "paperchat", "messages": said, "footnotes": False, "stream": True}
    chunks = data_of(library.post("/v1/chat/completions", **sent))
    text = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
    return of(shown(text, chunks[-1]["paperchat"]))


def by_response(library: Library, question: str) -> Answer:
    whole = library.post("/v1/responses", model="paperchat", input=question, footnotes=False).json()
    return of(shown(whole["output"][0]["content"][0]["text"], whole["paperchat"]))


def by_response_streamed(library: Library, question: str) -> Answer:
    sent = {"model": "paperchat", "input": question, "footnotes": False, "stream": True}
    events = data_of(library.post("/v1/responses", **sent))
    return of(shown("".join(event.get("delta", "") for event in events), events[-1]["response"]["paperchat"]))


def by_mcp_over_http(library: Library, questions: Sequence[str]) -> list[Answer]:
    return over_http(library.address, library.secret, asking(questions))


def by_mcp_over_stdio(library: Library, questions: Sequence[str]) -> list[Answer]:
    return over_stdio(library.index, asking(questions))


def asking(questions: Sequence[str]) -> Talk:
    async def ask(client: Any) -> list[Answer]:
        called = [await client.call_tool("ask", {"question": question}) for question in questions]
        return [of(each.structured_content) for each in called]

    return ask


def on_the_page(library: Library, question: str) -> Answer:
    """As it is kept and shown there."""
    with httpx.Client(base_url=library.address, auth=("ada", "lovelace"), timeout=60) as browser:
        by_page(browser)(question)
    latest = library.ada.get("/api/conversations").json()["conversations"][0]
    assert latest["title"] == question
    (turn,) = library.ada.get(f"/api/conversations/{latest['id']}").json()["turns"]
    library.ada.delete(f"/api/conversations/{latest['id']}")
    return of(turn["answer"])


def on_the_command_line(library: Library, question: str) -> Answer:
    with (
        patch("sys.argv", ["paperchat", "ask", question, "--json", "--index-dir", str(library.index)]),
        contextlib.redirect_stdout(io.StringIO()) as out,
    ):
        main()
    return of(json.loads(out.getvalue()))


def by_llamaindex(library: Library, question: str) -> Answer:
    with Assistant.from_config(index_dir=library.index) as assistant:
        response = PaperQueryEngine(assistant).query(question)
    answer = by_http(library, question)
    assert [node.node.node_id for node in response.source_nodes] == [one["paper_id"] for one in answer["sources"]]
    return of({**(response.metadata or {}), "text": str(response), "sources": answer["sources"]})


def data_of(response: httpx.Response) -> list[Any]:
    """What the events of a stream hold."""
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def shown(text: str, answer: Answer) -> Answer:
    assert text == answer["text"]
    return answer


ONE_BY_ONE = (
    by_http,
    by_http_streamed,
    by_chat,
    by_chat_streamed,
    by_response,
    by_response_streamed,
    on_the_page,
    on_the_command_line,
    by_llamaindex,
)
TOGETHER = (by_mcp_over_http, by_mcp_over_stdio)
"""Doors with a client that takes its time to start."""
QUESTIONS = (ASKED, REFUSED)


@pytest.fixture(scope="module")
def expected(library: Library) -> list[Answer]:
    return [by_python(library, question) for question in QUESTIONS]


@pytest.mark.parametrize("door", [*ONE_BY_ONE, *TOGETHER], ids=lambda door: door.__name__)
def test_an_answer_is_the_same_through_every_door(
    door: Callable[..., Any], library: Library, expected: list[Answer]
) -> None:
    if door in TOGETHER:
        pytest.importorskip("mcp", reason="needs the package mcp (pip install 'paperchat[mcp]')")
        assert door(library, QUESTIONS) == expected
    else:
        assert [door(library, question) for question in QUESTIONS] == expected


def test_one_of_these_answers_is_a_refusal_and_one_is_not(expected: list[Answer]) -> None:
    assert [answer["abstained"] for answer in expected] == [False, True]
