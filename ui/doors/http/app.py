"""The application behind `/api`, and the page that describes it."""

import json
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse, Response

from ui.doors.http import asking, conversations, papers
from ui.doors.http.shapes import ProblemOut
from ui.doors.routes import tell_problems
from ui.doors.service import Service
from ui.html import render

PREFIX = "/api"
ABOUT = """Ask a library of papers from programs of your own. With users set, and to keep conversations, send a token as
`Authorization: Bearer pc_…`; `paperchat token new NAME` makes one that may read, with `--write` one that may also add
and remove papers and keep conversations. What goes wrong is told as problem+json (RFC 9457) with a `remedy`."""


def make_api(service: Service) -> FastAPI:
    """To be mounted at PREFIX. Its own page is at its root, its OpenAPI description at `/openapi.json`."""
    api = FastAPI(
        title="paperchat",
        version="1",
        description=ABOUT,
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    api.state.service = service
    for part in (asking, papers, conversations):
        api.include_router(part.router)
    tell_problems(api, PREFIX)
    describe = api.openapi

    def described() -> dict[str, Any]:
        """FastAPI's description, with the shape of problems and of tokens; what it says of 422 itself is not so."""
        if api.openapi_schema is None:
            told = describe()
            told["servers"] = [{"url": PREFIX}]
            parts = told["components"]
            parts["schemas"]["ProblemOut"] = ProblemOut.model_json_schema(ref_template="#/components/schemas/{model}")
            parts["schemas"] |= parts["schemas"]["ProblemOut"].pop("$defs")
            for unused in ("HTTPValidationError", "ValidationError"):
                parts["schemas"].pop(unused, None)
            parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
            told["security"] = [{"token": []}, {}]
        return api.openapi_schema or told

    api.openapi = described  # type: ignore[method-assign]

    @api.get("/", include_in_schema=False)
    def page(request: Request) -> Response:
        return HTMLResponse(render("api.html", api=api.openapi(), address=str(request.base_url), dump=dump))

    return api


def dump(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
