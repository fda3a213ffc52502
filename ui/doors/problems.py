"""What goes wrong at a door, in the form that who asks there understands: problem+json (RFC 9457), or OpenAI's errors.

A problem says in `detail` what is wrong and in `remedy` what to do about it.
"""

import logging
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import Scope

from index import (
    EmbeddingError,
    IndexClosed,
    IndexLocked,
    PaperchatError,
    PaperIndexError,
    ReadError,
    SettingsError,
    split_sentences,
)
from rag import ModelError, ModelUnavailable
from ui.doors.rate_limit import TooMany
from ui.doors.store import AddDiffers, AddUnderWay

PROBLEM_JSON = "application/problem+json"
WAIT = 5
"""Seconds after which to try again what another process, or too many questions, stand in the way of."""

STATUS: tuple[tuple[type[PaperchatError], int], ...] = (
    (TooMany, 429),
    (AddUnderWay, 409),
    (AddDiffers, 422),
    (ReadError, 422),
    (SettingsError, 422),
    (IndexLocked, 503),
    (IndexClosed, 503),
    (PaperIndexError, 503),
    (EmbeddingError, 503),
    (ModelUnavailable, 503),
    (ModelError, 502),
)
"""The first class that fits decides."""

PASSING = (AddUnderWay, IndexLocked, ModelUnavailable)
"""What may be over in a while."""

OPENAI_KINDS = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Problem(Exception):
    """`wait` is after how many seconds to try again, None where that won't help."""

    status: int
    detail: str
    remedy: str = ""
    wait: int | None = None
    places: tuple[tuple[str, str], ...] = ()
    """(Where in the request, what is wrong there)."""

    def __str__(self) -> str:
        return f"{self.detail} {self.remedy}".rstrip()

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.wait is None else {"retry-after": str(self.wait)}

    def to_dict(self) -> dict[str, Any]:
        """As problem+json."""
        told: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
        }
        if self.places:
            told["errors"] = [{"place": place, "message": message} for place, message in self.places]
        return told

    def to_openai(self) -> dict[str, Any]:
        """As the OpenAI protocol has it."""
        kind = OPENAI_KINDS.get(self.status, "invalid_request_error" if self.status < 500 else "server_error")
        return {
            "error": {
                "message": str(self),
                "type": kind,
                "param": self.places[0][0] if self.places else None,
                "code": HTTPStatus(self.status).name.lower(),
            }
        }


UNEXPECTED = Problem(500, "Something went wrong.", "Try again; the server's log has more.")


def problem_of(error: BaseException, folder: object = None) -> Problem:
    """What an error means at a door. `folder` is the library's: where it lies is the server's business."""
    if isinstance(error, Problem):
        return error
    if not isinstance(error, PaperchatError):
        logger.error("A request could not be answered", exc_info=error)
        return UNEXPECTED
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 500)
    wait = error.wait if isinstance(error, TooMany) else WAIT if isinstance(error, PASSING) else None
    message = str(error).replace(str(folder), "the library's folder") if folder else str(error)
    if isinstance(error, ReadError):
        return Problem(status, error.reason, error.remedy, wait)
    # Our messages say first what is wrong, then what to do.
    (_, end), *rest = split_sentences(message) or [(0, len(message))]
    return Problem(status, message[:end], message[rest[0][0] :] if rest else "", wait)


def is_program_door(path: str) -> bool:
    """Whether programs come in here, rather than the page."""
    return path == "/metrics" or any(path == door or path.startswith(f"{door}/") for door in ("/api", "/v1", "/mcp"))


def refusal(scope: Scope, status: int, detail: str, remedy: str = "") -> JSONResponse:
    """The answer to a request that is not let in, in the form of the door at which it came."""
    return response_to(scope["path"], Problem(status, detail, remedy))


def response_to(path: str, problem: Problem) -> JSONResponse:
    if path.startswith("/v1/"):
        return JSONResponse(problem.to_openai(), problem.status, problem.headers)
    if is_program_door(path):
        return JSONResponse(problem.to_dict(), problem.status, problem.headers, PROBLEM_JSON)
    return JSONResponse({"detail": str(problem)}, problem.status, problem.headers)
