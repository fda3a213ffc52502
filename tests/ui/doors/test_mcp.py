"""The Model Context Protocol over stdio and over HTTP, spoken by the SDK's own client."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.server import PageServer
from servers.model_context import over_http, over_stdio
from servers.small_library import ASKED

pytest.importorskip("mcp", reason="needs the package mcp (pip install 'paperchat[mcp]')")

TOOLS = {"ask", "search_papers", "get_paper", "similar_papers", "list_papers", "export_bibtex"}


async def look_around(client: Any) -> dict[str, Any]:
    """Every tool that reads, a resource and the prompts."""
    return {
        "tools": {tool.name for tool in (await client.list_tools()).tools},
        "answer": await client.call_tool("ask", {"question": ASKED}),
        "found": await client.call_tool("search_papers", {"query": "ultraviolet", "k": 1}),
        "paper": await client.call_tool("get_paper", {"paper_id": "owls"}),
        "missing": await client.call_tool("get_paper", {"paper_id": "nothing"}),
        "similar": await client.call_tool("similar_papers", {"paper_id": "owls", "k": 1}),
        "listed": await client.call_tool("list_papers", {"year_from": 2020}),
        "bibtex": await client.call_tool("export_bibtex", {"paper_ids": ["owls"]}),
        "resource": await client.read_resource("paper://lab%2Fbees"),
        "prompts": {prompt.name for prompt in (await client.list_prompts()).prompts},
        "prompt": await client.get_prompt("compare", {"first": "owls", "second": "foxes"}),
    }


def check(seen: dict[str, Any], ada: httpx.Client) -> None:
    same = ada.post("/api/ask", json={"question": ASKED}).json()
    answer = seen["answer"]
    for part in ("text", "citations", "sentences", "sources"):
        assert answer.structured_content[part] == same[part], part
    assert answer.content[0].text.startswith(same["text"].replace("*", ""))  # plain, as an answer is copied
    assert seen["found"].structured_content["papers"][0]["paper_id"] == "lab/bees"
    assert "270 degrees" in seen["paper"].content[0].text
    assert seen["missing"].is_error
    assert "list_papers" in seen["missing"].content[0].text
    assert (
        seen["similar"].structured_content["papers"] == ada.get("/api/similar/owls").raise_for_status().json()["papers"]
    )
    assert {"owls", "foxes"} <= {paper["id"] for paper in seen["listed"].structured_content["papers"]}
    assert seen["bibtex"].content[0].text.startswith("@")
    assert "Mason bees" in seen["resource"].contents[0].text
    assert seen["prompts"] == {"review", "compare"}
    assert "owls" in seen["prompt"].messages[0].content.text


def test_over_stdio_the_answer_is_the_checked_one_and_nothing_can_be_added(
    small_index: Path, ada: httpx.Client
) -> None:
    seen = over_stdio(small_index, look_around)
    assert seen["tools"] == TOOLS
    check(seen, ada)


RECORDS = [{"id": "newts", "title": "Newts Regrow Lenses", "abstract": "They regrow a lens within sixty days."}]


def test_papers_are_added_where_that_is_allowed(tmp_path: Path) -> None:
    from index import IndexSettings, ingest

    file = tmp_path / "papers.json"
    file.write_text(json.dumps([{"title": "Frogs Sing in Spring", "abstract": "They call in ponds by night."}]))
    ingest([file], IndexSettings(folder=tmp_path / "index"))

    async def add(client: Any) -> Any:
        return await client.call_tool("add_papers", {"records": RECORDS})

    added = over_stdio(tmp_path / "index", add, "--allow-add")
    assert added.structured_content["papers"] == ["newts"]


def test_over_http_a_token_opens_and_says_what_may_be_done(
    guarded: PageServer, secrets_of: dict[str, str], ada: httpx.Client
) -> None:
    seen = over_http(guarded.address, secrets_of["ada-read"], look_around)
    assert seen["tools"] == {*TOOLS, "add_papers"}
    check(seen, ada)

    async def add(client: Any) -> Any:
        return await client.call_tool("add_papers", {"records": RECORDS})

    refused = over_http(guarded.address, secrets_of["ada-read"], add)
    assert refused.is_error
    assert "--write" in refused.content[0].text
    assert not over_http(guarded.address, secrets_of["ada-write"], add).is_error
    assert ada.delete("/api/papers/newts").status_code == 200
    assert httpx.post(f"{guarded.address}mcp", json={}).status_code == 401
