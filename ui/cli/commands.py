"""The command line. Each command is one call of `index` or `rag`, and printing.

Nothing heavy is imported before a command needs it: `paperchat --help` must be quick.
"""

from pathlib import Path

import click

from ui.cli.asking import ask, chat
from ui.cli.completion import completion
from ui.cli.console import (
    command_examples,
    common_options,
    open_assistant,
    print_json,
    printable,
    progress_bar,
    read_settings,
)
from ui.cli.doors import mcp, token
from ui.cli.evaluate import evaluate
from ui.cli.helping import WholeLines
from ui.cli.indexing import index, watch
from ui.cli.library_commands import export, list_papers, remove
from ui.cli.searching import search, show, similar
from ui.cli.table import table

EXAMPLES = """\b
Examples:
  paperchat serve                                    the chat page in the browser
  paperchat ask "What AUC does ICHPro reach?"
  paperchat index papers.csv my-abstracts/           add your own papers
  PAPERCHAT_LLM=openai/gpt-4o-mini paperchat ask "What is EliteKV?"
"""


@click.group(
    cls=WholeLines, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="paperchat")
def cli() -> None:
    """Ask research-paper abstracts. Every sentence of the answer cites the passage that supports it."""


@cli.command(epilog=command_examples("paperchat serve", "PAPERCHAT_OPEN=0 paperchat serve --port 8080"))
@common_options
@click.option("--host", help="Address to listen on; 127.0.0.1 unless config.yaml says otherwise.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 7860 unless config.yaml says otherwise.")
def serve(config: Path | None, index_dir: Path | None, host: str | None, port: int | None) -> None:
    """Open the chat page in the browser."""
    from rag import settings_file  # 450 ms
    from ui.settings import read_ui_settings

    settings = read_settings(config, index_dir)
    chosen = {"host": host, "port": port}
    ui_settings = read_ui_settings(settings).model_copy(update={k: v for k, v in chosen.items() if v is not None})
    with open_assistant(config, index_dir) as assistant:
        from ui.page import serve as serve_page  # gradio: seconds

        serve_page(assistant, ui_settings, file=settings_file(config))


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


for command in (
    search,
    ask,
    chat,
    show,
    similar,
    table,
    index,
    watch,
    evaluate,
    list_papers,
    remove,
    export,
    completion,
    token,
    mcp,
):
    cli.add_command(command)


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
