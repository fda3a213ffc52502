"""Seen from outside: whether the server lives and can answer, what it has done, and a line of log for each request."""

import json
import logging
import secrets
import time

from fastapi import FastAPI
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index import PaperchatError
from ui.doors.caller import REQUEST
from ui.doors.metrics import CONTENT_TYPE
from ui.doors.problems import is_program_door, problem_of
from ui.doors.routes import Reader
from ui.doors.service import Service

REQUEST_ID = b"x-request-id"
LONGEST_ID = 100

logger = logging.getLogger("paperchat.requests")


def add_watching(app: FastAPI, service: Service) -> None:
    """Adds `/healthz`, `/readyz` and `/metrics`."""

    @app.get("/healthz", include_in_schema=False)
    def lives() -> Response:
        """That the process answers at all."""
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", include_in_schema=False)
    def ready() -> Response:
        """That questions can be answered: the library can be read and searched."""
        try:
            service.assistant.index.search_words("ready", 1)
        except PaperchatError as error:
            status = problem_of(error, service.assistant.index.folder).status
            return JSONResponse({"status": "not ready"}, 503 if status < 500 else status)
        return JSONResponse({"status": "ready"})

    @app.get("/metrics", include_in_schema=False)
    def metrics(caller: Reader) -> Response:
        """For Prometheus."""
        lines = service.metrics.lines(service.assistant.index.count())
        return PlainTextResponse("\n".join([*lines, ""]), media_type=CONTENT_TYPE)


class RequestLog:
    """ASGI middleware: a request of a program gets an id, told in its answer, and a line of JSON in the log.

    The line has neither texts nor addresses of papers, questions or conversations: of a path only the route. Where
    `ui.log_texts` asks for them, question and answer are a line of their own, under the same id: see Service.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self.app = app
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_program_door(scope["path"]):
            await self.app(scope, receive, send)
            return
        given = dict(scope["headers"]).get(REQUEST_ID, b"").decode("latin-1")
        id = given if given.isprintable() and 0 < len(given) <= LONGEST_ID and given.isascii() else secrets.token_hex(8)
        started, status = time.perf_counter(), 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (REQUEST_ID, id.encode())]}
            await send(message)

        try:
            await self.app({**scope, REQUEST: id}, receive, noting)
        finally:
            if status >= 400:
                self.service.metrics.count_failure(status)
            line = {
                "request": id,
                "method": scope["method"],
                "route": route_of(scope["path"]),
                "status": status,
                "milliseconds": round(1000 * (time.perf_counter() - started)),
            }
            logger.info(json.dumps(line))


def route_of(path: str) -> str:
    """The path without the names of papers and conversations in it."""
    return "/".join(path.split("/")[:4] if path.startswith("/v1/chat/") else path.split("/")[:3])[:LONGEST_ID]
