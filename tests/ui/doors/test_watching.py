"""Whether the server lives, what it has done, and what it writes of each request."""

import json
from pathlib import Path

import httpx
from browser.server import PageServer
from servers.small_library import ASKED


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
