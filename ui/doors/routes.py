"""What the routes for programs share: who asks and what they may do, how problems are told, server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from index import PaperchatError
from ui.doors.caller import Caller, caller_of
from ui.doors.problems import PROBLEM_JSON, Problem, problem_of, response_to
from ui.doors.service import Service

SECONDS_BETWEEN_SIGNS = 15.0
"""A stream that says nothing for longer is taken for dead by proxies."""

TOLD = {
    401: "No token, or one that is not known",
    403: "The token may only read",
    404: "There is no such thing",
    409: "The same is under way already",
    411: "The request does not say how long it is",
    413: "Too much was sent",
    422: "The request can't be used as it is",
    429: "Too many requests within a minute",
    502: "The language model refuses",
    503: "Not at the moment",
}
"""Problems in the description of a route."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its description."""
    schema = {"$ref": "#/components/schemas/ProblemOut"}
    content = {PROBLEM_JSON: {"schema": schema}}
    return {status: {"description": TOLD[status], "content": content} for status in (401, 403, *statuses)}


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def may_read(request: Request) -> Caller:
    """Lets everybody pass who was let in."""
    return caller_with("read", request)


def may_write(request: Request) -> Caller:
    return caller_with("write", request)


def caller_with(scope: str, request: Request) -> Caller:
    caller = caller_of(request)
    require(caller, scope)
    return caller


def require(caller: Caller, scope: str) -> None:
    """Raises Problem when the caller may not do that."""
    if scope not in caller.scopes:
        raise Problem(403, f"This token may not {scope}.", f"`paperchat token new NAME --{scope}` makes one that may.")


Reader = Annotated[Caller, Depends(may_read)]
Writer = Annotated[Caller, Depends(may_write)]
TheService = Annotated[Service, Depends(service_of)]


def tell_problems(app: FastAPI, prefix: str) -> None:
    """Lets `app`, mounted at `prefix`, answer with problems in the form of its door."""

    def told(request: Request, error: Exception) -> Response:
        folder = request.app.state.service.assistant.index.folder
        return response_to(f"{prefix}/", problem_of(error, folder))

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
        return response_to(f"{prefix}/", of_validation(error))

    def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
        detail = {404: "There is nothing here.", 405: "That can't be done here."}.get(error.status_code)
        if error.status_code == 400:
            # FastAPI's word for a body that is no JSON: one more that can't be used.
            return response_to(f"{prefix}/", Problem(422, "The body is no JSON that can be read.", "Send JSON."))
        problem = Problem(error.status_code, detail or str(error.detail), f"{prefix}/ lists what there is.")
        response = response_to(f"{prefix}/", problem)
        response.headers.update(error.headers or {})
        return response

    app.add_exception_handler(Problem, told)
    app.add_exception_handler(PaperchatError, told)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, told)


def of_validation(error: RequestValidationError) -> Problem:
    places = tuple(
        (".".join(str(part) for part in each["loc"][1:]) or str(each["loc"][0]), printable(str(each["msg"])))
        for each in error.errors()
    )
    place, message = places[0]
    return Problem(422, f"{place}: {message}.", "Mend the request; `errors` names each place.", places=places)


def printable(text: str) -> str:
    """Without half characters, which can't be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


Item = TypeVar("Item")


async def with_signs(items: AsyncIterator[Item]) -> AsyncIterator[Item | None]:
    """The items as they come; None whenever nothing came for a while."""
    iterator = aiter(items)
    waiting = asyncio.ensure_future(anext(iterator))
    try:
        while True:
            done, _ = await asyncio.wait([waiting], timeout=SECONDS_BETWEEN_SIGNS)
            if not done:
                yield None
                continue
            try:
                item = waiting.result()
            except StopAsyncIteration:
                return
            yield item
            waiting = asyncio.ensure_future(anext(iterator))
    finally:
        waiting.cancel()


def server_sent(event: str, data: Any) -> str:
    """One server-sent event."""
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"


SIGN_OF_LIFE = ": still at it\n\n"
EVENT_STREAM = "text/event-stream"
STREAM_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
