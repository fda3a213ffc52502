"""The application behind `/v1`.

Text is sent once it is checked, sentence by sentence: what was sent can't be taken back, and it must be the same text
as at the other doors. What is done meanwhile comes as comments of the stream, which keep it alive.
"""

import json
import secrets
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from rag import Answer, Step
from ui.doors.openai.chat import chat_chunks, completion
from ui.doors.openai.responses import response_events, response_object
from ui.doors.openai.shapes import MODEL, ChatRequest, ResponseRequest, model_named, model_names
from ui.doors.problems import problem_of
from ui.doors.routes import (
    EVENT_STREAM,
    SIGN_OF_LIFE,
    STREAM_HEADERS,
    Reader,
    TheService,
    tell_problems,
    with_signs,
)
from ui.doors.service import Asked, Service

PREFIX = "/v1"


def make_openai(service: Service) -> FastAPI:
    """To be mounted at PREFIX."""
    api = FastAPI(title="paperchat", docs_url=None, redoc_url=None, openapi_url=None)
    api.state.service = service
    tell_problems(api, PREFIX)

    @api.get("/models")
    def models(service: TheService, caller: Reader) -> dict[str, Any]:
        """The library as models."""
        return {"object": "list", "data": [as_model(name) for name in model_names(service)]}

    @api.get("/models/{name:path}")
    def model(name: str, service: TheService, caller: Reader) -> Response:
        model_named(name, service)
        return JSONResponse(as_model(name))

    @api.post("/chat/completions")
    async def chat(request: Request, body: ChatRequest, service: TheService, caller: Reader) -> Response:
        """An answer of the library as the next message of a chat."""
        service.count(caller)
        asked, address, id = body.as_asked(service), own_address(request), made_id("chatcmpl")
        if not body.stream:
            return JSONResponse(completion(id, body, await service.answer(asked, caller.request), address))
        has_usage = bool(body.stream_options and body.stream_options.include_usage)

        async def events() -> AsyncIterator[str]:
            async for part in answered(service, asked, caller.request):
                if isinstance(part, str):
                    yield part
                else:
                    for chunk in chat_chunks(id, body, part, address, has_usage):
                        yield f"data: {json.dumps(chunk)}\n\n"
                    yield "data: [DONE]\n\n"

        return StreamingResponse(events(), media_type=EVENT_STREAM, headers=STREAM_HEADERS)

    @api.post("/responses")
    async def respond(request: Request, body: ResponseRequest, service: TheService, caller: Reader) -> Response:
        """The same in the newer form."""
        service.count(caller)
        asked, address, id = body.as_asked(service), own_address(request), made_id("resp")
        if not body.stream:
            return JSONResponse(response_object(id, body, await service.answer(asked, caller.request), address))

        async def events() -> AsyncIterator[str]:
            async for part in answered(service, asked, caller.request):
                if isinstance(part, str):
                    yield part
                else:
                    for event in response_events(id, body, part, address):
                        yield f"event: {event['type']}\ndata: {json.dumps(event)}\n\n"

        return StreamingResponse(events(), media_type=EVENT_STREAM, headers=STREAM_HEADERS)

    return api


async def answered(service: Service, asked: Asked, request: str) -> AsyncIterator[Answer | str]:
    """Comments while it is being answered, then the answer; or what went wrong, as an event."""
    try:
        async for event in with_signs(service.events(asked, request)):
            if isinstance(event, Answer):
                yield event
            elif isinstance(event, Step):
                yield f": {event.name}\n\n"
            elif event is None:
                yield SIGN_OF_LIFE
    except Exception as error:  # noqa: BLE001 - the answer has begun: what went wrong can only be told in it
        problem = problem_of(error, service.assistant.index.folder)
        yield f"data: {json.dumps(problem.to_openai())}\n\n"


def as_model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": MODEL}


def made_id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(12)}"


def own_address(request: Request) -> str:
    """Where the page is, for papers without an address of their own."""
    return str(request.base_url).removesuffix("v1/").rstrip("/") + "/"
