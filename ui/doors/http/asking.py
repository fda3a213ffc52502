"""`/api/ask`, `/api/search`, `/api/models`."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from rag import Answer, Filters, Step, TextDelta
from ui.doors.caller import Caller
from ui.doors.http.examples import ANSWER, ASKING, EVENTS, HITS
from ui.doors.http.shapes import Found, Names, Question, Reply, Text, Texts, Year
from ui.doors.problems import Problem, problem_of
from ui.doors.routes import (
    EVENT_STREAM,
    SIGN_OF_LIFE,
    STREAM_HEADERS,
    Reader,
    TheService,
    problems,
    require,
    server_sent,
    with_signs,
)
from ui.doors.service import Asked, Service
from ui.history import messages_of

NEW = "new"
"""What asks for a conversation of its own."""

router = APIRouter(tags=["Asking"])


@router.post(
    "/ask",
    summary="Ask a question",
    response_model=Reply,
    responses={
        200: {"content": {"application/json": {"example": ANSWER}, EVENT_STREAM: {"example": EVENTS}}},
        **problems(404, 413, 422, 429, 502, 503),
    },
    openapi_extra={"requestBody": {"content": {"application/json": {"examples": ASKING}}}},
)
async def ask(request: Request, question: Question, service: TheService, caller: Reader) -> Response:
    """The answer from the abstracts: every sentence cites the passage that supports it, and carries a verdict; or a
    refusal, `abstained`, where they don't hold the answer.

    With `stream`, or `Accept: text/event-stream`: events `step` and `delta` as they come, then `answer`, which is
    final, or `problem`.
    """
    service.count(caller)
    asked = question.as_asked()
    if question.conversation is not None:
        require(caller, "write")
        history = await run_in_threadpool(talk_so_far, service, caller, question.conversation)
        asked = question.as_asked(history)
    if question.stream or EVENT_STREAM in request.headers.get("accept", ""):
        events = stream(service, caller, asked, question.conversation)
        return StreamingResponse(events, media_type=EVENT_STREAM, headers=STREAM_HEADERS)
    return JSONResponse(await keep(service, caller, await service.answer(asked, caller.request), question.conversation))


def talk_so_far(service: Service, caller: Caller, conversation: str) -> list[dict[str, Any]]:
    """What was said in it. Raises Problem for a conversation that isn't the caller's."""
    if conversation == NEW:
        return []
    turns = service.history.turns(caller.owner, conversation)
    if not turns:
        raise Problem(404, "There is no such conversation of yours.", "Say `new` to begin one.")
    return messages_of(turns)


async def keep(service: Service, caller: Caller, answer: Answer, conversation: str | None) -> dict[str, Any]:
    """The answer as it is sent, kept where that was asked for."""
    kept = None
    if conversation is not None:
        kept = await run_in_threadpool(service.history.append, caller.owner, conversation, answer)
    return {**answer.to_dict(), "conversation": kept}


async def stream(service: Service, caller: Caller, asked: Asked, conversation: str | None) -> AsyncIterator[str]:
    try:
        async for event in with_signs(service.events(asked, caller.request)):
            if event is None:
                yield SIGN_OF_LIFE
            elif isinstance(event, Step):
                yield server_sent("step", asdict(event))
            elif isinstance(event, TextDelta):
                yield server_sent("delta", asdict(event))
            else:
                yield server_sent("answer", await keep(service, caller, event, conversation))
    except Exception as error:  # noqa: BLE001 - the answer has begun: what went wrong can only be told in it
        yield server_sent("problem", problem_of(error, service.assistant.index.folder).to_dict())


@router.get(
    "/search",
    summary="Find papers",
    response_model=Found,
    responses={200: {"content": {"application/json": {"example": HITS}}}, **problems(422, 429, 503)},
)
def search(
    service: TheService,
    caller: Reader,
    q: Annotated[str, Query(min_length=1, max_length=4000, description="What to look for.", examples=["KV cache"])],
    k: Annotated[int, Query(ge=1, le=100, description="How many papers.")] = 10,
    year_from: Year | None = None,
    year_to: Year | None = None,
    topic: Annotated[Texts, Query()] = [],  # noqa: B006 - FastAPI copies it
    author: Annotated[Texts, Query()] = [],  # noqa: B006
) -> Response:
    """The papers that fit best, by words and by meaning, each with the passage that fits."""
    service.count(caller)
    filters = Filters((year_from, year_to), tuple(topic), tuple(author))
    hits = service.assistant.search(q, k, filters)
    return JSONResponse({"papers": [hit.to_dict() for hit in hits]})


@router.get("/similar/{paper_id:path}", summary="Papers like one", response_model=Found, responses=problems(404, 503))
def similar(
    paper_id: Text, service: TheService, caller: Reader, k: Annotated[int, Query(ge=1, le=100)] = 5
) -> Response:
    """Papers like this one, most alike first."""
    service.count(caller)
    if service.assistant.index.paper(paper_id) is None:
        raise Problem(404, "There is no such paper.", "/api/papers lists those that there are.")
    return JSONResponse({"papers": [hit.to_dict() for hit in service.assistant.similar(paper_id, k)]})


@router.get("/models", summary="Models to choose from", response_model=Names, responses=problems())
def models(service: TheService, caller: Reader) -> Names:
    """What `model` of a question may be."""
    return Names(list(service.assistant.models))
