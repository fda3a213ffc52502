"""Who may do what at the doors for programs: route by caller, and where tokens come from and end."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from browser.server import PageServer
from servers.small_library import ASKED

from index import SettingsError
from ui.doors import Store

CALLERS = ("nobody", "ada-read", "ada-write", "bob-write", "eve-write")
NEW_PAPER = [{"id": "added", "title": "Hares Rest by Day", "abstract": "They feed at night and rest in hollows."}]

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
    # A token opens nothing of the page.
    ("GET", "/config", {}, (401, 401, 401, 401, 401)),
    ("POST", "/gradio_api/queue/join", {"json": {}}, (401, 401, 401, 401, 401)),
    ("GET", "/export/ADAS.md", {}, (401, 401, 401, 401, 401)),
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
    headers = {} if caller == "nobody" else {"authorization": f"Bearer {secrets_of[caller]}"}
    if sent.get("json", {}) and "conversation" in sent["json"]:
        sent = {"json": {**sent["json"], "conversation": sent["json"]["conversation"].replace("ADAS", adas)}}
    address = guarded.address.rstrip("/") + path.replace("ADAS", adas)
    response = httpx.request(method, address, headers=headers, timeout=60, **sent)
    assert response.status_code == statuses[CALLERS.index(caller)]
    if response.status_code in (401, 403, 404) and path.startswith("/api"):
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["remedy"]


def test_the_table_has_every_route_that_is_described(ada: httpx.Client) -> None:
    described = {
        (method.upper(), f"/api{path}".partition("{")[0].rstrip("/"))
        for path, operations in ada.get("/api/openapi.json").json()["paths"].items()
        for method in operations
    }
    held = {(method, path.partition("?")[0]) for method, path, _, _ in TABLE}
    missing = {
        (method, path)
        for method, path in described
        if not any(method == other and (there == path or there.startswith(f"{path}/")) for other, there in held)
    }
    assert missing == set()


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
