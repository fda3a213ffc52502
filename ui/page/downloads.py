"""Conversations as files, `/export/<id>.md` and other kinds, for their owner only; shared ones to be read by others.

Here, too, is what the page asks for only when it is wanted: references, and what was read for a turn and not cited."""

from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from ui.doors import owner_by_cookie
from ui.history import CITATION_STYLES, EXPORTS, History, Turn, cite, export_conversation
from ui.page.cards import read_not_cited

if TYPE_CHECKING:
    from index import PaperIndex


def add_downloads(app: FastAPI, history: History, index: "PaperIndex") -> None:
    """Adds the routes to `app`. Whoever doesn't own the conversation gets 404, as for one that doesn't exist."""

    @app.get("/export/{name}.{kind}")
    def export(name: str, kind: str, request: Request) -> Response:
        owner = owner_by_cookie(request.scope)
        titles = {each.id: each.title for each in history.conversations(owner)}
        if name not in titles or kind not in EXPORTS:
            raise HTTPException(404, "There is no such conversation.")
        turns = history.turns(owner, name)
        ids = {source.paper_id for turn in turns for source in turn.answer.sources if source.cited}
        content = export_conversation(titles[name], turns, kind, index.papers(ids))
        # Always a file, never shown: what comes from papers and models has no place among the page's own documents.
        headers = {"content-disposition": f'attachment; filename="paperchat-{name}.{kind}"'}
        return Response(content, media_type=EXPORTS[kind].media_type, headers=headers)

    @app.get("/read/{turn}")
    def read(turn: int, number: int, request: Request) -> HTMLResponse:
        """Cards of what was read for a turn and not cited, for the page to put in its place; `number` is the turn's."""
        answer = history.answer(owner_by_cookie(request.scope), turn)
        if answer is None:
            raise HTTPException(404, "There is no such turn.")
        return HTMLResponse(read_not_cited(Turn(number, answer)), headers={"cache-control": "no-store"})

    @app.get("/reference")
    def reference(paper: str, style: str) -> Response:
        """How the paper is cited."""
        found = index.paper(paper)
        if found is None or style not in CITATION_STYLES:
            raise HTTPException(404, "There is no such paper or style.")
        return PlainTextResponse(cite(found, style))


SHARED_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""A document of its own, which nothing of the page or of its cookies can be reached from."""


def add_shared(app: FastAPI, history: History) -> None:
    """Adds `/shared/<name>`: a conversation to read, for each user who has its address."""

    @app.get("/shared/{name}")
    def shared(name: str) -> Response:
        found = history.shared(name)
        if found is None:
            return PlainTextResponse("Nothing is shared at this address, or no longer. Ask whoever sent it.", 404)
        title, turns = found
        content = export_conversation(title, turns, "html", {})
        headers = {"content-security-policy": SHARED_POLICY, "cache-control": "no-store"}
        return Response(content, media_type=EXPORTS["html"].media_type, headers=headers)
