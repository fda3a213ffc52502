"""`paperchat table`: papers by questions."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import (
    command_examples,
    common_options,
    count_of,
    open_assistant,
    print_json,
    printable,
    progress_bar,
)
from ui.cli.filtering import check_ids, filter_options, read_filters

if TYPE_CHECKING:
    from rag import Assistant, Cell, Filters

SUFFIXES = ("csv", "md", "xlsx")


@click.command(
    epilog=command_examples(
        'paperchat table --where "KV cache compression" -k 3 -q "How far does the cache shrink?"',
        'paperchat table --only 2402.11307 -q "Which modalities are fused?" -q "What AUC is reached?"',
        'paperchat table --where "KV cache" -k 2 -q "How far does the cache shrink?" --output cache.xlsx',
    )
)
@common_options
@filter_options
@click.option("--where", metavar="QUERY", help="The papers that fit this search best; without it, all that pass.")
@click.option("-k", "k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many papers at most.")
@click.option("-q", "--question", "questions", multiple=True, required=True, help="A column; may be repeated.")
@click.option("--output", type=click.Path(path_type=Path), help="Write to this file: .csv, .md or .xlsx.")
@click.option("--json", "as_json", is_flag=True, help="Print the cells as JSON.")
def table(
    config: Path | None,
    index_dir: Path | None,
    where: str | None,
    k: int,
    questions: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    **filtered: Any,
) -> None:
    """Put questions to papers one by one: a row a paper, a column a question.

    Each cell quotes what the paper's abstract says, or is the words of a language model, checked against it; or it says
    that it is not in the abstract. Ctrl-C ends it, and what was filled until then is kept in the file.
    """
    if output and output.suffix.removeprefix(".").lower() not in SUFFIXES:
        raise click.BadParameter("The name must end in .csv, .md or .xlsx.", param_hint="--output")
    filters = read_filters(**filtered)
    cells: list[Cell] = []
    with open_assistant(config, index_dir) as assistant:
        check_ids(assistant.index, filters.paper_ids)
        ids = chosen(assistant, where, k, filters)
        try:
            with progress_bar("Filling") as advance:
                for cell in assistant.table(ids, questions):
                    cells.append(cell)
                    advance(len(cells) // len(questions), len(ids), "")
        finally:
            if output:
                save(questions, cells, output)
                click.echo(f"{len(cells)} of {count_of(len(ids) * len(questions), 'cell')} in {output}", err=True)
    if as_json:
        print_json([cell.to_dict() for cell in cells])
    elif not output:
        print_table(questions, cells)


def chosen(assistant: "Assistant", where: str | None, k: int, filters: "Filters") -> list[str]:
    """The ids of the rows. Raises PaperIndexError when no paper fits."""
    from index import Chosen, PaperIndexError, choose

    if where:
        ids = [hit.paper_id for hit in assistant.search(where, k=k, filters=filters)]
    else:
        only = filters.paper_ids
        papers = list(assistant.index.papers(only).values()) if only else assistant.index.all_papers()
        wanted = Chosen(filters.years, filters.authors, filters.topics)
        ids = [paper.id for paper in choose(papers, {}, wanted)][:k]
    if not ids:
        raise PaperIndexError("No paper fits. Ask for other years, authors or topics, or leave them out.")
    return ids


def save(questions: tuple[str, ...], cells: "list[Cell]", output: Path) -> None:
    from index import PaperIndexError
    from ui.history import export_table, make_table

    content = export_table(make_table(questions, cells), output.suffix.removeprefix(".").lower())
    try:
        output.write_bytes(content)
    except OSError as error:
        raise PaperIndexError(f"{output} can't be written ({error.strerror}). Name another file.") from error


def print_table(questions: tuple[str, ...], cells: "list[Cell]") -> None:
    """Lines and columns on a terminal, Markdown where it is piped."""
    from ui.history import cell_text, export_table, make_table

    made = make_table(questions, cells)
    if not sys.stdout.isatty():
        click.echo("\n".join(map(printable, export_table(made, "md").decode().splitlines())))
        return
    from rich.console import Console  # 60 ms
    from rich.table import Table as Lines
    from rich.text import Text

    shown = Lines(show_lines=True)
    for name in ("Paper", *questions):
        shown.add_column(Text(printable(name)), overflow="fold", ratio=1)
    for paper, row in made.rows:
        title = f"{printable(paper.title)} ({paper.year or ''})".removesuffix(" ()")
        told = [Text(printable(cell_text(cell)), "" if cell and cell.is_answered else "dim") for cell in row]
        shown.add_row(Text(title, "bold"), *told)
    with suppress(BrokenPipeError):
        Console(highlight=False).print(shown)
