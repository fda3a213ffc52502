"""Papers and tables as files: `/papers/<what>.bib`, `/tables/<id>.csv` and other kinds, for their owner only."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from index import export_format, export_papers
from ui.doors import owner_by_cookie
from ui.history import TABLES, Workspace, export_table, make_table
from ui.page.chosen_papers import SELECTED

if TYPE_CHECKING:
    from index import PaperIndex

PAPERS = {"bib": "application/x-bibtex", "ris": "application/x-research-info-systems", "csv": "text/csv"}
TABLE_TYPES = {
    "csv": "text/csv",
    "md": "text/markdown",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def add_paper_downloads(app: FastAPI, workspace: Workspace, index: "PaperIndex") -> None:
    """Adds the routes to `app`. What isn't the caller's is answered as what doesn't exist, with 404."""

    @app.get("/papers/{what}.{kind}")
    def papers(what: str, kind: str, request: Request) -> Response:
        """What is selected, or a collection."""
        owner, kept = owner_by_cookie(request.scope), workspace.collections
        ids = kept.selected(owner) if what == SELECTED else kept.papers(owner, what)
        if not ids or kind not in PAPERS:
            raise HTTPException(404, "There are no such papers.")
        content = "".join(export_papers(index.papers(ids).values(), export_format(Path(f"papers.{kind}"))))
        return as_file(content.encode(), PAPERS[kind], f"papers.{kind}")

    @app.get("/tables/{id}.{kind}")
    def table(id: str, kind: str, request: Request) -> Response:
        kept = workspace.tables.table(owner_by_cookie(request.scope), id)
        if kept is None or kind not in TABLES:
            raise HTTPException(404, "There is no such table.")
        cells = workspace.tables.cells(kept, index.papers(kept.papers))
        made = make_table(kept.questions, cells.values())
        return as_file(export_table(made, kind), TABLE_TYPES[kind], f"paperchat-table.{kind}")


def as_file(content: bytes, media_type: str, name: str) -> Response:
    # Always a file, never shown: what comes from papers and models has no place among the page's own documents.
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)
