"""What a stranger, a neighbour and a hostile page get from the served page: nothing that isn't theirs."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.server import PageServer

from ui.doors.gate import OPEN

QUESTION = "What AUC does ICHPro reach?"
JOIN = "/gradio_api/queue/join"
SECRET = "root:x:0:0"
FILES = [
    {"path": "/etc/passwd", "orig_name": "x", "meta": {"_type": "gradio.FileData"}},
    {"path": "/etc/passwd"},
    {"path": "/proc/self/environ", "meta": {"_type": "gradio.FileData"}},
    [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}],
    {"a": [{"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}]},
    {"url": "file:///etc/passwd", "path": "", "meta": {"_type": "gradio.FileData"}},
    {"url": "http://127.0.0.1:1/x", "path": "http://127.0.0.1:1/x", "meta": {"_type": "gradio.FileData"}},
]


class Client(httpx.Client):
    """One browser: keeps its cookie and has a session."""

    def __init__(self, address: str) -> None:
        super().__init__(base_url=address, timeout=60)
        self.session = uuid.uuid4().hex

    def call(self, function: int, data: list[Any], **more: Any) -> httpx.Response:
        body = {"data": data, "fn_index": function, "session_hash": self.session, **more}
        return self.post(JOIN, json=body)

    def last_event(self) -> dict[str, Any]:
        with self.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as lines:
            for line in lines.iter_lines():
                if line.startswith("data: ") and (event := json.loads(line[6:]))["msg"] == "process_completed":
                    return event
        raise AssertionError("the stream ended early")


@pytest.fixture
def client(server: PageServer) -> Iterator[Client]:
    with Client(server.address) as made:
        made.get("/")
        yield made


@pytest.fixture(scope="module")
def config(server: PageServer) -> dict[str, Any]:
    return httpx.get(f"{server.address}config").json()


def component(config: dict[str, Any], number: int) -> dict[str, Any]:
    return next(one for one in config["components"] if one["id"] == number)


def defaults(config: dict[str, Any], function: dict[str, Any]) -> list[Any]:
    return [component(config, number)["props"].get("value") for number in function["inputs"]]


def asking(config: dict[str, Any]) -> dict[str, Any]:
    """The function that answers a question."""
    for function in config["dependencies"]:
        if function["inputs"] and component(config, function["inputs"][0])["props"].get("elem_id") == "question":
            return function
    raise AssertionError("nothing answers questions")


def question(config: dict[str, Any], text: Any = QUESTION) -> tuple[int, list[Any]]:
    """The function and the values with which the page asks."""
    return asking(config)["id"], [text, *defaults(config, asking(config))[1:]]


def test_no_file_of_the_server_gets_in_through_any_input_of_any_event(client: Client, config: dict[str, Any]) -> None:
    tried = 0
    for function in config["dependencies"]:
        kept = defaults(config, function)
        for place, number in enumerate(function["inputs"]):
            if component(config, number)["type"] == "state":
                continue
            for file in FILES:
                answer = client.call(function["id"], [*kept[:place], file, *kept[place + 1 :]])
                tried += 1
                assert answer.status_code in (403, 422), (function["id"], number, file)
        for sent in ({"question": FILES[0]}, [FILES[0]], FILES[0], FILES[1], {"a": {"b": FILES[0]}}, [[FILES[0]]]):
            assert client.call(function["id"], kept, event_data=sent).status_code in (403, 422)
    assert tried > 100
    for path in ("/etc/passwd", "/proc/self/environ"):
        for asked in (
            f"/gradio_api/file={path}",
            f"/gradio_api/file/{path}",
            f"/file={path}",
            f"/assets/..%2f..{path}",
        ):
            assert client.get(asked).status_code in (403, 404), asked
            assert SECRET not in client.get(asked).text


def test_the_state_of_a_session_is_the_servers_alone(client: Client, config: dict[str, Any]) -> None:
    number, data = question(config)
    inputs = asking(config)["inputs"]
    forged = [
        FILES[0] if component(config, each)["type"] == "state" else value
        for each, value in zip(inputs, data, strict=True)
    ]
    assert forged != data
    assert client.call(number, forged).status_code == 200
    last = client.last_event()
    assert last["success"]
    assert "/etc/passwd" not in json.dumps(last)


def test_what_of_gradio_the_page_does_not_need_is_shut(client: Client) -> None:
    api = "/gradio_api"
    for path in (
        f"{api}/proxy=http://127.0.0.1:1/",
        f"{api}/custom_component/1/client/component/index.js",
        f"{api}/stream/a/b/1/playlist.m3u8",
        f"{api}/runs",
        f"{api}/deep_link",
        f"{api}/openapi.json",
        f"{api}/vibe-code/",
        f"{api}/profiling/traces",
        f"{api}/call/predict/x",
        f"{api}/nothing",
        "/monitoring",
        "/monitoring/summary",
        "/docs",
    ):
        assert client.get(path).status_code == 404, path
    for path in (f"{api}/api/predict", f"{api}/call/predict", f"{api}/process_recording", "/login"):
        assert client.post(path, json={"data": []}).status_code == 404, path
    assert client.put("/config").status_code == 405


ROUTES = """
import json, gradio
from gradio.routes import App
with gradio.Blocks() as page:
    pass
def paths(routes, before=""):
    for route in routes:
        inner = getattr(route, "original_router", None) or route
        if getattr(inner, "routes", None):
            yield from paths(inner.routes, before)
        else:
            yield before + getattr(route, "path", "")
print(json.dumps(sorted(set(paths(App.create_app(page).routes)))))
"""


def test_every_route_of_this_gradio_is_open_on_purpose_or_shut(client: Client) -> None:
    """What a new version brings is shut until somebody has looked at it."""
    told = subprocess.run([sys.executable, "-c", ROUTES], capture_output=True, text=True, check=True)
    whole = [path for path in json.loads(told.stdout.splitlines()[-1]) if path and "{" not in path]
    assert len(whole) > 30
    assert {path for path in whole if client.get(path).status_code == 200} <= OPEN


def upload(client: Client, name: str, content: bytes) -> str:
    answer = client.post("/gradio_api/upload", files={"files": (name, content)})
    assert answer.status_code == 200
    return str(answer.json()[0])


def test_an_upload_is_used_and_read_by_who_sent_it_and_by_nobody_else(
    client: Client, server: PageServer, config: dict[str, Any]
) -> None:
    path = upload(client, "notes.txt", b"mine alone")
    adding = next(
        function
        for function in config["dependencies"]
        if function["inputs"] and component(config, function["inputs"][0])["type"] == "file"
    )
    file = {"path": path, "orig_name": "notes.txt", "meta": {"_type": "gradio.FileData"}}
    data = [[file], *("" if value is None else value for value in defaults(config, adding)[1:])]
    with Client(server.address) as neighbour:
        neighbour.get("/")
        assert neighbour.call(adding["id"], data).status_code == 403
        assert neighbour.get(f"/gradio_api/file={path}").status_code == 404
    assert client.get(f"/gradio_api/file={path}").text == "mine alone"
    assert client.call(adding["id"], data).status_code == 200
    assert client.last_event()["success"]


def test_a_session_is_its_first_users(client: Client, server: PageServer, config: dict[str, Any]) -> None:
    assert client.call(*question(config)).status_code == 200
    with Client(server.address) as neighbour:
        neighbour.get("/")
        neighbour.session = client.session
        assert neighbour.get("/gradio_api/queue/data", params={"session_hash": client.session}).status_code == 403
        assert neighbour.get(f"/gradio_api/heartbeat/{client.session}").status_code == 403
        assert neighbour.call(*question(config)).status_code == 403
        assert neighbour.post("/gradio_api/cancel", json={"session_hash": client.session}).status_code == 403
    assert client.last_event()["success"]


@pytest.mark.parametrize("value", [None, 7, ["x"], {"x": 1}, True])
def test_what_is_no_text_is_told_so_in_plain_words(client: Client, config: dict[str, Any], value: Any) -> None:
    answer = client.call(*question(config, value))
    assert answer.status_code == 422
    assert answer.json() == {"detail": "A text is wanted here."}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b"{}", 404),
        (b'{"fn_index": 10000, "data": []}', 404),
        (b'{"fn_index": true, "data": []}', 404),
        (b'{"fn_index": 0, "data": "x"}', 422),
    ],
)
def test_a_body_that_is_no_call_is_refused(client: Client, body: bytes, status: int) -> None:
    assert client.post(JOIN, content=body, headers={"content-type": "application/json"}).status_code == status


def test_a_question_has_a_greatest_length_on_the_server(client: Client, config: dict[str, Any]) -> None:
    answer = client.call(*question(config, "x" * 4001))
    assert answer.status_code == 413
    assert "4,000" in answer.json()["detail"]


def test_every_body_has_a_greatest_size(client: Client) -> None:
    large = b"x" * 1_500_000
    assert client.post(JOIN, content=large).status_code == 413
    assert client.post(JOIN, content=iter([large[:750_000], large[:750_000]])).status_code == 413
    assert client.post("/login", content=large).status_code == 413
    assert client.post("/gradio_api/upload", content=iter([b"x"])).status_code == 411


def test_a_name_that_somebody_points_here_is_not_answered(server: PageServer) -> None:
    for host in ("evil.example", f"evil.example:{server.port}", "127.0.0.1.evil.example"):
        assert httpx.get(server.address, headers={"host": host}).status_code == 403, host
    assert httpx.get(server.address, headers={"host": f"localhost:{server.port}"}).status_code == 200


def test_a_hostile_page_is_allowed_nothing(server: PageServer) -> None:
    join = f"{server.address}gradio_api/queue/join"
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", f"http://evil.example:{server.port}"):
        headers = {"origin": origin, "access-control-request-method": "POST"}
        asked = httpx.options(join, headers=headers)
        assert asked.status_code == 403, origin
        assert "access-control-allow-origin" not in asked.headers
        assert httpx.post(join, headers=headers, json={}).status_code == 403
    assert httpx.post(join, headers={"origin": server.address.rstrip("/")}, json={}).status_code == 404


def test_more_names_can_be_allowed(page_index: Path) -> None:
    with PageServer(page_index, UI__ALLOWED_HOSTS="[papers.example]") as server:
        assert httpx.get(server.address, headers={"host": "papers.example"}).status_code == 200
        assert httpx.get(server.address, headers={"host": "other.example"}).status_code == 403


# -- with users --------------------------------------------------------------------------------------------------------


def log_in(server: PageServer, name: str, password: str, **headers: str) -> httpx.Response:
    return httpx.post(f"{server.address}login", data={"name": name, "password": password}, headers=headers)


def test_failed_log_ins_of_one_lock_nobody_else_out_and_a_forged_address_does_not_help(page_index: Path) -> None:
    with PageServer(page_index, USERS="ada:lovelace,bob:builder") as server:
        for attempt in range(11):
            assert log_in(server, "ada", "guess", **{"x-forwarded-for": f"10.0.0.{attempt}"}).status_code == 401
        assert "requests within a minute" in log_in(server, "ada", "lovelace").text
        assert log_in(server, "bob", "builder").status_code == 303


def test_the_word_of_a_named_proxy_on_addresses_counts(page_index: Path) -> None:
    with PageServer(page_index, USERS="ada:lovelace", UI__TRUSTED_PROXIES="[127.0.0.1]") as server:
        for _ in range(11):
            assert log_in(server, "ada", "guess", **{"x-forwarded-for": "10.0.0.1"}).status_code == 401
        assert log_in(server, "ada", "lovelace", **{"x-forwarded-for": "10.0.0.1"}).status_code == 401
        assert log_in(server, "ada", "lovelace", **{"x-forwarded-for": "10.0.0.2"}).status_code == 303


def test_a_changed_password_ends_old_cookies_and_a_session_is_tied_to_its_user(page_index: Path) -> None:
    server = PageServer(page_index, USERS="ada:lovelace,bob:builder")
    with server, Client(server.address) as ada, Client(server.address) as bob:
        ada.post("/login", data={"name": "ada", "password": "lovelace"})
        bob.post("/login", data={"name": "bob", "password": "builder"})
        assert ada.call(*question(ada.get("/config").json())).status_code == 200
        assert bob.get("/gradio_api/queue/data", params={"session_hash": ada.session}).status_code == 403
        assert ada.last_event()["success"]
        server.stop()
        server.start()
        assert ada.get("/config").status_code == 200
        server.stop()
        server.environment["PAPERCHAT_USERS"] = "ada:changed,bob:builder"
        server.start()
        assert ada.get("/config").status_code == 401
        assert bob.get("/config").status_code == 200


def test_a_log_in_leads_to_what_was_asked_for_and_never_elsewhere(page_index: Path) -> None:
    with PageServer(page_index, USERS="ada:lovelace") as server:
        turned = httpx.get(f"{server.address}?conversation=a-1&tab=map")
        assert turned.headers["location"] == "login?to=%3Fconversation%3Da-1%26tab%3Dmap"
        places = {"?tab=map": "./?tab=map", "shared/a-1": "./shared/a-1", "//a.example": "./", "../x": "./"}
        for wanted, place in places.items():
            data = {"name": "ada", "password": "lovelace"}
            answer = httpx.post(f"{server.address}login", params={"to": wanted}, data=data)
            assert answer.headers["location"] == place
