"""Turns of a conversation on a terminal."""

import signal
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import click

from index import PaperchatError
from rag import Answer, Assistant, Filters, Step, TextDelta
from ui.cli.console import printable

HELP = "Ask a question. /sources shows the passages, /new forgets the conversation, /quit or Ctrl-D ends it."


def chat_loop(assistant: Assistant) -> None:
    """Asks until the user leaves. Ctrl-C, or a model that fails, ends the answer, not the conversation."""
    with plain_interrupts():
        talk(assistant)


def talk(assistant: Assistant) -> None:
    click.echo(f"{assistant.index.count()} papers, answered by {assistant.model_name}. {HELP}\n")
    history: list[Mapping[str, str]] = []
    answer: Answer | None = None
    while True:
        try:
            question = click.prompt(click.style("You", bold=True), prompt_suffix="> ", default="", show_default=False)
        except (click.Abort, EOFError):
            click.echo()
            return
        match question.strip().lower():
            case "":
                continue
            case "/quit" | "/exit" | "quit" | "exit":
                return
            case "/help" | "help" | "?":
                click.echo(HELP)
            case "/new":
                history, answer = [], None
                click.echo("A new conversation.")
            case "/sources":
                print_passages(answer)
            case _:
                try:
                    answer = print_turn(assistant, question, history)
                except KeyboardInterrupt:
                    click.echo("\nStopped.")
                    continue
                except PaperchatError as error:
                    click.echo(f"Error: {printable(str(error))}", err=True)
                    continue
                history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]
                click.echo()


@contextmanager
def plain_interrupts() -> Iterator[None]:
    """Ctrl-C is a KeyboardInterrupt and no more: outside, it ends the process."""
    outside = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outside)


def print_turn(
    assistant: Assistant,
    question: str,
    history: Sequence[Mapping[str, str]],
    filters: Filters | None = None,
    streaming: bool = True,
) -> Answer:
    """Asks, prints the answer and its cited sources, and returns it."""
    shown = ""
    answer: Answer | None = None
    for event in assistant.stream(question, history=history, filters=filters or Filters()):
        if isinstance(event, Step) and event.name == "rewritten" and event.detail:
            click.echo(click.style(f"(understood as: {printable(event.detail)})", dim=True))
        elif isinstance(event, TextDelta) and streaming:
            shown += event.text
            click.echo(printable(event.text), nl=False)
        elif isinstance(event, Answer):
            answer = event
    if answer is None:
        raise RuntimeError("the stream ended without an answer")
    # The check may have added or removed markers: print the final text where it differs from what was streamed.
    if shown.strip() != answer.text.strip():
        click.echo(("\n\n" if shown else "") + printable(answer.text), nl=False)
    click.echo("\n")
    print_verdicts(answer)
    print_sources(answer)
    return answer


def print_verdicts(answer: Answer) -> None:
    if answer.confidence == "partly answered":
        click.echo(click.style("Partly answered: the abstracts may not hold all that was asked.", dim=True))
    for sentence in answer.sentences:
        if sentence.verdict == "unsupported":
            click.echo(f"! Not supported: {printable(sentence.text)} ({printable(sentence.reason)})")
    for notice in answer.notices:
        click.echo(click.style(printable(notice), dim=True))


def print_sources(answer: Answer) -> None:
    for source in answer.sources:
        if source.cited:
            year = f" ({source.year})" if source.year else ""
            click.echo(f"[{source.n}] {printable(source.title)}{year}")
            if source.url:
                click.echo(f"    {printable(source.url)}")


def print_passages(answer: Answer | None) -> None:
    if answer is None:
        click.echo("No question was asked yet.")
        return
    for source in answer.sources:
        click.echo(f"[{source.n}] {click.style(printable(source.title), bold=True)} {printable(source.url)}")
        click.echo(textwrap.fill(printable(source.passage), 100, initial_indent="    ", subsequent_indent="    "))
