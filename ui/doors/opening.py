"""The doors for programs, opened beside the page."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response

from ui.doors.http import make_api
from ui.doors.mcp import has_sdk, mount_mcp
from ui.doors.openai import make_openai
from ui.doors.service import Service
from ui.doors.store import Store
from ui.doors.watching import add_watching
from ui.history import History
from ui.settings import UISettings

if TYPE_CHECKING:
    from rag import Assistant

CONVERSATIONS = "conversations.sqlite3"


def open_doors(app: FastAPI, assistant: "Assistant", history: History, store: Store, settings: UISettings) -> Service:
    """Adds the doors to `app`, and returns what they share. Who gets in is decided before them: see Guard."""
    store.forget_unfinished()
    service = Service(assistant, history, store, settings)
    app.mount("/api", make_api(service))
    app.mount("/v1", make_openai(service))
    add_watching(app, service)

    @app.get("/api", include_in_schema=False)
    def api() -> Response:
        return RedirectResponse("/api/")

    if has_sdk():
        mount_mcp(app, service)
    return service


def make_service(assistant: "Assistant", settings: UISettings) -> Service:
    """The library for a door without a server."""
    folder = Path(assistant.index.folder)
    return Service(assistant, History(folder / CONVERSATIONS), Store(folder), settings)
