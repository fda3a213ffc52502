"""`paperchat search`, `show` and `similar`: papers found, one paper, papers like it."""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import command_examples, common_options, open_assistant, print_json, printable
from ui.cli.filtering import check_ids, filter_options, read_filters
from ui.cli.library_commands import as_dicts, open_index

if TYPE_CHECKING:
    from index import Paper
    from rag import Hit

LINE = 100
PASSAGE_SHOWN = 280
"""Characters."""


@click.command(
    epilog=command_examples(
        'paperchat search "attention over trees"',
        "paperchat search KV cache -k 5 --year 2024- --json",
        'paperchat search "gaze of infants" --year 2021-',
    )
)
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@common_options
@filter_options
@click.option("-k", "k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many papers.")
@click.option("--json", "as_json", is_flag=True, help="Print the papers as JSON.")
def search(
    words: tuple[str, ...], config: Path | None, index_dir: Path | None, k: int, as_json: bool, **filtered: Any
) -> None:
    """List the papers that fit QUERY best, with the beginning of the passage that fits."""
    query = " ".join(words)
    filters = read_filters(**filtered)
    with open_assistant(config, index_dir) as assistant:
        check_ids(assistant.index, filters.paper_ids)
        hits = assistant.search(query, k=k, filters=filters)
        # Something is always nearest in meaning; a word that the papers share with the query is what can be told.
        has_words = bool(assistant.index.search_words(query, 1, fuzzy=True))
    if as_json:
        print_json([hit.to_dict() for hit in hits])
        return
    if not hits:
        click.echo("No paper fits.")
    elif not has_words:
        click.echo("Nothing fits well: no paper has any of these words. The nearest by meaning:\n")
    print_hits(hits)


@click.command(epilog=command_examples("paperchat show 2402.11307", "paperchat show 2402.11307 --json"))
@click.argument("id")
@common_options
@click.option("--json", "as_json", is_flag=True, help="Print the paper, with its origins, as JSON.")
def show(id: str, config: Path | None, index_dir: Path | None, as_json: bool) -> None:
    """Show the paper with this ID: its record and its abstract."""
    with open_index(config, index_dir) as index:
        check_ids(index, [id])
        paper = index.papers([id])[id]
        if as_json:
            print_json(as_dicts(index, [paper])[0])
        else:
            print_paper(paper)


@click.command(epilog=command_examples("paperchat similar 2402.11307", "paperchat similar 2402.11307 -k 3 --json"))
@click.argument("id")
@common_options
@click.option("-k", "k", default=5, show_default=True, type=click.IntRange(1, 1000), help="How many papers.")
@click.option("--json", "as_json", is_flag=True, help="Print the papers as JSON.")
def similar(id: str, config: Path | None, index_dir: Path | None, k: int, as_json: bool) -> None:
    """List the papers most like the one with this ID."""
    with open_assistant(config, index_dir) as assistant:
        check_ids(assistant.index, [id])
        hits = assistant.similar(id, k)
    if as_json:
        print_json([hit.to_dict() for hit in hits])
    else:
        print_hits(hits)


def print_hits(hits: "Sequence[Hit]") -> None:
    for place, hit in enumerate(hits, 1):
        title = click.style(printable(hit.title), bold=True)
        click.echo(f"{place:3}. {title}{f' ({hit.year})' if hit.year else ''}")
        click.echo(f"     {' · '.join(filter(None, (printable(hit.paper_id), printable(hit.url))))}")
        passage = shorten(printable(hit.passage), PASSAGE_SHOWN, placeholder=" …")
        click.echo(fill(passage, LINE, initial_indent=" " * 5, subsequent_indent=" " * 5))


def print_paper(paper: "Paper") -> None:
    """What is known of it, a line each, then the abstract."""
    click.echo(fill(printable(paper.title), LINE))
    known = {
        "id": paper.id,
        "authors": ", ".join(paper.authors),
        "year": str(paper.year or ""),
        "journal": paper.journal,
        "topics": ", ".join(paper.subjects),
        "doi": paper.doi,
        "pmid": paper.pmid,
        "address": paper.url,
    }
    for name, value in known.items():
        if value:
            click.echo(fill(printable(value), LINE, initial_indent=f"{name:9}", subsequent_indent=" " * 9))
    click.echo("\n" + fill(printable(paper.abstract), LINE))
