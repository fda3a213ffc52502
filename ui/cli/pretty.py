"""An answer for eyes: bold, linked, wrapped, its sources aligned."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.padding import Padding
from rich.spinner import Spinner
from rich.style import Style
from rich.table import Table
from rich.text import Text

from rag import Answer, Event, Source, Step, TextDelta
from ui.cli.console import printable
from ui.cli.verdicts import verdicts
from ui.html import Block, Piece, Run, blocks, web_address

WIDEST = 100
"""Columns: longer lines are hard to read."""

STEPS = {
    "rewritten": "Looking for papers",
    "searched": "Judging whether they answer",
    "judged": "Writing the answer",
    "verifying": "Verifying its sentences",
    "repaired": "Checking what was put right",
    "checked": "Checking its citations",
}
"""What is going on once a step is done."""

STYLES = {"strong": "bold", "emphasis": "italic", "code": "cyan", "text": ""}


def print_pretty(
    events: Iterable[Event], *, streaming: bool, everything: bool, to_stderr: bool, most: int | None = None
) -> Answer:
    """Shows what is going on and the text as it comes; both make room for the checked answer, of whose lists the first
    `most` lines are shown (None: all)."""
    console = Console(highlight=False, stderr=to_stderr)
    console.width = min(console.width, WIDEST)
    step, text, read_as = "Reading the question", "", ""
    answer: Answer | None = None
    with Live(console=console, transient=True, refresh_per_second=10) as live:
        for event in events:
            if isinstance(event, Answer):
                answer = event
            elif isinstance(event, Step):
                step = STEPS.get(event.name, step)
                if event.name == "rewritten":
                    read_as = event.detail
            elif isinstance(event, TextDelta) and streaming:
                text += event.text
            waiting = Spinner("dots", Text(step, style="dim"))
            live.update(Group(waiting, Text(printable(text))) if text else waiting)
    if answer is None:
        raise RuntimeError("the stream ended without an answer")
    if read_as:
        console.print(Text(f"understood as: {printable(read_as)}", style="dim"))
    shown = list(shortened(answer, most))
    for block in shown:
        for part in shown_parts(block, answer.sources):
            console.print(part)
    for line in verdicts(answer):
        console.print(Text(printable(line), style="yellow" if line.startswith("!") else "dim"))
    numbers = {int(run.text) for block in shown for run in runs_of(block) if run.kind == "number"}
    console.print(shown_sources([one for one in answer.sources if one.n in numbers or everything]))
    return answer


def shortened(answer: Answer, most: int | None) -> Iterator[Block]:
    """The text of the answer, block by block; of a list only the first `most` lines, and how many there are besides."""
    for block in blocks(answer.text, answer.sentences, {source.n for source in answer.sources}):
        left = len(block.lines) - most if most and block.kind in ("bullets", "numbered") else 0
        if left <= 0:
            yield block
            continue
        yield replace(block, lines=block.lines[:most])
        yield from blocks(f"And {left} more: `--all` lists them.")


def runs_of(block: Block) -> Iterator[Run]:
    return (run for line in block.lines for piece in line for run in piece.runs)


def shown_parts(block: Block, known: Iterable[Source]) -> Iterator[RenderableType]:
    """The block's lines, and a blank line."""
    sources = {source.n: source for source in known}
    for place, pieces in enumerate(block.lines, 1):
        line = shown_line(pieces, sources)
        if block.kind == "heading":
            line.stylize("bold")
        lead = {"bullets": "•", "numbered": f"{place}."}.get(block.kind)
        yield hanging(Text(lead), line) if lead else line
    yield Text()


def shown_line(pieces: Iterable[Piece], sources: dict[int, Source]) -> Text:
    line = Text()
    for piece in pieces:
        start = len(line)
        for run in piece.runs:
            line.append_text(shown_run(run, sources))
        if piece.reason:
            line.stylize("underline yellow", start)
    line.rstrip()
    return line


def shown_run(run: Run, sources: dict[int, Source]) -> Text:
    if run.kind == "link":
        return Text(printable(run.text), style=Style(link=web_address(printable(run.text)) or None, underline=True))
    if run.kind != "number":
        return Text(printable(run.text), style=STYLES[run.kind])
    source = sources[int(run.text)]
    # A blank before the number, and none that could end a line: it stays with its sentence.
    return Text("\u00a0").append(f"[{run.text}]", linked(source, "cyan"))


def shown_sources(sources: Iterable[Source]) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for source in sources:
        about = ", ".join(filter(None, (people(source), str(source.year or ""))))
        title = Text(printable(source.title), style=linked(source, "bold" if source.cited else ""))
        if not source.cited:
            title.append(" (read, not cited)", "dim")
        told = [Text(printable(part), style="dim") for part in (about, source.url) if part]
        table.add_row(Text(f"[{source.n}]", style="cyan"), Group(title, *told))
    return Padding(table, (0, 0, 1, 0)) if table.row_count else Text()


def hanging(lead: Text, line: Text) -> Table:
    """A line whose later rows begin where its first does."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row(lead, line)
    return table


def people(source: Source) -> str:
    return source.authors[0] + (" et al." if len(source.authors) > 1 else "") if source.authors else ""


def linked(source: Source, style: str) -> Style:
    address = printable(web_address(source.url)).replace(" ", "")
    return Style.parse(style or "none") + Style(link=address or None)
