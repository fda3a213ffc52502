"""What the map asks for while one looks at it: its points, the papers under the pointer, and those that are searched.

A map of 100,000 papers is 600 kB of points; titles are asked for one by one.
"""

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse, Response

from ui.page.corpus_map import Cartographer, CorpusMap
from ui.page.shelf import Shelf

MOST_FOUND = 2000


def add_map_routes(app: FastAPI, cartographer: Cartographer, shelf: Shelf) -> None:
    """Adds the routes to `app`. `of` is the map that the browser has: another has other numbers, hence 404."""

    def current(of: int) -> CorpusMap:
        drawn = cartographer.drawn
        if drawn is None or drawn.generation != of:
            raise HTTPException(404, "This map is no longer the current one. Open the tab again.")
        return drawn

    @app.get("/map/points")
    def points(of: int) -> Response:
        return Response(current(of).points.tobytes(), media_type="application/octet-stream")

    @app.get("/map/paper")
    def paper(of: int, at: int) -> JSONResponse:
        """The paper of that number."""
        papers = current(of).papers
        if not 0 <= at < len(papers):
            raise HTTPException(404, "There is no such paper.")
        found = papers[at]
        about = " · ".join(filter(None, (", ".join(found.authors[:3]), str(found.year or ""), *found.subjects[:4])))
        return JSONResponse({"id": found.id, "title": found.title, "about": about})

    @app.get("/map/find")
    def find(of: int, q: str = "", ids: str = "") -> JSONResponse:
        """Numbers of the papers that a search finds, or that have one of the ids (a line each)."""
        papers = current(of).papers
        wanted = set(ids.splitlines()) if ids else {paper.id for paper in shelf.find(q[:200]).papers}
        return JSONResponse([at for at, paper in enumerate(papers) if paper.id in wanted][:MOST_FOUND])
