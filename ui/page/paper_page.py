"""The page of one paper: its abstract, what the record knows, what is like it, and the answers that cited it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from ui.history import citing_turns
from ui.page.rendering import render

if TYPE_CHECKING:
    from index import Paper, PaperIndex
    from rag import Assistant
    from ui.page.tools import PageTools

SIMILAR = 6


def paper_page(tools: "PageTools", owner: str, paper_id: str, *, failure: str = "") -> str:
    """The page, or what to do when there is no such paper; `failure` is what went wrong with it just now."""
    index = tools.assistant.index
    paper = index.paper(paper_id)
    return render(
        "paper.html",
        paper=paper,
        missing=paper_id,
        record=list(record_of(index, paper)) if paper else [],
        citing=citing_turns(tools.history, owner, paper_id) if paper else [],
        failure=failure,
    )


def add_similar(app: FastAPI, assistant: "Assistant") -> None:
    """Adds the route of what is like a paper to `app`.

    The page asks for it once the paper is shown: that takes its time, and nothing must change under the reader's hand.
    """

    @app.get("/library/similar")
    def similar(paper: str) -> HTMLResponse:
        return HTMLResponse(render("similar.html", similar=assistant.similar(paper, SIMILAR)))


def no_paper(*, removed: str = "") -> str:
    return render("paper.html", paper=None, removed=removed)


def record_of(index: "PaperIndex", paper: "Paper") -> Iterator[tuple[str, str]]:
    """(name, value) of what is known and stands nowhere else on the page."""
    files = dict.fromkeys(origin.file.removeprefix("upload:") for origin in index.origins([paper.id]).get(paper.id, ()))
    linked = {id for pair in index.links([paper.id]) if paper.id in pair for id in pair} - {paper.id}
    known = {
        "Id": paper.id,
        "Authors": ", ".join(paper.authors),
        "Journal": paper.journal,
        "DOI": paper.doi,
        "PMID": paper.pmid,
        "Kind": paper.type,
        "Language": paper.language,
        # Where the server keeps a file is nobody's business.
        "From": ", ".join(filter(None, (file.replace("\\", "/").rpartition("/")[2] for file in files))),
        "Preprint or article": ", ".join(sorted(linked)),
    }
    yield from ((name, value) for name, value in known.items() if value)
