"""Who may do what at the doors for programs: route by caller, and where tokens come from and end."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from browser.server import PageServer
from fastapi import FastAPI
from servers.small_library import ASKED
from starlette.routing import BaseRoute, Mount, Route

from index import SettingsError
from rag import Assistant
from ui.doors import Store, open_doors
from ui.history import History
from ui.settings import UISettings

CALLERS = ("nobody", "ada-read", "ada-write", "bob-write", "eve-write")
NEW_PAPER = [{"id": "added", "title": "Hares Rest by Day", "abstract": "They feed at night and rest in hollows."}]
CHAT = {"model": "paperchat", "messages": [{"role": "user", "content": ASKED}]}
TOOLS = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
BOTH_KINDS = {"accept": "application/json, text/event-stream"}

TABLE: list[tuple[str, str, dict, tuple[int, int, int, int, int]]] = [
    # Bob is another user: he sees no conversation of Ada's. Eve has a token, but is no user any more.
    ("POST", "/api/ask", {"json": {"question": ASKED}}, (401, 200, 200, 200, 401)),
    ("POST", "/api/ask", {"json": {"question": ASKED, "conversation": "new"}}, (401, 403, 200, 200, 401)),
    ("POST", "/api/ask", {"json": {"question": ASKED, "conversation": "ADAS"}}, (401, 403, 200, 404, 401)),
    ("GET", "/api/search?q=owls", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/similar/owls", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/models", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/papers", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/papers?format=bibtex", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/papers/owls", {}, (401, 200, 200, 200, 401)),
    ("POST", "/api/papers", {"json": NEW_PAPER}, (401, 403, 200, 200, 401)),
    ("DELETE", "/api/papers/never-there", {}, (401, 403, 404, 404, 401)),
    ("GET", "/api/conversations", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/conversations/ADAS", {}, (401, 200, 200, 404, 401)),
    ("PATCH", "/api/conversations/ADAS", {"json": {"title": "Owls"}}, (401, 403, 204, 404, 401)),
    ("DELETE", "/api/conversations/never-there", {}, (401, 403, 404, 404, 401)),
    ("GET", "/api/", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api/openapi.json", {}, (401, 200, 200, 200, 401)),
    ("GET", "/api", {}, (401, 307, 307, 307, 401)),
    ("GET", "/v1/models", {}, (401, 200, 200, 200, 401)),
    ("GET", "/v1/models/paperchat", {}, (401, 200, 200, 200, 401)),
    ("POST", "/v1/chat/completions", {"json": CHAT}, (401, 200, 200, 200, 401)),
    ("POST", "/v1/responses", {"json": {"model": "paperchat", "input": ASKED}}, (401, 200, 200, 200, 401)),
    # What a tool may do is in the answer: test_mcp.py.
    ("POST", "/mcp", {"json": TOOLS, "headers": BOTH_KINDS}, (401, 200, 200, 200, 401)),
    ("GET", "/metrics", {}, (401, 200, 200, 200, 401)),
    # What supervisors look at is open to all, and says nothing else.
    ("GET", "/healthz", {}, (200, 200, 200, 200, 200)),
    ("GET", "/readyz", {}, (200, 200, 200, 200, 200)),
    # A token opens nothing of the page.
    ("GET", "/config", {}, (401, 401, 401, 401, 401)),
    ("POST", "/gradio_api/queue/join", {"json": {}}, (401, 401, 401, 401, 401)),
    ("GET", "/export/ADAS.md", {}, (401, 401, 401, 401, 401)),
    ("GET", "/read/1?number=1", {}, (401, 401, 401, 401, 401)),
]


@pytest.fixture(scope="module")
def adas(ada: httpx.Client) -> Iterator[str]:
    """A conversation of Ada's."""
    kept = ada.post("/api/ask", json={"question": ASKED, "conversation": "new"}).json()["conversation"]
    yield kept
    ada.delete(f"/api/conversations/{kept}")
    ada.delete("/api/papers/added")


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("method", "path", "sent", "statuses"), TABLE)
def test_each_caller_may_do_what_the_table_says(
    guarded: PageServer,
    secrets_of: dict[str, str],
    adas: str,
    caller: str,
    method: str,
    path: str,
    sent: dict,
    statuses: tuple[int, ...],
) -> None:
    headers = {**sent.get("headers", {})}
    if caller != "nobody":
        headers["authorization"] = f"Bearer {secrets_of[caller]}"
    sent = {name: value for name, value in sent.items() if name != "headers"}
    if sent.get("json", {}) and "conversation" in sent["json"]:
        sent = {"json": {**sent["json"], "conversation": sent["json"]["conversation"].replace("ADAS", adas)}}
    address = guarded.address.rstrip("/") + path.replace("ADAS", adas)
    response = httpx.request(method, address, headers=headers, timeout=60, **sent)
    assert response.status_code == statuses[CALLERS.index(caller)]
    if response.status_code in (401, 403, 404) and path.startswith("/api"):
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["remedy"]
    if response.status_code == 401 and path.startswith("/v1"):
        assert response.json()["error"]["type"] == "authentication_error"


def test_the_table_has_every_route_of_the_doors(small_index: Path) -> None:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    with Assistant.from_config(index_dir=small_index) as assistant:
        service = open_doors(app, assistant, History(small_index / "c.sqlite3"), Store(small_index), UISettings())
    service.store.close()
    held = [(method, path.partition("?")[0]) for method, path, _, _ in TABLE]
    routes = list(routes_of(app.routes))
    assert len(routes) > 20
    missing = [
        (prefix + route.path, methods)
        for prefix, route, methods in routes
        if not all(
            any(
                method == asked and path.startswith(prefix) and route.path_regex.match(path.removeprefix(prefix))
                for asked, path in held
            )
            for method in methods
        )
    ]
    assert missing == []


def routes_of(routes: Sequence[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Route, set[str]]]:
    """Where it is mounted, the route, and its methods; HEAD is GET without a body."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(route.routes, prefix + route.path)
        elif hasattr(route, "original_router"):  # FastAPI's, of an included router
            yield from routes_of(route.original_router.routes, prefix)
        elif isinstance(route, Route):
            yield prefix, route, (route.methods or {"POST"}) - {"HEAD"}
        else:
            raise TypeError(f"{route} is of a kind that this test does not know")


def test_a_password_opens_the_doors_as_well(guarded: PageServer) -> None:
    assert httpx.get(f"{guarded.address}api/models", auth=("ada", "lovelace")).status_code == 200
    assert httpx.get(f"{guarded.address}api/models", auth=("ada", "guess")).status_code == 401


@pytest.mark.parametrize("name", ["", " ", "a:b", "a,b", "a\nb", "x" * 101])
def test_a_token_is_for_a_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is no name"):
        Store(tmp_path).new_token(name)


def test_tokens_are_read_in_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, secret = Store(tmp_path).new_token("ada")
    monkeypatch.setattr("os.access", lambda path, mode: mode == 0)
    store = Store(tmp_path)
    assert store.find_token(secret) is not None
    assert store.file.parent != tmp_path
    store.close()


def test_the_file_of_the_first_layout_is_read(tmp_path: Path) -> None:
    layout = Path(__file__).parents[2] / "layouts" / "doors-1.sqlite3"
    file = tmp_path / "doors.sqlite3"
    file.write_bytes(layout.read_bytes())
    assert [token.name for token in Store(tmp_path).tokens()] == ["ada"]
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
