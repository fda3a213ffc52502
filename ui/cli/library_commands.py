"""Commands over the papers of a library: what is in it, what goes out of it, what goes."""

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import command_examples, common_options, count_of, print_json, printable, read_settings

if TYPE_CHECKING:
    from index import Paper, PaperIndex

FORMATS = ("jsonl", "bibtex", "ris", "csl", "csv")
SORTS = ("added", "year", "title", "author")
TITLE_SHOWN = 90
"""Characters."""


def choosing_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which papers are meant."""
    for option in (
        click.option("--sort", type=click.Choice(SORTS), default="added", show_default=True, help="Order."),
        click.option("--origin", multiple=True, help="Only papers from files with this in their path."),
        click.option("--text", default="", help="Only papers with this in title or abstract."),
        click.option("--topic", multiple=True, help="Only papers on this topic; may be repeated."),
        click.option("--author", multiple=True, help="Only papers of this author; may be repeated."),
        click.option("--year", metavar="FROM[-TO]", help="Only papers of these years: 2023, 2020-2022, 2021-."),
    ):
        command = option(command)
    return command


@click.command("list", epilog=command_examples("paperchat list --year 2020- --sort year", "paperchat list --json"))
@common_options
@choosing_options
@click.option("-n", "--limit", type=click.IntRange(1), help="How many papers at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the papers, with their origins, as JSON.")
def list_papers(config: Path | None, index_dir: Path | None, limit: int | None, as_json: bool, **choice: Any) -> None:
    """List the papers of the library."""
    with open_index(config, index_dir) as index:
        papers = chosen_papers(index, **choice)
        shown = papers[:limit]
        if as_json:
            print_json(as_dicts(index, shown))
            return
    for paper in shown:
        click.echo(f"{printable(paper.id)}  {printable(describe(paper))}")
    hidden = f", {len(shown):,} shown" if len(shown) < len(papers) else ""
    click.echo(f"{count_of(len(papers), 'paper')}{hidden}", err=True)


@click.command(epilog=command_examples("paperchat remove 2401.00001", "paperchat remove smith2020 lee2021 --yes"))
@click.argument("ids", nargs=-1, required=True)
@common_options
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(ids: tuple[str, ...], config: Path | None, index_dir: Path | None, yes: bool) -> None:
    """Remove the papers with these IDS. Reading their files again brings them back."""
    with open_index(config, index_dir) as index:
        there = index.papers(ids)
        for id in ids:
            if id not in there:
                click.echo(f"There is no paper {printable(id)}: `paperchat list` shows the ids.", err=True)
        if not there:
            raise SystemExit(1)
        if not yes:
            for paper in there.values():
                click.echo(f"{printable(paper.id)}  {printable(describe(paper))}", err=True)
            if not sys.stdin.isatty():
                raise click.UsageError("Say --yes to remove papers without being asked.")
            click.confirm(f"Remove {count_of(len(there), 'paper')}?", abort=True, err=True)
        click.echo(f"{count_of(index.remove(list(there)), 'paper')} removed")
    if len(there) < len(set(ids)):
        raise SystemExit(1)


@click.command(epilog=command_examples("paperchat export library.bib", "paperchat export - --format csv --year 2020-"))
@click.argument("file", type=click.Path(path_type=Path))
@common_options
@choosing_options
@click.option("--format", "format", type=click.Choice(FORMATS), help="Unless the suffix of FILE says it.")
def export(file: Path, config: Path | None, index_dir: Path | None, format: str | None, **choice: Any) -> None:
    """Write papers to FILE, or to standard output (-)."""
    from index import PaperIndexError, export_format, export_papers

    format = format or ("jsonl" if str(file) == "-" else export_format(file))
    with open_index(config, index_dir) as index:
        papers = chosen_papers(index, **choice)
    pieces = export_papers(papers, format)
    if str(file) == "-":
        for piece in pieces:
            sys.stdout.write(piece)
        return
    try:
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(pieces)
    except OSError as error:
        raise PaperIndexError(f"{file} can't be written ({error.strerror}). Name another file.") from error
    click.echo(f"{count_of(len(papers), 'paper')} in {printable(str(file))}", err=True)


def open_index(config: Path | None, index_dir: Path | None) -> "PaperIndex":
    """Raises PaperIndexError when there is none: nothing is made for a look."""
    from index import PaperIndex, PaperIndexError, index_folder

    settings = read_settings(config, index_dir).index
    if not PaperIndex.exists(settings):
        raise PaperIndexError(f"{index_folder(settings)} holds no papers yet. Run `paperchat index` with your files.")
    return PaperIndex.open(settings, rebuild=True)


def chosen_papers(
    index: "PaperIndex",
    *,
    year: str | None,
    author: tuple[str, ...],
    topic: tuple[str, ...],
    text: str,
    origin: tuple[str, ...],
    sort: str,
) -> "list[Paper]":
    from index import Chosen, choose
    from ui.cli.console import read_years

    papers = index.all_papers()
    origins = index.origins([paper.id for paper in papers]) if origin else {}
    return choose(papers, origins, Chosen(read_years(year), author, topic, text, origin), sort)


def describe(paper: "Paper") -> str:
    first = paper.authors[0] + (" et al." if len(paper.authors) > 1 else "") if paper.authors else ""
    who = ", ".join(part for part in (first, str(paper.year or "")) if part)
    return shorten(paper.title, TITLE_SHOWN, placeholder=" …") + (f" ({who})" if who else "")


def as_dicts(index: "PaperIndex", papers: "list[Paper]") -> list[dict[str, Any]]:
    from dataclasses import asdict

    ids = [paper.id for paper in papers]
    origins, links = index.origins(ids), index.links(ids)
    return [
        {
            **asdict(paper),
            "origins": [asdict(origin) for origin in origins[paper.id]],
            "linked": sorted({id for pair in links if paper.id in pair for id in pair} - {paper.id}),
        }
        for paper in papers
    ]
