"""`/api/papers`: list, read, add, remove, export."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, Response, StreamingResponse

from index import Chosen, choose, export_papers
from ui.doors.adding import Added, add_papers
from ui.doors.caller import Caller
from ui.doors.http.examples import ADDED, BIBTEX, PAPER, PAPERS
from ui.doors.http.shapes import Listed, PaperIn, PaperOut, Removed, Text, Texts, Year
from ui.doors.problems import Problem
from ui.doors.routes import Reader, TheService, Writer, problems
from ui.doors.service import Service

router = APIRouter(tags=["Papers"])

KINDS = {
    "jsonl": "application/jsonl",
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl": "application/vnd.citationstyles.csl+json",
    "csv": "text/csv; charset=utf-8",
}
Format = Literal["json", "jsonl", "bibtex", "ris", "csl", "csv"]
Sort = Literal["added", "year", "title", "author"]
ANY_FILE = "application/octet-stream"


@router.get(
    "/papers",
    summary="List or export papers",
    response_model=Listed,
    responses={
        200: {
            "content": {
                "application/json": {"example": PAPERS},
                KINDS["bibtex"]: {"example": BIBTEX},
                **{kind: {} for name, kind in KINDS.items() if name != "bibtex"},
            }
        },
        **problems(422, 503),
    },
)
def list_papers(
    service: TheService,
    caller: Reader,
    text: Annotated[str, Query(max_length=1000, description="In title or abstract.")] = "",
    year_from: Year | None = None,
    year_to: Year | None = None,
    topic: Annotated[Texts, Query()] = [],  # noqa: B006 - FastAPI copies it
    author: Annotated[Texts, Query()] = [],  # noqa: B006
    sort: Sort = "added",
    limit: Annotated[int | None, Query(ge=1, le=100_000, description="100 if left out; of an export, all.")] = None,
    offset: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
    format: Annotated[Format, Query(description="`json`, or a file that other programs read.")] = "json",
) -> Response:
    """The papers of the library, all or those meant."""
    chosen = Chosen((year_from, year_to), tuple(author), tuple(topic), text)
    papers = choose(service.assistant.index.all_papers(), {}, chosen, sort)
    most = limit or (100 if format == "json" else len(papers))
    shown = papers[offset : offset + most]
    if format == "json":
        return JSONResponse({"total": len(papers), "papers": [asdict(paper) for paper in shown]})
    return StreamingResponse(export_papers(shown, format), media_type=KINDS[format])


@router.post(
    "/papers",
    summary="Add papers",
    response_model=Added,
    responses={200: {"content": {"application/json": {"example": ADDED}}}, **problems(409, 411, 413, 422, 429, 503)},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "array", "items": PaperIn.model_json_schema(), "minItems": 1},
                    "example": [PAPER],
                },
                ANY_FILE: {"schema": {"type": "string", "format": "binary"}, "example": BIBTEX},
            },
        }
    },
)
async def add(
    request: Request,
    service: TheService,
    caller: Writer,
    name: Annotated[str, Query(max_length=200, description="What to call the file in messages.")] = "papers",
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="Sent again within a day, the add is not done twice."),
    ] = None,
) -> Response:
    """Papers as JSON, or a file of any format that `paperchat index` reads, as it is. What can't be used is named; the
    rest goes in."""
    service.count(caller)
    with NamedTemporaryFile(prefix="paperchat-") as file:
        most, size, digest = service.settings.upload_megabytes * 1024 * 1024, 0, hashlib.sha256(name.encode())
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                detail = f"Larger than {service.settings.upload_megabytes} MB."
                raise Problem(413, detail, "Split it, or use the command `paperchat index`.")
            digest.update(piece)
            file.write(piece)
        file.flush()
        sent = Sent(Path(name).name or "papers", Path(file.name), size, most)
        once = Once(service, caller, idempotency_key, digest.digest())
        return JSONResponse(await run_in_threadpool(once.do, lambda: asdict(sent.into(service))))


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request, in a file."""

    name: str
    file: Path
    size: int
    most: int

    def into(self, service: Service) -> Added:
        return add_papers(service.assistant.index, self.name, lambda: self.file.open("rb"), self.size, self.most)


@dataclass(frozen=True, slots=True)
class Once:
    """Work that is done once for a key; without a key, each time."""

    service: Service
    caller: Caller
    key: str | None
    content: bytes

    def do(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What came of it, now or the first time. Work that failed may be tried again."""
        if self.key is None:
            return work()
        store, owner = self.service.store, self.caller.owner
        before = store.begin_add(owner, self.key, self.content)
        if before is not None:
            return before
        outcome = None
        try:
            outcome = work()
        finally:
            store.end_add(owner, self.key, outcome)
        return outcome


@router.get(
    "/papers/{paper_id:path}",
    summary="Read a paper",
    response_model=PaperOut,
    responses={200: {"content": {"application/json": {"example": PAPER}}}, **problems(404, 503)},
)
def read(paper_id: Text, service: TheService, caller: Reader) -> Response:
    """Title, abstract and what is known of it."""
    paper = service.assistant.index.paper(paper_id)
    if paper is None:
        raise not_there()
    return JSONResponse(asdict(paper))


@router.delete(
    "/papers/{paper_id:path}", summary="Remove a paper", response_model=Removed, responses=problems(404, 429, 503)
)
def remove(paper_id: Text, service: TheService, caller: Writer) -> Removed:
    """Takes it out. Adding it again brings it back."""
    service.count(caller)
    removed = service.assistant.index.remove([paper_id])
    if not removed:
        raise not_there()
    return Removed(removed)


def not_there() -> Problem:
    return Problem(404, "There is no such paper.", "/api/papers lists those that there are.")
