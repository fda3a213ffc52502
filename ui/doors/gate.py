"""What of Gradio may be reached, by whom, and with what in it.

Gradio would take a file's path from a request wherever a component takes a value, copy that file to its cache and serve
it. Here only the routes that the page needs are open, and each call is put together anew from values of the kinds that
its components take; a file is one that this very browser or user uploaded, and nobody else gets it back.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.doors.problems import refusal

API = "/gradio_api"
OPEN = frozenset(
    (
        *("/", "/config", "/theme.css", "/favicon.ico", "/robots.txt", "/manifest.json"),
        *(f"{API}/{name}" for name in ("info", "app_id", "startup-events", "theme.css", "upload_progress")),
    )
)
"""Read by everybody who is in: what the page is made of."""
OPEN_FOLDERS = ("/assets/", "/static/", "/svelte/")

SESSION_CHARACTERS = 64
TEXT_CHARACTERS = 4000
"""Of a text that has no limit of its own: as much as a question."""
VALUES = 200
"""In a list that a component takes, such as the topics chosen."""
MOST_REMEMBERED = 10_000
"""Sessions, and owners of uploads; the longest unused are forgotten."""
UPLOADS_EACH = 200


class NotLetIn(Exception):
    """A request that is answered by us: `status` and what is wrong with it."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


class Gate:
    """ASGI middleware before a mounted Gradio page.

    `functions` are the page's (`gr.Blocks.fns`): number -> one with `inputs`, its components. `owner` tells whose a
    request is, `routes` are those that others have put on the app: they pass unchecked.
    """

    def __init__(
        self,
        app: ASGIApp,
        functions: Mapping[int, Any],
        owner: Callable[[Scope], str],
        routes: Sequence[BaseRoute],
    ) -> None:
        self.app = app
        self.functions = functions
        self.owner = owner
        self.routes = routes
        self.sessions: OrderedDict[str, str] = OrderedDict()
        self.uploads: OrderedDict[str, list[str]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if any(route.matches(scope)[0] is Match.FULL for route in self.routes):
            await self.app(scope, receive, send)
            return
        try:
            if scope["type"] == "websocket":
                raise NotLetIn(404, "There is nothing here.")
            receive, send = await self.checked(scope, receive, send)
        except NotLetIn as error:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refusal(scope, error.status, error.detail)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    async def checked(self, scope: Scope, receive: Receive, send: Send) -> tuple[Receive, Send]:
        """How the request goes on. Raises NotLetIn."""
        path, owner = scope["path"], self.owner(scope)
        if scope["method"] in ("GET", "HEAD"):
            self.check_reading(path, scope["query_string"].decode("latin-1"), owner)
            return receive, send
        if scope["method"] != "POST":
            raise NotLetIn(405, "That can't be done here.")
        if path == f"{API}/upload":
            return receive, self.noting_uploads(owner, send)
        if path == f"{API}/queue/join" or path.startswith(f"{API}/run/"):
            call = self.checked_call(await read_json(receive), owner)
        elif path in (f"{API}/reset", f"{API}/cancel"):
            call = self.checked_ending(await read_json(receive), owner)
        else:
            raise NotLetIn(404, "There is nothing here.")
        return sending(call, scope, receive), send

    def check_reading(self, path: str, query: str, owner: str) -> None:
        if path in OPEN or path.startswith(OPEN_FOLDERS):
            return
        if path == f"{API}/queue/data":
            self.check_session((parse_qs(query).get("session_hash") or [""])[0], owner)
        elif path.startswith(f"{API}/heartbeat/"):
            self.check_session(path.rpartition("/")[2], owner)
        elif path.startswith(f"{API}/file="):
            if path.partition("=")[2] not in self.uploads.get(owner, ()):
                raise NotLetIn(404, "There is no such file.")
        else:
            raise NotLetIn(404, "There is nothing here.")

    def check_session(self, session: object, owner: str) -> str:
        """A session is its first user's."""
        if not isinstance(session, str) or not 0 < len(session) <= SESSION_CHARACTERS or not session.isalnum():
            raise NotLetIn(400, "There is no session_hash of letters and digits.")
        if self.sessions.setdefault(session, owner) != owner:
            raise NotLetIn(403, "This is somebody else's session.")
        self.sessions.move_to_end(session)
        if len(self.sessions) > MOST_REMEMBERED:
            self.sessions.popitem(last=False)
        return session

    def checked_call(self, body: dict[str, Any], owner: str) -> dict[str, Any]:
        """A call of one of the page's functions, of values that are what its components take."""
        number = body.get("fn_index")
        function = self.functions.get(number) if type(number) is int else None
        if function is None:
            raise NotLetIn(404, "The page has no such function.")
        values = body.get("data")
        if not isinstance(values, list) or len(values) != len(function.inputs):
            raise NotLetIn(422, f"`data` must be a list of {len(function.inputs)} values.")
        own = self.uploads.get(owner, ())
        taken = [checked_value(component, each, own) for component, each in zip(function.inputs, values, strict=True)]
        trigger = body.get("trigger_id")
        return {
            "data": taken,
            "fn_index": number,
            "session_hash": self.check_session(body.get("session_hash"), owner),
            "trigger_id": trigger if type(trigger) is int else None,
            "event_data": checked_event(body.get("event_data"), own),
        }

    def checked_ending(self, body: dict[str, Any], owner: str) -> dict[str, Any]:
        if "session_hash" in body:
            self.check_session(body["session_hash"], owner)
        kept: dict[str, Any] = {key: body[key] for key in ("session_hash", "fn_index", "event_id") if key in body}
        if not all(isinstance(value, str | int) and len(str(value)) <= SESSION_CHARACTERS for value in kept.values()):
            raise NotLetIn(422, "That is no event of yours.")
        return kept

    def noting_uploads(self, owner: str, send: Send) -> Send:
        """Passes the answer to an upload on and keeps whose the files are."""
        status = 0
        body = bytearray()

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status == 200:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    self.uploads[owner] = [*self.uploads.get(owner, ()), *json.loads(body)][-UPLOADS_EACH:]
                    self.uploads.move_to_end(owner)
                    if len(self.uploads) > MOST_REMEMBERED:
                        self.uploads.popitem(last=False)
            await send(message)

        return note


def checked_value(component: Any, value: Any, uploads: Sequence[str]) -> Any:
    """The value if it is of the kind that the component takes. Raises NotLetIn."""
    kind = type(component).__name__.casefold()
    if kind == "state":
        return None  # kept by the server, whatever is sent
    if kind == "file":
        return None if value is None else [checked_file(each, uploads) for each in as_list(value)]
    if kind == "textbox":
        return checked_text(value, component.max_length or TEXT_CHARACTERS)
    if kind == "dropdown" and component.multiselect:
        return [checked_text(each, TEXT_CHARACTERS) for each in as_list(value or [])]
    if kind == "dropdown":
        return value if value is None else checked_text(value, TEXT_CHARACTERS)
    if kind == "slider":
        if type(value) not in (int, float):
            raise NotLetIn(422, "A number is wanted here.")
        return value
    if kind == "html":
        return None if value is None else checked_text(value, TEXT_CHARACTERS)
    raise NotLetIn(422, f"Nothing can be sent to a {kind}.")


def checked_text(value: Any, most: int) -> str:
    if not isinstance(value, str):
        raise NotLetIn(422, "A text is wanted here.")
    if len(value) > most:
        raise NotLetIn(413, f"This text has {len(value):,} characters; at most {most:,} go here.")
    return value


def as_list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > VALUES:
        raise NotLetIn(422, f"A list of at most {VALUES} values is wanted here.")
    return value


def checked_file(value: Any, uploads: Sequence[str]) -> dict[str, Any]:
    """A file that was uploaded, with nothing but its name besides. Raises NotLetIn for any other."""
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or path not in uploads:
        raise NotLetIn(403, "Only files that were uploaded here can be used.")
    name = value.get("orig_name")
    return {
        "path": path,
        "orig_name": name[:200] if isinstance(name, str) else None,
        "meta": {"_type": "gradio.FileData"},
    }


def checked_event(data: Any, uploads: Sequence[str]) -> Any:
    """What the browser sends along with an event: a plain value, several, or some with names; or files it uploaded."""
    if isinstance(data, list):
        return [checked_plain(each) if is_plain(each) else checked_file(each, uploads) for each in as_list(data)]
    if isinstance(data, dict) and len(data) <= VALUES and not {"path", "url"} & data.keys():
        return {name: checked_plain(value) for name, value in data.items()}
    return checked_plain(data)


def is_plain(value: Any) -> bool:
    return value is None or type(value) in (bool, int, float, str)


def checked_plain(value: Any) -> Any:
    if not is_plain(value):
        raise NotLetIn(422, "`event_data` must hold plain values.")
    return checked_text(value, TEXT_CHARACTERS) if isinstance(value, str) else value


async def read_json(receive: Receive) -> dict[str, Any]:
    """The body as a JSON object; its size is limited already."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise NotLetIn(400, "The request broke off.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise NotLetIn(400, "This is no JSON.") from None
    if not isinstance(value, dict):
        raise NotLetIn(422, "A JSON object is wanted here.")
    return value


def sending(body: dict[str, Any], scope: Scope, receive: Receive) -> Receive:
    """A `receive` that gives `body` in place of what came."""
    content = json.dumps(body).encode()
    kept = [pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"content-type")]
    scope["headers"] = [*kept, (b"content-length", str(len(content)).encode()), (b"content-type", b"application/json")]
    waiting: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
