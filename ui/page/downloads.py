"""Conversations as files: `/export/<id>.md` and `/export/<id>.bib`, for their owner only."""

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import PlainTextResponse, Response

from ui.history import History, as_bibtex, as_markdown
from ui.page.parts import owner_by_cookie

KINDS = {"md": "text/markdown; charset=utf-8", "bib": "application/x-bibtex; charset=utf-8"}


def add_downloads(app: FastAPI, history: History) -> None:
    """Adds the routes to `app`. Whoever doesn't own the conversation gets 404, as for one that doesn't exist."""

    @app.get("/export/{name}.{kind}")
    def export(name: str, kind: str, request: Request) -> Response:
        owner = owner_by_cookie(request)
        titles = {each.id: each.title for each in history.conversations(owner)}
        if name not in titles or kind not in KINDS:
            raise HTTPException(404, "There is no such conversation.")
        turns = history.turns(owner, name)
        if kind == "md":
            text = as_markdown(titles[name], turns)
        else:
            cited = [source for turn in turns for source in turn.answer.sources if source.cited]
            text = as_bibtex({source.paper_id: source for source in cited}.values())
        headers = {"content-disposition": f'attachment; filename="paperchat-{name}.{kind}"'}
        return PlainTextResponse(text, media_type=KINDS[kind], headers=headers)
