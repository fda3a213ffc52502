"""Tools, resources and prompts over a library."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from anyio import to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver import Context
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field
from starlette.requests import Request

from index import Chosen, Paper, PaperchatError, choose, export_papers
from rag import Filters, Hit
from ui.doors.adding import add_papers as add_rows
from ui.doors.caller import Caller, caller_of
from ui.doors.problems import Problem, problem_of
from ui.doors.service import Asked, Service
from ui.history import as_text

ABOUT = """A library of research-paper abstracts. `ask` gives a checked answer: each sentence cites the passage that
supports it and carries a verdict, and where the abstracts don't hold the answer it refuses. Prefer it to answering from
found papers yourself, and keep its [n] markers when you quote it."""
READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
WRITES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
NOT_THERE = "There is no paper {}: `list_papers` and `search_papers` tell their ids."
STDIO = Caller("", "stdio")
"""Who started this process."""

Guard = Callable[[Request | None, str], None]
"""Raises Problem when a request may not `read` or `write`; None: it came over stdio."""
Work = Callable[[], CallToolResult]
Years = Annotated[int | None, Field(ge=1, le=9999)]
Count = Annotated[int, Field(ge=1, le=100)]


def make_server(service: Service, *, may_add: bool, guard: Guard) -> MCPServer:
    """The server; `may_add` offers the tool that adds papers."""
    server = MCPServer("paperchat", title=service.settings.title, instructions=ABOUT, log_level="WARNING")
    assistant, index = service.assistant, service.assistant.index

    async def let_in(context: Context[Any, Any], scope: str = "read") -> Caller:
        request = context.request_context.request
        guard(request, scope)
        caller = caller_of(request) if request is not None else STDIO
        service.count(caller)
        return caller

    async def done(context: Context[Any, Any], work: Work, scope: str = "read") -> CallToolResult:
        """The result of work that blocks; what went wrong is told to the model, with its remedy."""
        try:
            await let_in(context, scope)
            return await to_thread.run_sync(work)
        except (PaperchatError, Problem) as error:
            return failed(problem_of(error, index.folder))

    @server.tool(title="Ask the library", annotations=READS)
    async def ask(
        question: Annotated[str, Field(min_length=1, max_length=4000)],
        context: Context[Any, Any],
        year_from: Years = None,
        year_to: Years = None,
    ) -> CallToolResult:
        """A checked answer from the abstracts: sentences that cite numbered sources, a verdict for each sentence; or a
        refusal where they don't hold the answer."""
        try:
            caller = await let_in(context)
            answer = await service.answer(Asked(question, filters=Filters((year_from, year_to))), caller.request)
        except (PaperchatError, Problem) as error:
            return failed(problem_of(error, index.folder))
        doubtful = [f"Not supported: {each.text} ({each.reason})" for each in answer.sentences if each.reason]
        return told("\n".join([as_text(answer), *doubtful]), answer.to_dict())

    @server.tool(title="Find papers", annotations=READS)
    async def search_papers(query: str, context: Context[Any, Any], k: Count = 10) -> CallToolResult:
        """The papers that fit best, by words and by meaning, each with the passage that fits."""
        return await done(context, lambda: hits(assistant.search(query, k)))

    @server.tool(title="Read a paper", annotations=READS)
    async def get_paper(paper_id: str, context: Context[Any, Any]) -> CallToolResult:
        """Title, abstract, authors and what else is known of a paper."""
        return await done(context, lambda: papers([known(paper_id)]))

    @server.tool(title="Papers like one", annotations=READS)
    async def similar_papers(paper_id: str, context: Context[Any, Any], k: Count = 5) -> CallToolResult:
        """Papers like this one, most alike first."""
        return await done(context, lambda: hits(assistant.similar(known(paper_id).id, k)))

    @server.tool(title="List papers", annotations=READS)
    async def list_papers(
        context: Context[Any, Any],
        text: str = "",
        author: str = "",
        topic: str = "",
        year_from: Years = None,
        year_to: Years = None,
        limit: Count = 50,
    ) -> CallToolResult:
        """The papers of the library, or those whose title or abstract, authors, topics and years match."""
        chosen = Chosen((year_from, year_to), (author,) * bool(author), (topic,) * bool(topic), text)
        return await done(context, lambda: papers(choose(index.all_papers(), {}, chosen)[:limit]))

    @server.tool(title="Export BibTeX", annotations=READS)
    async def export_bibtex(paper_ids: list[str], context: Context[Any, Any]) -> CallToolResult:
        """These papers as BibTeX, for a list of references."""

        def work() -> CallToolResult:
            text = "".join(export_papers([known(id) for id in paper_ids], "bibtex"))
            return told(text, {"bibtex": text})

        return await done(context, work)

    if may_add:

        @server.tool(title="Add papers", annotations=WRITES)
        async def add_papers(records: list[dict[str, Any]], context: Context[Any, Any]) -> CallToolResult:
            """Adds papers to the library: each with `title` and `abstract`, and `id`, `authors`, `year`, `url`, `doi`
            where known. What can't be used is named; the rest goes in."""

            def work() -> CallToolResult:
                content = json.dumps(records).encode()
                most = service.settings.upload_megabytes * 1024 * 1024
                if len(content) > most:
                    raise Problem(413, "These are too many papers at once.", "Add them in smaller parts.")
                added = add_rows(index, "papers.json", lambda: io.BytesIO(content), len(content), most)
                return told(json.dumps(asdict(added)), asdict(added))

            return await done(context, work, "write")

    @server.resource("paper://{paper_id}", title="A paper", mime_type="text/markdown")
    def paper(paper_id: str) -> str:
        """A paper of the library, by its id (slashes as %2F)."""
        return as_page(known(paper_id))

    @server.resource("papers://all", title="All papers", mime_type="application/json")
    def all_papers() -> str:
        """Id, title and year of each paper of the library."""
        return json.dumps([{"id": one.id, "title": one.title, "year": one.year} for one in index.all_papers()])

    @server.prompt(title="Review what the papers say")
    def review(topic: str) -> str:
        """A short review of a topic from the library, each statement checked."""
        return (
            f"Write a short review of what the papers of the library say about {topic}. Find them with "
            "`search_papers`, then ask about each point with `ask`. Use only sentences whose verdict is `supported`, "
            "keep their [n], say where the library refuses, and end with the cited papers from `export_bibtex`."
        )

    @server.prompt(title="Compare two papers")
    def compare(first: str, second: str) -> str:
        """What two papers have in common and where they differ."""
        return (
            f"Compare the papers {first} and {second}. Read both with `get_paper`; for method, data and results `ask` "
            "what each reports, with its title in the question. Give a table of what both report, and say what either "
            "abstract leaves open."
        )

    def known(paper_id: str) -> Paper:
        found = index.paper(paper_id)
        if found is None:
            raise Problem(404, NOT_THERE.format(repr(paper_id[:200])))
        return found

    return server


def told(text: str, structure: dict[str, Any]) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=structure)


def failed(problem: Problem) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=str(problem))], is_error=True)


def hits(found: tuple[Hit, ...]) -> CallToolResult:
    lines = [f"{one.paper_id}: {one.title}{f' ({one.year})' if one.year else ''}\n  {one.passage}" for one in found]
    return told("\n".join(lines) or "No paper fits.", {"papers": [one.to_dict() for one in found]})


def papers(found: list[Paper]) -> CallToolResult:
    text = "\n\n".join(map(as_page, found)) if len(found) == 1 else "\n".join(f"{one.id}: {one.title}" for one in found)
    return told(text or "There is no such paper.", {"papers": [asdict(one) for one in found]})


def as_page(paper: Paper) -> str:
    about = ", ".join(filter(None, ("; ".join(paper.authors), str(paper.year or ""), paper.journal, paper.url)))
    return f"# {paper.title}\n\n{about}\n\n{paper.abstract}".replace("\n\n\n\n", "\n\n")
