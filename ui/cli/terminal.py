"""A turn of a conversation on standard output: readable on a terminal, plain where it is piped."""

import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from rag import Answer, Assistant, Event, Filters, Step, TextDelta
from ui.cli.console import printable
from ui.cli.verdicts import verdicts


class Printer:
    """Asks, and prints what comes. `everything` lists what was read and not cited, too; `most` are the lines of a list
    that a terminal shows, None all."""

    def __init__(
        self, *, streaming: bool = True, everything: bool = False, to_stderr: bool = False, most: int | None = None
    ) -> None:
        self.streaming = streaming
        self.everything = everything
        self.most = most
        self.to_stderr = to_stderr
        self.is_for_eyes = (sys.stderr if to_stderr else sys.stdout).isatty()

    def say(self, text: str, **style: Any) -> None:
        click.echo(click.style(printable(text), **style), err=self.to_stderr)

    def print_turn(
        self,
        assistant: Assistant,
        question: str,
        history: Sequence[Mapping[str, Any]],
        filters: Filters | None = None,
        model: str | None = None,
    ) -> Answer:
        """Asks, prints the answer and its sources, and returns it."""
        events = assistant.stream(question, history=history, filters=filters or Filters(), model=model)
        if self.is_for_eyes:
            from ui.cli.pretty import print_pretty  # rich: 60 ms

            return print_pretty(
                events,
                streaming=self.streaming,
                everything=self.everything,
                to_stderr=self.to_stderr,
                most=self.most,
            )
        return self.print_plain(events)

    def print_plain(self, events: Iterable[Event]) -> Answer:
        shown = ""
        answer: Answer | None = None
        for event in events:
            if isinstance(event, Step) and event.name == "rewritten" and event.detail:
                self.say(f"(understood as: {event.detail})")
            elif isinstance(event, TextDelta) and self.streaming:
                shown += event.text
                click.echo(printable(event.text), nl=False, err=self.to_stderr)
            elif isinstance(event, Answer):
                answer = event
        if answer is None:
            raise RuntimeError("the stream ended without an answer")
        # The check may have added or removed markers: print the final text where it differs from what was streamed.
        if shown.strip() != answer.text.strip():
            click.echo(("\n\n" if shown else "") + printable(answer.text), nl=False, err=self.to_stderr)
        self.say("\n")
        for line in verdicts(answer):
            self.say(line)
        self.print_sources(answer)
        return answer

    def print_sources(self, answer: Answer) -> None:
        for source in answer.sources:
            if source.cited or self.everything:
                year = f" ({source.year})" if source.year else ""
                self.say(f"[{source.n}] {source.title}{year}{'' if source.cited else ', not cited'}")
                if source.url:
                    self.say(f"    {source.url}")


def print_passages(answer: Answer | None) -> None:
    if answer is None:
        click.echo("No question was asked yet.")
        return
    for source in answer.sources:
        click.echo(f"[{source.n}] {click.style(printable(source.title), bold=True)} {printable(source.url)}")
        click.echo(textwrap.fill(printable(source.passage), 100, initial_indent="    ", subsequent_indent="    "))
