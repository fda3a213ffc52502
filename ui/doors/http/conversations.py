"""`/api/conversations`: those of the caller, and of nobody else."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse, Response

from ui.doors.caller import Caller
from ui.doors.http.shapes import ConversationLine, ConversationList, ConversationOut, NewTitle, Text, TurnOut
from ui.doors.problems import Problem
from ui.doors.routes import Reader, TheService, Writer, problems
from ui.doors.service import Service
from ui.history import EXPORTS, export_conversation

router = APIRouter(tags=["Conversations"])

KINDS = {"markdown": "md", "html": "html", "word": "docx", "zotero": "rdf", "bibtex": "bib", "ris": "ris"}
"""Name of a format -> key of EXPORTS."""
Format = Literal["json", "markdown", "html", "word", "zotero", "bibtex", "ris"]


@router.get("/conversations", summary="List conversations", response_model=ConversationList, responses=problems(503))
def list_conversations(service: TheService, caller: Reader) -> ConversationList:
    """The caller's conversations, latest first: those of the page, too, when a user logs in there."""
    kept = service.history.conversations(caller.owner)
    return ConversationList([ConversationLine(one.id, one.title, one.updated, one.turns) for one in kept])


@router.get(
    "/conversations/{conversation}",
    summary="Read a conversation",
    response_model=ConversationOut,
    responses={200: {"content": {EXPORTS[kind].media_type: {} for kind in KINDS.values()}}, **problems(404, 422, 503)},
)
def read(
    conversation: Text,
    service: TheService,
    caller: Reader,
    format: Annotated[Format, Query(description="`json`, or a file: the conversation, or what it cites.")] = "json",
) -> Response:
    """All its turns with their answers; or a file for elsewhere, such as notes that Zotero imports."""
    title = title_of(service, caller, conversation)
    turns = service.history.turns(caller.owner, conversation)
    if format != "json":
        kind = KINDS[format]
        ids = {source.paper_id for turn in turns for source in turn.answer.sources if source.cited}
        content = export_conversation(title, turns, kind, service.assistant.index.papers(ids))
        # A file, never shown: what comes from papers and models has no place among the page's own documents.
        headers = {"content-disposition": f'attachment; filename="paperchat.{kind}"'}
        return Response(content, media_type=EXPORTS[kind].media_type, headers=headers)
    told = [asdict(TurnOut(turn.number, turn.answer, turn.rating, turn.reason)) for turn in turns]
    return JSONResponse({"id": conversation, "title": title, "turns": told})


@router.patch(
    "/conversations/{conversation}",
    summary="Rename a conversation",
    status_code=204,
    response_model=None,
    responses=problems(404, 422, 503),
)
def rename(conversation: Text, new: NewTitle, service: TheService, caller: Writer) -> Response:
    """Gives it another title."""
    title_of(service, caller, conversation)
    service.history.rename(caller.owner, conversation, new.title)
    return Response(status_code=204)


@router.delete(
    "/conversations/{conversation}",
    summary="Delete a conversation",
    status_code=204,
    response_model=None,
    responses=problems(404, 503),
)
def delete(conversation: Text, service: TheService, caller: Writer) -> Response:
    """Deletes it for good."""
    title_of(service, caller, conversation)
    service.history.delete(caller.owner, conversation)
    return Response(status_code=204)


def title_of(service: Service, caller: Caller, conversation: str) -> str:
    """Raises Problem for a conversation that isn't the caller's, as for one that doesn't exist."""
    titles = {one.id: one.title for one in service.history.conversations(caller.owner)}
    if conversation not in titles:
        raise Problem(404, "There is no such conversation of yours.", "/api/conversations lists those that there are.")
    return titles[conversation]
