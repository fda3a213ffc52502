"""An answer has the same text, citations and verdicts through every door."""

import json
from pathlib import Path
from typing import Any

import httpx
from browser.server import PageServer
from servers.small_library import ASKED

from rag import Assistant

REFUSED = "What do barn owls cost?"


def of(answer: dict[str, Any]) -> dict[str, Any]:
    """What must be the same."""
    parts = ("text", "abstained", "citations", "sentences", "sources")
    return json.loads(json.dumps({part: answer[part] for part in parts}))


def by_python(index: Path, question: str) -> dict[str, Any]:
    with Assistant.from_config(index_dir=index) as assistant:
        return of(assistant.ask(question).to_dict())


def last_event(text: str) -> dict[str, Any]:
    return json.loads(text.strip().rsplit("\n\n", 1)[-1].partition("data: ")[2])


def test_an_answer_is_the_same_through_every_door(small_index: Path, ada: httpx.Client, guarded: PageServer) -> None:
    for question in (ASKED, REFUSED):
        expected = by_python(small_index, question)
        asked, chat = (
            {"question": question},
            {"model": "paperchat", "messages": [{"role": "user", "content": question}]},
        )
        response = {"model": "paperchat", "input": question, "footnotes": False}
        whole = ada.post("/v1/chat/completions", json={**chat, "footnotes": False}).json()
        newer = ada.post("/v1/responses", json=response).json()
        seen = {
            "api": ada.post("/api/ask", json=asked).json(),
            "api stream": last_event(ada.post("/api/ask", json={**asked, "stream": True}).text),
            "chat": whole["paperchat"],
            "responses": newer["paperchat"],
        }
        for door, answer in seen.items():
            assert of(answer) == expected, door
        assert whole["choices"][0]["message"]["content"] == expected["text"]
        assert newer["output"][0]["content"][0]["text"] == expected["text"]
