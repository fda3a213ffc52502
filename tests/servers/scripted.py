"""An HTTP server that speaks the OpenAI protocol and misbehaves on demand: the model's name says how.

`model="echo"` answers with the last message; see SCRIPTS for the others. Every request is recorded, with what became of
it: `gone` is set when the client closed the connection before the answer was complete.
"""

import json
import re
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HEAD = re.compile(r"^\[(\d+)\] (.+?)(?: \(\d{4}\))?$", re.MULTILINE)
"""The line that heads an evidence in a prompt: its number and its title."""

CITED = "MAT caches actions per agent [1]. It needs 5.5-6.7x less memory [2]."


@dataclass
class Request:
    """One request as it came. `gone`: the client went away while we were still sending."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    gone: threading.Event = field(default_factory=threading.Event)


def quote_first(request: Request) -> str:
    """An answer made of the first evidence that this very request showed."""
    number, title = HEAD.search(request.body["messages"][-1]["content"]).groups()
    return f"It is treated in {title} [{number}]."


def purpose(request: Request) -> str:
    """What a request is for, by its rules."""
    rules = request.body["messages"][0]["content"]
    return "plan" if rules.startswith("You plan") else "verify" if rules.startswith("You check") else "answer"


class ScriptedServer:
    """Context manager; `base_url` is what goes into `llm.base_url`. `answer` overrides what `cited` says.

    Another `handler` makes it speak another protocol.
    """

    def __init__(self, handler: "type[Handler] | None" = None) -> None:
        self.requests: list[Request] = []
        self.answer: Callable[[Request], str] = lambda request: CITED
        self._server = Quiet(("127.0.0.1", 0), handler or Handler)
        self._server.script = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def chats(self, model: str) -> list[Request]:
        return [request for request in self.requests if request.body.get("model") == model]

    def __enter__(self) -> "ScriptedServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    script: ScriptedServer

    def __init__(self, *arguments: Any) -> None:
        self.closing = threading.Event()
        super().__init__(*arguments)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients that go away are what this server is for


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stream_type = "text/event-stream"
    server: Quiet

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        request = Request(self.path, dict(self.headers), {})
        self.server.script.requests.append(request)
        if self.path == "/v1/models":
            if self.headers.get("Authorization") == "Bearer wrong":
                self.error(401, "invalid_api_key", "Incorrect API key provided: wrong.")
            else:
                self.document(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in SCRIPTS]})
        else:
            self.document(404, {"detail": "Not Found"})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.request_seen = Request(self.path, dict(self.headers), body)
        self.server.script.requests.append(self.request_seen)
        script = SCRIPTS.get(body.get("model", ""))
        if self.path != "/v1/chat/completions" or script is None:
            self.error(404, "model_not_found", f"The model `{body.get('model')}` does not exist.")
            return
        script(self)

    # What scripts are made of.

    def document(self, status: int, content: Any, content_type: str = "application/json", **headers: str) -> None:
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(data)

    def error(self, status: int, code: str, message: str, **headers: str) -> None:
        self.document(status, {"error": {"message": message, "type": "error", "code": code}}, **headers)

    def start(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", self.stream_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def raw(self, data: str | bytes) -> None:
        try:
            encoded = data.encode() if isinstance(data, str) else data
            self.wfile.write(f"{len(encoded):x}\r\n".encode() + encoded + b"\r\n")
            self.wfile.flush()
        except OSError:
            self.request_seen.gone.set()
            raise

    def event(self, content: str | None, finish: str | None = None, **extra: Any) -> None:
        delta = {"role": "assistant", "content": ""} if content is None else {"content": content}
        chunk = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": self.request_seen.body["model"],
            "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            **extra,
        }
        self.raw(f"data: {json.dumps(chunk)}\n\n")

    def end(self, finish: str = "stop", usage: tuple[int, int] | None = (120, 17)) -> None:
        self.event("", finish)
        if usage:
            tokens = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
            self.event("", choices=[], usage=tokens)
        self.raw("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def hang(self, longest: float = 30) -> None:
        """Says nothing until the client goes away."""
        until = time.monotonic() + longest
        while time.monotonic() < until and not self.server.closing.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.peek():
                self.request_seen.gone.set()
                break
        self.close_connection = True

    def peek(self) -> bytes:
        try:
            return self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return b""

    def cut(self) -> None:
        """Ends the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def attempt(self) -> int:
        """The how-manieth request for this model this is, from 1."""
        return len(self.server.script.chats(self.request_seen.body["model"]))


def stream(handler: Handler, text: str, size: int = 7, **end: Any) -> None:
    handler.start()
    handler.event(None)
    for piece in pieces(text, size):
        handler.event(piece)
    handler.end(**end)


def pieces(text: str, size: int) -> Iterator[str]:
    for start in range(0, len(text), size):
        yield text[start : start + size]


def echo(handler: Handler) -> None:
    stream(handler, handler.request_seen.body["messages"][-1]["content"])


def cited(handler: Handler) -> None:
    stream(handler, handler.server.script.answer(handler.request_seen))


def no_usage(handler: Handler) -> None:
    stream(handler, CITED, usage=None)


def split_markers(handler: Handler) -> None:
    stream(handler, CITED, size=1)


def thinks(handler: Handler) -> None:
    stream(handler, f"<think>Which passage? [2] or\n[3]?</think>\n\n{CITED}", size=3)


def only_thinks(handler: Handler) -> None:
    stream(handler, "<think>Hmm, which passage", finish="length")


def thinks_apart(handler: Handler) -> None:
    handler.start()
    handler.event(None)
    for word in ("Which ", "passage?"):
        handler.event("", choices=[{"index": 0, "delta": {"reasoning_content": word}, "finish_reason": None}])
    handler.event(CITED)
    handler.end()


def only_thinks_apart(handler: Handler) -> None:
    """As vLLM and OpenRouter send it; some servers then end with "stop"."""
    handler.start()
    handler.event(None)
    for word in ("Which ", "passage?"):
        handler.event("", choices=[{"index": 0, "delta": {"reasoning": word}, "finish_reason": None}])
    handler.end()


def cut_once(handler: Handler) -> None:
    """What it is told to say, the first time at the limit of length."""
    answer = handler.server.script.answer(handler.request_seen)
    stream(handler, answer, finish="length" if handler.attempt() == 1 else "stop")


def silent_at_limit(handler: Handler) -> None:
    """A model that keeps its reasoning to itself and was cut within it."""
    stream(handler, "", finish="length")


def filtered(handler: Handler) -> None:
    stream(handler, "", finish="content_filter")


def filtered_within(handler: Handler) -> None:
    stream(handler, "MAT caches actions [1]. It also", finish="content_filter")


def question_filtered(handler: Handler) -> None:
    """As Azure does it."""
    handler.error(400, "content_filter", "The response was filtered due to the prompt triggering a policy.")


def half_characters(handler: Handler) -> None:
    """An emoji cut in two, as tokenizers of bytes send it, half of another, and a NUL."""
    handler.start()
    for piece in ("MAT caches \ud83d", "\ude00 actions", " \ud83d and\0more [1]."):
        handler.event(piece)
    handler.end()


def answers_in_json(handler: Handler) -> None:
    stream(handler, json.dumps({"answer": [{"text": "MAT caches actions per agent.", "citations": [1]}]}))


def empty(handler: Handler) -> None:
    stream(handler, "")


def cut_at_limit(handler: Handler) -> None:
    stream(handler, "MAT caches actions [1]. It also", finish="length")


def endless(handler: Handler) -> None:
    handler.start()
    try:
        while not handler.server.closing.is_set():
            handler.event("More and more words come [1]. " * 20)
            time.sleep(0.001)
    except OSError:
        handler.close_connection = True


def unauthorized(handler: Handler) -> None:
    key = handler.headers.get("Authorization", "").removeprefix("Bearer ")
    handler.error(401, "invalid_api_key", f"Incorrect API key provided: {key}. Find yours in the console.")


def too_long(handler: Handler) -> None:
    handler.error(400, "exceed_context_size_error", "the request exceeds the available context size (4096 tokens)")


def no_credit(handler: Handler) -> None:
    handler.error(429, "insufficient_quota", "You exceeded your current quota, please check your plan and billing.")


def busy_once(handler: Handler) -> None:
    if handler.attempt() == 1:
        handler.error(429, "rate_limit_exceeded", "Slow down.", Retry_After="0.3")
    else:
        stream(handler, CITED)


def busy_for_an_hour(handler: Handler) -> None:
    handler.error(429, "rate_limit_exceeded", "Slow down.", Retry_After="3600")


def broken_once(handler: Handler) -> None:
    if handler.attempt() == 1:
        handler.error(500, "internal", "out of luck")
    else:
        stream(handler, CITED)


def broken(handler: Handler) -> None:
    handler.error(500, "internal", "out of luck")


def drops_once(handler: Handler) -> None:
    if handler.attempt() == 1:
        handler.cut()
    else:
        stream(handler, CITED)


def hangs_before(handler: Handler) -> None:
    handler.hang()


def hangs_after_headers(handler: Handler) -> None:
    handler.start()
    handler.event(None)
    handler.hang()


def hangs_within(handler: Handler) -> None:
    handler.start()
    handler.event("MAT caches actions [1]. ")
    handler.hang()


def drips(handler: Handler) -> None:
    handler.start()
    try:
        while not handler.server.closing.is_set():
            handler.event("word ")
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def cuts_within(handler: Handler) -> None:
    handler.start()
    handler.event("MAT caches actions [1]. It needs")
    handler.cut()


def malformed(handler: Handler) -> None:
    handler.start()
    handler.event("MAT caches actions [1]. ")
    handler.raw('data: {"choices": [{"delta": {"cont\n\n')
    handler.hang()


def strange(handler: Handler) -> None:
    handler.start()
    handler.raw('data: ["neither", "fish", "nor", "fowl"]\n\n')
    handler.raw("data: [DONE]\n\n")
    handler.wfile.write(b"0\r\n\r\n")


def error_within(handler: Handler) -> None:
    handler.start()
    handler.event("MAT caches actions [1]. ")
    handler.raw('data: {"error": {"message": "the model crashed", "code": 500}}\n\n')
    handler.hang()


def web_page(handler: Handler) -> None:
    handler.document(200, b"<html><body>Welcome to nginx!</body></html>", "text/html; charset=utf-8")


def redirect(handler: Handler) -> None:
    handler.document(307, b"", "text/plain", Location="https://example.com/v1/chat/completions")


SCRIPTS: dict[str, Callable[[Handler], None]] = {
    script.__name__.replace("_", "-"): script
    for script in (
        echo, cited, no_usage, split_markers, thinks, only_thinks, thinks_apart, only_thinks_apart,
        half_characters, answers_in_json, empty, cut_at_limit, cut_once, silent_at_limit, filtered,
        filtered_within, question_filtered, endless, unauthorized, too_long, no_credit, busy_once,
        busy_for_an_hour, broken_once, broken, drops_once, hangs_before, hangs_after_headers, hangs_within,
        drips, cuts_within, malformed, strange, error_within, web_page, redirect,
    )
}  # fmt: skip
