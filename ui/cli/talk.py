"""The talk in a terminal: questions, and commands that begin with a slash."""

import shlex
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import click

from index import PaperchatError
from rag import Answer, Assistant, Filters
from ui.cli.console import count_of, printable
from ui.cli.filtering import check_ids
from ui.cli.keeping import check_place, keep_answers
from ui.cli.last_library import state_file
from ui.cli.terminal import Printer, print_passages

REMEMBERED = 1000
"""Lines that arrow up brings back, over all talks."""

PROMPT = "You> "


def chat_loop(assistant: Assistant) -> None:
    """Asks until the user leaves. Ctrl-C, or a model that fails, ends the answer, not the conversation."""
    with plain_interrupts(), remembered_lines(sorted(Talk.COMMANDS)):
        Talk(assistant).run()


class Talk:
    """One talk: what was said, which papers it is about, and who answers."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.printer = Printer()
        self.answers: list[Answer] = []
        self.only: tuple[str, ...] = ()
        self.model: str | None = None

    def run(self) -> None:
        papers = count_of(self.assistant.index.count(), "paper")
        click.echo(f"{papers}, answered by {self.assistant.model_name}. Ask a question; /help lists the commands.\n")
        while True:
            try:
                line = input(PROMPT).strip()
            except (KeyboardInterrupt, EOFError):
                click.echo()
                return
            if line.casefold() in ("/quit", "/exit", "quit", "exit"):
                return
            try:
                self.heed(line)
            except KeyboardInterrupt:
                click.echo("\nStopped.")
            except PaperchatError as error:
                click.echo(f"Error: {printable(str(error))}", err=True)

    def heed(self, line: str) -> None:
        """Does what one line says."""
        name, _, rest = line.partition(" ")
        if line in ("help", "?"):
            self.help("")
        elif name.casefold() in self.COMMANDS:
            self.COMMANDS[name.casefold()][0](self, rest.strip())
        elif name.startswith("/"):
            click.echo(f"There is no {printable(name)}. /help lists the commands.")
        elif line:
            self.ask(self.chosen(line) or line)

    def ask(self, question: str) -> None:
        answer = self.printer.print_turn(
            self.assistant, question, self.history(), Filters(paper_ids=self.only), self.model
        )
        self.answers.append(answer)
        click.echo()

    def chosen(self, line: str) -> str:
        """The question that the number of a paper picks where the last answer asked which is meant; else ""."""
        last = self.answers[-1] if self.answers else None
        numbers = [source.n for source in last.sources if source.cited] if last else []
        choices = dict(zip(map(str, numbers), last.choices, strict=False)) if last else {}
        return choices.get(line, "")

    def history(self) -> list[dict[str, Any]]:
        said: list[dict[str, Any]] = []
        for answer in self.answers:
            sources = [source.paper_id for source in answer.sources]
            said.append({"role": "user", "content": answer.question})
            said.append({"role": "assistant", "content": answer.text, "sources": sources})
        return said

    # -- commands ---------------------------------------------------------------------------------------------------

    def help(self, _: str) -> None:
        listed = [(usage, text) for _do, usage, text in self.COMMANDS.values()]
        listed.append(("/quit", "Ends the talk; so does Ctrl-D."))
        width = max(len(usage) for usage, _text in listed)
        for usage, text in listed:
            click.echo(f"{usage:{width}}  {text}")

    def sources(self, _: str) -> None:
        print_passages(self.answers[-1] if self.answers else None)

    def export(self, rest: str) -> None:
        if not self.answers:
            click.echo("No question was asked yet.")
            return
        try:
            (place,) = shlex.split(rest)
        except ValueError:
            click.echo("Name one file, as in /export talk.md, or zotero.")
            return
        check_place(place)
        kept = keep_answers(self.assistant, self.answers, place)
        click.echo(f"{count_of(len(self.answers), 'question')} in {printable(kept)}")

    def new(self, _: str) -> None:
        self.answers = []
        click.echo("A new conversation.")

    def narrow(self, rest: str) -> None:
        ids = tuple(rest.replace(",", " ").split())
        check_ids(self.assistant.index, ids)
        self.only = ids
        titles = [paper.title for paper in self.assistant.index.papers(ids).values()]
        click.echo(f"Only asking {printable('; '.join(titles))}." if titles else "Asking all papers.")

    def show_prompt(self, rest: str) -> None:
        if not rest:
            click.echo("Add a question, as in /prompt How do they differ?")
            return
        shown = self.assistant.show_prompt(rest, self.history(), Filters(paper_ids=self.only), self.model)
        click.echo(printable(str(shown)))

    def choose_model(self, rest: str) -> None:
        if rest:
            self.assistant.language_model(rest)  # Raises here what the next question would.
            self.model = rest
        click.echo(f"Answers come from {printable(self.model or self.assistant.model_name)}.")

    COMMANDS: dict[str, tuple[Callable[["Talk", str], None], str, str]] = {  # noqa: RUF012 - never changed
        "/sources": (sources, "/sources", "Shows the passages behind the last answer."),
        "/export": (
            export,
            "/export FILE",
            "Keeps the talk: in FILE (.md, .html, .docx, .rdf), or what was cited (.bib, .ris); in zotero, as notes.",
        ),
        "/new": (new, "/new", "Forgets the talk and begins another."),
        "/only": (narrow, "/only [ID…]", "Asks these papers only; without an id, all again."),
        "/model": (choose_model, "/model [NAME]", "Lets another model answer, as in /model offline."),
        "/prompt": (show_prompt, "/prompt QUESTION", "Shows what a language model would be sent; sends nothing."),
        "/help": (help, "/help", "Lists the commands."),
    }


@contextmanager
def plain_interrupts() -> Iterator[None]:
    """Ctrl-C is a KeyboardInterrupt and no more: outside, it ends the process."""
    outside = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outside)


@contextmanager
def remembered_lines(commands: list[str]) -> Iterator[None]:
    """Arrow up brings back lines of this and earlier talks, Tab completes commands; where there is readline."""
    try:
        import readline
    except ImportError:  # Windows
        yield
        return

    def complete(text: str, state: int) -> str | None:
        fitting = [one for one in commands if text.startswith("/") and one.startswith(text)]
        return fitting[state] if state < len(fitting) else None

    file = state_file().parent / "asked"
    readline.set_completer_delims(" ")
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    readline.set_history_length(REMEMBERED)
    with suppress(OSError):
        readline.read_history_file(file)
    try:
        yield
    finally:
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            readline.write_history_file(file)
            file.chmod(0o600)
