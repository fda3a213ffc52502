"""The server over stdio, and mounted in an application; the SDK is imported only here, when it is needed."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request

from rag import MissingExtra
from ui.doors.caller import MAY, USER, caller_of
from ui.doors.problems import Problem
from ui.doors.routes import require
from ui.doors.service import Service

PATH = "/mcp"


def has_sdk() -> bool:
    return find_spec("mcp") is not None


def serve_stdio(service: Service, *, may_add: bool) -> None:
    """Serves whoever started this process, until that ends. `may_add` offers the tool that adds papers.

    Raises MissingExtra.
    """
    if not has_sdk():
        raise MissingExtra("The package `mcp` is not installed. Run `pip install 'paperchat[mcp]'`.")
    from ui.doors.mcp.server import make_server

    make_server(service, may_add=may_add, guard=lambda request, scope: None).run("stdio")


def mount_mcp(app: FastAPI, service: Service) -> None:
    """Adds PATH to `app`: each request stands alone, so that any number of clients may come and go.

    Papers are added with a token that may write. Host names and origins are checked before, for all doors.
    """
    from mcp.server.transport_security import TransportSecuritySettings

    from ui.doors.mcp.server import make_server

    server = make_server(service, may_add=True, guard=guard)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    app.router.routes.extend(inner.routes)
    app.router.lifespan_context = both(app.router.lifespan_context, server.session_manager.run)


def guard(request: Request | None, scope: str) -> None:
    """Raises Problem when who asks may not do that. To change the library over HTTP takes a token or a user."""
    if request is None:
        return
    if scope == "write" and MAY not in request.scope and USER not in request.scope:
        raise Problem(403, "Papers are added with a token.", "`paperchat token new NAME --write` makes one.")
    require(caller_of(request), scope)


def both(outer: Callable[[Any], Any], inner: Callable[[], Any]) -> Callable[[Any], Any]:
    """A lifespan within another."""

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[Any]:
        async with outer(app) as state, inner():
            yield state

    return lifespan
