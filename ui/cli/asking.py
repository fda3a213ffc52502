"""`paperchat ask` and `paperchat chat`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import command_examples, common_options, open_assistant, print_json, printable
from ui.cli.filtering import check_ids, filter_options, read_filters

if TYPE_CHECKING:
    from rag import Answer, Assistant, Filters

EXPORTED = ("bibtex", "ris", "csl", "csv", "jsonl")
FROM_INPUT = ("-",)
LISTED = 10
"""Lines of a list that a terminal shows without `--all`."""


@click.command(
    epilog=command_examples(
        'paperchat ask "What AUC does ICHPro reach?"',
        "paperchat ask Which papers shrink the KV cache --year 2024- --json",
        'paperchat ask "Which modalities are fused?" --only 2402.11307',
        'paperchat ask "How does EliteKV shrink the KV cache?" --export bibtex',
        'paperchat ask "How does EliteKV shrink the KV cache?" --keep answer.md',
        'echo "What does BERT look at?" | paperchat ask -',
        'PAPERCHAT_LLM=openai/gpt-4o-mini paperchat ask "Compare X-Pool and Frozen in Time"',
    )
)
@click.argument("words", metavar="QUESTION", nargs=-1, required=True)
@common_options
@filter_options
@click.option(
    "--all", "everything", is_flag=True, help="Show long lists whole, and the papers that were read and not cited, too."
)
@click.option(
    "--export",
    "exported",
    type=click.Choice(EXPORTED),
    help="Print the cited papers in this format, and the answer on stderr.",
)
@click.option(
    "--keep",
    "place",
    metavar="FILE|zotero",
    help="Keep question and answer in FILE (.md, .html, .docx, .rdf for Zotero), or in zotero, as a note.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--no-stream", is_flag=True, help="Print the answer once it is complete and checked.")
@click.option("--show-prompt", is_flag=True, help="Print what a language model would be sent, and send nothing.")
def ask(
    words: tuple[str, ...],
    config: Path | None,
    index_dir: Path | None,
    everything: bool,
    exported: str | None,
    place: str | None,
    as_json: bool,
    no_stream: bool,
    show_prompt: bool,
    **filtered: Any,
) -> None:
    """Answer QUESTION from the abstracts, with sources.

    QUESTION needs no quotes unless the shell would act on a sign in it. With - in its place, each line of standard
    input is a question of its own; --json then prints an answer a line.
    """
    questions = read_questions() if words == FROM_INPUT else [" ".join(words)]
    filters = read_filters(**filtered)
    if place:
        from ui.cli.keeping import check_place, keep_answers  # imports rag: 450 ms

        check_place(place)
    with open_assistant(config, index_dir) as assistant:
        check_ids(assistant.index, filters.paper_ids)
        if show_prompt:
            print_prompts(assistant, questions, filters, as_json=as_json, a_line_each=words == FROM_INPUT)
            return
        if as_json:
            answers = print_as_json(assistant, questions, filters, a_line_each=words == FROM_INPUT)
        else:
            answers = print_turns(assistant, questions, filters, not no_stream, everything, bool(exported))
            if exported:
                print_papers(assistant, answers, exported, everything)
        if place:
            click.echo(f"Kept in {printable(keep_answers(assistant, answers, place))}.", err=True)


def read_questions() -> list[str]:
    """The lines of standard input that are not blank. Raises click.UsageError when there is none."""
    questions = [line.strip() for line in sys.stdin if line.strip()]
    if not questions:
        raise click.UsageError("Standard input holds no question. Give one a line.")
    return questions


def print_as_json(
    assistant: "Assistant", questions: list[str], filters: "Filters", *, a_line_each: bool
) -> "list[Answer]":
    answers = []
    for question in questions:
        answers.append(assistant.ask(question, filters=filters))
        print_document(answers[-1].to_dict(), on_a_line=a_line_each)
    return answers


def print_document(document: dict[str, Any], *, on_a_line: bool) -> None:
    if on_a_line:
        click.echo(json.dumps(document))
    else:
        print_json(document)


def print_prompts(
    assistant: "Assistant", questions: list[str], filters: "Filters", *, as_json: bool, a_line_each: bool
) -> None:
    for question in questions:
        shown = assistant.show_prompt(question, filters=filters)
        if as_json:
            print_document(shown.to_dict(), on_a_line=a_line_each)
        else:
            click.echo(printable(str(shown)))


def print_turns(
    assistant: "Assistant",
    questions: list[str],
    filters: "Filters",
    streaming: bool,
    everything: bool,
    to_stderr: bool,
) -> "list[Answer]":
    from ui.cli.terminal import Printer  # imports rag: 450 ms

    most = None if everything else LISTED
    printer = Printer(streaming=streaming, everything=everything, to_stderr=to_stderr, most=most)
    answers = []
    for place, question in enumerate(questions):
        if len(questions) > 1:
            printer.say(f"{chr(10) if place else ''}{question}", bold=True)
        answers.append(printer.print_turn(assistant, question, (), filters))
    return answers


def print_papers(assistant: "Assistant", answers: "list[Answer]", format: str, everything: bool) -> None:
    """Each paper once, with all that the library knows but its abstract."""
    from ui.history import as_references

    sources = [one for answer in answers for one in answer.sources if one.cited or everything]
    known = assistant.index.papers({one.paper_id for one in sources})
    found = {one.paper_id: known.get(one.paper_id, one) for one in sources}
    sys.stdout.write(as_references(found.values(), format))


@click.command(epilog=command_examples("paperchat chat", "paperchat chat --config my.yaml"))
@common_options
def chat(config: Path | None, index_dir: Path | None) -> None:
    """Talk with the papers in the terminal; follow-up questions are understood.

    /help lists the commands there. Tab completes them, arrow up brings back what was typed before.
    """
    from ui.cli.talk import chat_loop  # imports rag: 450 ms

    with open_assistant(config, index_dir) as assistant:
        chat_loop(assistant)
