"""`paperchat index` and `paperchat watch`: papers in, and a report of what became of them."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import (
    NEW,
    announce_library,
    command_examples,
    common_options,
    count_of,
    print_json,
    printable,
    progress_bar,
    read_settings,
    read_years,
)

if TYPE_CHECKING:
    from index import IngestReport, Problem
    from rag import Settings

SOME_REFUSED = 3
"""Exit code: what could be used went in, something was refused."""

PROBLEMS_SHOWN = 20


@click.command(
    epilog=command_examples(
        "paperchat index papers.jsonl",
        "paperchat index library.csv notes/ --index-dir ~/papers",
        'paperchat index "exports/**/*.ris" --json',
        "paperchat index arxiv-metadata.json.gz --category cs.CL --year 2023-",
        "zcat papers.jsonl.gz | paperchat index -",
        'paperchat index arxiv:"all:joint attention" --max 200',
        "paperchat index zotero: doi:10.1000/182",
    )
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=str))
@common_options
@click.option(
    "--rebuild",
    is_flag=True,
    help="Make passages and vectors anew, with the embedding of the settings; no PATHS needed.",
)
@click.option("--prune", is_flag=True, help="Remove papers that have left the files or folders of PATHS.")
@click.option("--dry-run", is_flag=True, help="Say what would come in, be merged or refused; write nothing.")
@click.option("--category", multiple=True, help="Only papers of this topic, such as cs.CL, or cs; may be repeated.")
@click.option("--year", metavar="FROM[-TO]", help="Only papers of these years: 2023, 2020-2022, 2021-.")
@click.option("--max", "most", type=click.IntRange(min=1), help="Papers of a search at most; 200 if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, with every problem.")
def index(
    paths: tuple[str, ...],
    config: Path | None,
    index_dir: Path | None,
    rebuild: bool,
    prune: bool,
    dry_run: bool,
    category: tuple[str, ...],
    year: str | None,
    most: int | None,
    as_json: bool,
) -> None:
    """Add papers from PATHS: files of many formats, told by what is in them, packed or not; folders, patterns, or -
    for standard input; arxiv:, pubmed: and openalex: with a search or ids, doi: with DOIs, zotero: for the Zotero that
    runs here.

    Run it again at any time: unchanged papers are skipped, changed ones replaced, rows of one and the same paper
    merged. What can't be used is named with file and line, and what to do about it; everything else goes in, and the
    exit code is 3.
    """
    from index import Selection, ingest

    if not paths and not rebuild:
        raise click.UsageError("Give the files or folders that hold the papers, or --rebuild.")
    if dry_run and rebuild:
        raise click.UsageError("--dry-run can't be said of --rebuild.")
    if prune and (category or year):
        raise click.UsageError("--prune needs all papers of the files: leave out --category and --year.")
    selection = Selection(category, read_years(year))
    settings = settings_announced(config, index_dir)
    with progress_bar("Indexing") as advance:
        report = ingest(
            list(paths),
            settings.index,
            rebuild=rebuild,
            selection=selection,
            prune=prune,
            dry_run=dry_run,
            most=most,
            on_progress=advance,
        )
    print_json(summary(report)) if as_json else print_report(report)
    if dry_run and not as_json:
        click.echo("Nothing was written.")
    if any(problem.is_lost for problem in report.problems):
        raise SystemExit(SOME_REFUSED)


@click.command(epilog=command_examples("paperchat watch ~/Papers", "paperchat watch exports/ --every 60"))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@common_options
@click.option(
    "--every", default=5.0, show_default=True, type=click.FloatRange(0.1, 86_400), help="Seconds between two looks."
)
def watch(folder: Path, config: Path | None, index_dir: Path | None, every: float) -> None:
    """Add what comes into FOLDER and what changes there, until Ctrl-C.

    A file is read once it has stayed the same between two looks, so that none is read half written.
    """
    from index import FolderWatch, ReadError, index_folder, ingest

    settings = settings_announced(config, index_dir)
    watched = FolderWatch(folder, leave_out=index_folder(settings.index))
    click.echo(f"Watching {printable(str(folder))}. Ctrl-C ends it.", err=True)
    while True:
        if files := watched.settled():
            try:
                with progress_bar("Indexing") as advance:
                    report = ingest(files, settings.index, on_progress=advance)
                print_report(report)
            except ReadError as error:
                click.echo(printable(str(error)), err=True)
        time.sleep(every)


def settings_announced(config: Path | None, index_dir: Path | None) -> "Settings":
    from index import PaperIndex

    settings = read_settings(config, index_dir)
    announce_library(settings, "" if PaperIndex.exists(settings.index) else NEW, config, index_dir)
    return settings


def summary(report: "IngestReport") -> dict[str, Any]:
    """The report for other programs."""
    return {
        "rows": report.rows,
        "added": report.added,
        "changed": report.changed,
        "unchanged": report.unchanged,
        "merged": report.merged,
        "merged_by": dict(report.merged_by),
        "removed": report.removed,
        "refused": report.refused,
        "left_out": report.left_out,
        "problems": [
            {
                "file": str(problem.file),
                "line": problem.line or None,
                "record": problem.record or None,
                "reason": problem.message,
                "remedy": problem.remedy or None,
                "refused": problem.is_lost,
            }
            for problem in report.problems
        ],
    }


def print_report(report: "IngestReport") -> None:
    """The counts as a table; on stderr the first problems, file by file."""
    for line in problem_lines(report.problems[:PROBLEMS_SHOWN]):
        click.echo(printable(line), err=True)
    if len(report.problems) > PROBLEMS_SHOWN:
        click.echo(f"… and {len(report.problems) - PROBLEMS_SHOWN:,} more; --json lists all.", err=True)
    counts = {name: getattr(report, name) for name in ("added", "changed", "unchanged", "merged", "refused")}
    files = sum(problem.is_lost and not problem.place for problem in report.problems)
    if files:
        counts["files not read"] = files
    if report.removed:
        counts["removed"] = report.removed
    if report.left_out:
        counts["not selected"] = report.left_out
    click.echo(count_of(report.rows, "row"))
    by = ", ".join(f"{count:,} by {kind.replace('_', ' ')}" for kind, count in sorted(report.merged_by.items()))
    for name, count in counts.items():
        click.echo(f"{count:>9,}  {name}{f' ({by})' if by and name == 'merged' else ''}")


def problem_lines(problems: "tuple[Problem, ...]") -> list[str]:
    """A line a problem below the name of its file; one alone is a line with it."""
    lines: list[str] = []
    by_file: dict[Path, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(problem.file, []).append(problem)
    for file, some in by_file.items():
        if len(some) > 1:
            lines.append(f"{file}:")
        for problem in some:
            place = f"  {problem.place}" if len(some) > 1 else f"{file}{problem.place and ', '}{problem.place}"
            warning = "" if problem.is_lost else "warning: "
            lines.append(f"{place}{place.strip() and ': '}{warning}{problem.message} {problem.remedy}".rstrip())
    return lines
