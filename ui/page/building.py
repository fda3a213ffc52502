"""The page as a whole: `build_page` puts the parts together, `serve` runs it."""

import logging
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
import uvicorn
from fastapi import FastAPI

from index import SettingsError
from ui.doors import (
    USER,
    Front,
    Gate,
    Guard,
    RateLimit,
    RequestLog,
    ServedNames,
    Store,
    Threshold,
    open_doors,
    owner_by_cookie,
    read_secret,
    read_users,
)
from ui.history import History, Workspace
from ui.html import HERE, asset
from ui.page.ask_tab import AskTab, build_ask_tab, wire_ask_tab
from ui.page.chat import Chat
from ui.page.conversations import opened, wire_conversations
from ui.page.corpus_map import Cartographer
from ui.page.downloads import add_downloads, add_shared
from ui.page.library_tab import build_library_tab, wire_library_tab
from ui.page.map_routes import add_map_routes
from ui.page.map_tab import build_map_tab, wire_map_tab
from ui.page.paper_downloads import add_paper_downloads
from ui.page.paper_page import add_similar
from ui.page.parts import QUIET, Changes, html, owner_of
from ui.page.rendering import render
from ui.page.sessions import keep_small
from ui.page.settings_desk import SettingsDesk
from ui.page.settings_tab import build_settings_tab, wire_settings_tab
from ui.page.shelf import Shelf
from ui.page.table_tab import build_table_tab, wire_table_tab
from ui.page.tools import PageTools
from ui.settings import UISettings

if TYPE_CHECKING:
    from rag import Assistant

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
STYLES = (
    "tokens.css",
    "frame.css",
    "ask.css",
    "talks.css",
    "sources.css",
    "lists.css",
    "library.css",
    "table.css",
    "settings.css",
)
OF_FIRST_PICTURE = 4
"""So many of them are what is seen before Gradio has loaded: the less comes with it, the sooner that is."""
TABS = ("Ask", "Library", "Table", "Map", "Settings")
SCRIPTS = ("bridge.js", "workspace.js", "talks.js", "sources.js", "start.js")


def build_page(
    tools: PageTools, chat: Chat, desk: SettingsDesk, cartographer: Cartographer, *, has_users: bool = False
) -> gr.Blocks:
    """The page over what `tools` hold."""
    assistant, settings, shelf = tools.assistant, tools.settings, tools.shelf

    def top() -> str:
        return masthead(assistant, settings, has_users=has_users)

    page = gr.Blocks(title=settings.title, analytics_enabled=False, fill_width=True, delete_cache=(3600, 24 * 3600))
    with page:
        bridge = gr.HTML("", js_on_load="".join(map(asset, SCRIPTS)), elem_id="bridge")
        header = html(top(), "header")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(TABS[0]):
                ask_tab = build_ask_tab(assistant, shelf, chat, can_share=has_users)
            with gr.Tab(TABS[1]) as library:
                library_tab = build_library_tab(shelf, settings, header)
            with gr.Tab(TABS[2]) as tables:
                table_tab = build_table_tab()
            with gr.Tab(TABS[3]) as atlas:
                map_tab = build_map_tab()
            with gr.Tab(TABS[4]) as settings_choice:
                settings_tab = build_settings_tab()
        wire_ask_tab(ask_tab, page, bridge, assistant, chat, tools.limit)
        wire_library_tab(library_tab, library, bridge, tools, ask_tab, top)
        wire_table_tab(table_tab, tables, bridge, tools, ask_tab)
        wire_map_tab(map_tab, atlas, bridge, cartographer)
        wire_conversations(ask_tab, bridge, chat)
        wire_settings_tab(settings_tab, settings_choice, page, bridge, desk, ask_tab, header, top)
        page.load(begin(chat, ask_tab, header, top), None, [*ask_tab.shown, header], **QUIET)
    page.queue(default_concurrency_limit=settings.concurrency, max_size=settings.queue)
    return page


BEGUN = '<span id="begun" hidden></span>'
"""Tells the scripts that what the page begins with has come: an answer that came before would be overwritten by it."""


def begin(chat: Chat, ask_tab: AskTab, header: gr.HTML, top: Callable[[], str]) -> Callable[[gr.Request], Changes]:
    """What the address asks for when the page is opened: `?conversation=` shows one that is kept."""

    def load(request: gr.Request) -> Changes:
        wanted = dict(request.query_params)
        shown = opened(chat, ask_tab, owner_of(request), wanted.get("conversation", ""))
        return shown | {header: top() + BEGUN}

    return load


def masthead(assistant: "Assistant", settings: UISettings, *, has_users: bool) -> str:
    return render(
        "header.html",
        title=settings.title,
        model=assistant.model_name,
        count=assistant.index.count(),
        has_users=has_users,
    )


def create_app(
    assistant: "Assistant", settings: UISettings, app: FastAPI | None = None, file: Path | None = None
) -> FastAPI:
    """An ASGI app with the page at "/". Routes that `app` already has go first; users, if any, guard those too.

    Conversations are kept in the index folder. `file` is the settings file that owners may change on the page. Raises
    SettingsError when the users can't be read.
    """
    app = app or FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    folder = Path(assistant.index.folder)
    users = read_users(settings.auth)
    history, store = History(folder / "conversations.sqlite3"), Store(folder)
    workspace, shelf = Workspace(folder / "workspace.sqlite3"), Shelf(assistant.index)
    limit = RateLimit(settings.requests_per_minute)
    tools = PageTools(assistant, shelf, history, workspace, settings, limit)
    cartographer = Cartographer(assistant.index)
    add_downloads(app, history, assistant.index)
    if users:
        add_shared(app, history)
    add_paper_downloads(app, workspace, assistant.index)
    add_map_routes(app, cartographer, shelf)
    add_similar(app, assistant)
    service = open_doors(app, assistant, history, store, settings)
    chat = Chat(assistant, history, service.metrics.count_turn)
    desk = SettingsDesk(assistant, settings, file, has_users=bool(users))
    fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    page = build_page(tools, chat, desk, cartographer, has_users=bool(users))
    own_routes = list(app.routes)
    gr.mount_gradio_app(
        app,
        page,
        path="/",
        theme=gr.themes.Base(font=fonts, font_mono=["ui-monospace", "monospace"]),
        css_paths=[HERE / "assets" / name for name in STYLES],
        auth_dependency=(lambda request: request.scope.get(USER)) if users else None,
        max_file_size=settings.upload_megabytes * 1024 * 1024,
        footer_links=[],
        run_history=False,
        allowed_paths=[],
        ssr_mode=False,
        show_error=False,
    )
    keep_small(app, page)
    styles = "".join(asset(name) for name in STYLES[:OF_FIRST_PICTURE])

    def shell() -> str:
        top = masthead(assistant, settings, has_users=bool(users))
        return render("shell.html", styles=styles, header=top, welcome=chat.show("", []), tabs=TABS, theme=desk.theme)

    # From the inside out: what comes in passes Threshold, Front and Guard before it is looked at by Gate.
    app.add_middleware(Gate, functions=page.fns, owner=owner_by_cookie, routes=own_routes)
    secret = read_secret(folder / "secret") if users else b""
    app.add_middleware(Guard, users=users, store=store, secret=secret, title=settings.title)
    app.add_middleware(Front, shell=shell)
    app.add_middleware(RequestLog, service=service)
    app.add_middleware(
        Threshold,
        names=ServedNames(settings.host, settings.allowed_hosts),
        trusted_proxies=settings.trusted_proxies,
        upload_bytes=settings.upload_megabytes * settings.upload_files * 1_000_000 + 1_000_000,
    )
    return app


def serve(assistant: "Assistant", settings: UISettings, app: FastAPI | None = None, file: Path | None = None) -> None:
    """Serves the page until it is interrupted, and opens it in a browser unless PAPERCHAT_OPEN is 0; see `create_app`.

    Raises SettingsError when host and port can't be listened on, MissingExtra when spans can't be sent.
    """
    traces = tracing(settings.traces)
    served = create_app(assistant, settings, app, file)
    if settings.log_requests or settings.log_texts:
        log_requests()
    listening = listen(settings.host, settings.port)
    address = address_of(listening, settings.host)
    print(f"{settings.title} is at {address} (Ctrl+C ends it)", flush=True)
    if assistant.index.is_read_only:
        told = (
            f"{assistant.index.folder} can't be written: no papers are added, and conversations end with this process"
        )
        print(f"{told}.", file=sys.stderr, flush=True)
    if is_open_to_all(settings):
        print(render("open_to_all.txt", host=settings.host), file=sys.stderr, flush=True)
    if os.environ.get("PAPERCHAT_OPEN", "1") != "0":
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    config = uvicorn.Config(served, log_level="warning", timeout_graceful_shutdown=2, proxy_headers=False)
    with traces:
        uvicorn.Server(config).run(sockets=[listening])


def tracing(address: str) -> AbstractContextManager[None]:
    """While it is entered, spans go to the collector at `address`, if there is one. Raises MissingExtra."""
    if not address:
        return nullcontext()
    from rag.otel import traced_to  # an extra, which may not be there

    return traced_to(address)


def log_requests() -> None:
    """A line of JSON on stderr for each request of a program."""
    logger = logging.getLogger("paperchat.requests")
    logger.addHandler(logging.StreamHandler())
    logger.setLevel(logging.INFO)
    logger.propagate = False


def is_open_to_all(settings: UISettings) -> bool:
    """Whether others than this machine's users get in, and without a password."""
    return settings.host not in LOOPBACK and not read_users(settings.auth)


def listen(host: str, port: int) -> socket.socket:
    """A socket that already listens, so that a browser opened now waits instead of failing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"Can't listen on {host}, port {port} ({error.strerror}). Choose another with --port; 0 takes a free one."
        ) from None
    return listening


def address_of(listening: socket.socket, host: str) -> str:
    """What to type into a browser on this machine."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{listening.getsockname()[1]}/"
