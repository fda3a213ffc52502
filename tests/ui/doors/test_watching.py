"""Whether the server lives, what it has done, and what it writes of each request."""

import asyncio
import json
import logging
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from browser.server import PageServer
from fastapi import FastAPI
from servers.small_library import ASKED

from rag import Answer, Assistant, Sentence, Source, Usage
from ui.doors import RequestLog, Store, open_doors
from ui.doors.metrics import Metrics
from ui.history import History
from ui.settings import UISettings


def test_supervisors_see_that_it_lives_and_can_answer(guarded: PageServer) -> None:
    assert httpx.get(f"{guarded.address}healthz").json() == {"status": "ok"}
    assert httpx.get(f"{guarded.address}readyz").json() == {"status": "ready"}
    assert httpx.get(f"{guarded.address}metrics").status_code == 401


def values(text: str) -> dict[str, float]:
    lines = [line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_turns_are_counted_and_logged_without_any_text(small_index: Path) -> None:
    limited = PageServer(small_index, UI__LOG_REQUESTS="true")
    with limited as server, httpx.Client(base_url=server.address, timeout=60) as client:
        answered = client.post("/api/ask", json={"question": ASKED}, headers={"x-request-id": "mine"})
        refused = client.post("/v1/responses", json={"model": "paperchat", "input": "What do barn owls cost in shops?"})
        client.get("/api/papers/owls")
        client.get("/api/papers/nothing")
        seen = values(client.get("/metrics").text)
        log = [json.loads(line) for line in server.said().splitlines() if line.startswith('{"request"')]
        said = server.said()
    assert answered.headers["x-request-id"] == "mine"
    assert seen['paperchat_turns_total{model="offline"}'] == 2
    assert seen["paperchat_refusals_total"] == refused.json()["paperchat"]["abstained"]
    assert seen['paperchat_sentences_total{verdict="supported"}'] >= 1
    assert seen['paperchat_step_seconds_count{step="total"}'] == 2
    assert seen['paperchat_step_seconds_bucket{step="total",le="+Inf"}'] == 2
    assert seen['paperchat_failures_total{status="404"}'] == 1
    assert seen["paperchat_papers"] >= 3
    assert [(line["method"], line["route"], line["status"]) for line in log[:4]] == [
        ("POST", "/api/ask", 200),
        ("POST", "/v1/responses", 200),
        ("GET", "/api/papers", 200),
        ("GET", "/api/papers", 404),
    ]
    assert log[0]["request"] == "mine"
    assert "owls" not in said.replace(str(small_index), "")


def test_questions_and_answers_are_logged_where_that_is_asked_for(
    small_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "paperchat.requests")
    app, history = FastAPI(), History(small_index / "conversations.sqlite3")
    with Assistant.from_config(index_dir=small_index) as assistant, closing(Store(small_index)) as store:
        service = open_doors(app, assistant, history, store, UISettings(log_texts=True))

        async def ask() -> None:
            transport = httpx.ASGITransport(RequestLog(app, service))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                await client.post("/api/ask", json={"question": ASKED}, headers={"x-request-id": "mine"})

        asyncio.run(ask())
    texts, request = (json.loads(record.message) for record in caplog.records)
    assert (texts["request"], texts["question"]) == ("mine", ASKED)
    assert "270 degrees" in texts["answer"]
    assert (request["request"], request["route"]) == ("mine", "/api/ask")


def test_tokens_cost_and_what_is_not_supported_are_counted_by_model_and_verdict() -> None:
    source = Source(1, "p", "T", "", (), 2025, (), "", (), 1.0, True)
    said = Sentence("It is so [1].", 0, 13, (1,), 0.1, "unsupported", "no figure")
    usage = Usage(tokens_in=900, tokens_out=40, cost=0.5)
    answer = Answer("Q", "Q", "It is so [1].", False, "answered", (source,), (), (said,), "openai/x", usage=usage)
    metrics = Metrics()
    for _ in range(2):
        metrics.count_turn(answer)
    seen = values("\n".join(metrics.lines(papers=1)))
    assert seen['paperchat_sentences_total{verdict="unsupported"}'] == 2
    assert seen['paperchat_tokens_total{model="openai/x",direction="in"}'] == 1800
    assert seen['paperchat_tokens_total{model="openai/x",direction="out"}'] == 80
    assert seen['paperchat_cost_dollars_total{model="openai/x"}'] == 1.0
