"""The command line. Each command is one call of `index` or `rag`, and printing.

Nothing heavy is imported before a command needs it: `paperchat --help` must be quick.
"""

from collections.abc import Callable
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import (
    command_examples,
    common_options,
    open_assistant,
    print_json,
    printable,
    progress_bar,
    read_settings,
    read_years,
)
from ui.cli.evaluate import evaluate
from ui.cli.indexing import index, watch
from ui.cli.library_commands import export, list_papers, remove

if TYPE_CHECKING:
    from rag import Filters

EXAMPLES = """\b
Examples:
  paperchat serve                                    the chat page in the browser
  paperchat ask "What AUC does ICHPro reach?"
  paperchat index papers.csv my-abstracts/           add your own papers
  PAPERCHAT_LLM=openai/gpt-4o-mini paperchat ask "What is EliteKV?"
"""

LINE = 100
PASSAGE_SHOWN = 280
"""Characters."""


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.option("--author", multiple=True, help="Only papers of this author; may be repeated.")(command)
    command = click.option("--topic", multiple=True, help="Only papers on this topic; may be repeated.")(command)
    return click.option("--year", metavar="FROM[-TO]", help="Only papers of these years: 2023, 2020-2022, 2021-.")(
        command
    )


@click.group(epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="paperchat")
def cli() -> None:
    """Ask research-paper abstracts. Every sentence of the answer cites the passage that supports it."""


@cli.command(
    epilog=command_examples(
        'paperchat search "ball tree attention"', 'paperchat search "KV cache" -k 5 --year 2024- --json'
    )
)
@click.argument("query")
@common_options
@filter_options
@click.option("-k", "k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many papers.")
@click.option("--json", "as_json", is_flag=True, help="Print the papers as JSON.")
def search(
    query: str,
    config: Path | None,
    index_dir: Path | None,
    k: int,
    as_json: bool,
    year: str | None,
    topic: tuple[str, ...],
    author: tuple[str, ...],
) -> None:
    """List the papers that fit QUERY best, with the beginning of the passage that fits."""
    filters = read_filters(year, topic, author)
    with open_assistant(config, index_dir) as assistant:
        hits = assistant.search(query, k=k, filters=filters)
    if as_json:
        print_json([hit.to_dict() for hit in hits])
        return
    for place, hit in enumerate(hits, 1):
        click.echo(f"{place:3}. {printable(hit.title)}{f' ({hit.year})' if hit.year else ''}")
        if hit.url:
            click.echo(f"     {printable(hit.url)}")
        passage = shorten(printable(hit.passage), PASSAGE_SHOWN, placeholder=" …")
        click.echo(fill(passage, LINE, initial_indent=" " * 5, subsequent_indent=" " * 5))
    if not hits:
        click.echo("No paper fits.")


@cli.command(
    epilog=command_examples(
        'paperchat ask "What AUC does ICHPro reach?"',
        'paperchat ask "Which papers shrink the KV cache?" --json',
        'PAPERCHAT_LLM=openai/gpt-4o-mini paperchat ask "Compare X-Pool and Frozen in Time"',
    )
)
@click.argument("question")
@common_options
@filter_options
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--no-stream", is_flag=True, help="Print the answer once it is complete and checked.")
@click.option("--show-prompt", is_flag=True, help="Print what a language model would be sent, and stop.")
def ask(
    question: str,
    config: Path | None,
    index_dir: Path | None,
    as_json: bool,
    no_stream: bool,
    show_prompt: bool,
    year: str | None,
    topic: tuple[str, ...],
    author: tuple[str, ...],
) -> None:
    """Answer QUESTION from the abstracts, with sources."""
    filters = read_filters(year, topic, author)
    with open_assistant(config, index_dir) as assistant:
        if show_prompt:
            click.echo(printable(assistant.show_prompt(question, filters=filters)))
        elif as_json:
            print_json(assistant.ask(question, filters=filters).to_dict())
        else:
            from ui.cli.terminal import print_turn  # imports rag: 450 ms

            print_turn(assistant, question, (), filters, streaming=not no_stream)


@cli.command(epilog=command_examples("paperchat chat", "paperchat chat --config my.yaml"))
@common_options
def chat(config: Path | None, index_dir: Path | None) -> None:
    """Talk with the papers in the terminal; follow-up questions are understood."""
    from ui.cli.terminal import chat_loop  # imports rag: 450 ms

    with open_assistant(config, index_dir) as assistant:
        chat_loop(assistant)


@cli.command(epilog=command_examples("paperchat serve", "PAPERCHAT_OPEN=0 paperchat serve --port 8080"))
@common_options
@click.option("--host", help="Address to listen on; 127.0.0.1 unless config.yaml says otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 7860 unless config.yaml says otherwise.")
def serve(config: Path | None, index_dir: Path | None, host: str | None, port: int | None) -> None:
    """Open the chat page in the browser."""
    from ui.settings import read_ui_settings  # imports index: 80 ms

    settings = read_settings(config, index_dir)
    chosen = {"host": host, "port": port}
    ui_settings = read_ui_settings(settings).model_copy(update={k: v for k, v in chosen.items() if v is not None})
    with open_assistant(config, index_dir) as assistant:
        from ui.page import serve as serve_page  # gradio: seconds

        serve_page(assistant, ui_settings)


@cli.command(epilog=command_examples("paperchat doctor", "paperchat doctor --repair", "paperchat doctor --json"))
@common_options
@click.option("--repair", is_flag=True, help="Rebuild what is broken from the index's own record of the papers.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(config: Path | None, index_dir: Path | None, repair: bool, as_json: bool) -> None:
    """Check settings, key, model server and index; exit code 1 when something is wrong."""
    from ui.cli.diagnosis import diagnose  # imports rag: 450 ms

    findings = []
    if repair:
        from index import repair as repair_index  # 80 ms

        with progress_bar("Repairing") as advance:
            found = repair_index(read_settings(config, index_dir).index, on_progress=advance)
        findings += [finding for finding in found if finding.name == "recovered"]
    findings += diagnose(lambda: read_settings(config, index_dir))
    if as_json:
        print_json(
            [{"name": f.name, "severity": f.severity, "message": f.message, "remedy": f.remedy} for f in findings]
        )
    else:
        marks = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}
        for finding in findings:
            click.echo(f"{marks[finding.severity]}  {finding.name}: {printable(finding.message)}")
            if finding.remedy:
                click.echo(f"         → {printable(finding.remedy)}")
    if any(f.severity == "error" for f in findings):
        raise SystemExit(1)


for command in (index, watch, evaluate, list_papers, remove, export):
    cli.add_command(command)


def read_filters(year: str | None, topics: tuple[str, ...], authors: tuple[str, ...]) -> "Filters":
    from rag import Filters  # 450 ms

    return Filters(years=read_years(year), topics=topics, authors=authors)


def main() -> None:
    """The commands: errors that the user can mend are one line, never a stack trace. Raises KeyboardInterrupt."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except Exception as error:
        # Not imported at the top: it brings pydantic, which `--help` can do without.
        from index import PaperchatError  # 80 ms

        if not isinstance(error, PaperchatError):
            raise
        click.echo(f"Error: {printable(str(error))}", err=True)
        raise SystemExit(1) from None
