"""`paperchat eval`: asks the questions of a file, prints the figures, writes them as JSON and as a report."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.cli.console import common_options, open_assistant, progress_bar

if TYPE_CHECKING:
    from rag import Assistant
    from rag.evaluation import Change, Figure, Outcome, Question, RunFile

NAME_WIDTH = 28
ALL_WIDTH = 20
LIKELY_CHANCE = 0.05

EVALUATION_EXAMPLES = """\b
Examples:
  paperchat eval                                        60 questions about the shipped catalogue
  paperchat eval questions.jsonl --json before.json --html report.html
  paperchat eval questions.jsonl --compare before.json
  PAPERCHAT_LLM=openai/gpt-4o-mini paperchat eval questions.jsonl --limit 20

\b
A line of QUESTIONS:
  {"qid": "d1", "type": "detail", "question": "...", "gold": ["2306.12345"],
   "must_include": [["72 fps", "72"]]}
  Types are yours to name; "unanswerable" marks what must be refused. Follow-ups carry a history:
  [{"role": "user", "content": "..."}, ...] and, if you like, the question in full as "standalone".
"""

A_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("eval", epilog=EVALUATION_EXAMPLES)
@click.argument("questions", required=False, type=A_FILE)
@common_options
@click.option("--json", "json_file", type=A_FILE, metavar="FILE", help="Write figures and answers as JSON.")
@click.option("--html", "html_file", type=A_FILE, metavar="FILE", help="Write a report that opens in any browser.")
@click.option(
    "--compare", "earlier", type=A_FILE, metavar="RUN.json", help="Test against an earlier run's --json file."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask only N questions, spread over the file.")
@click.option("--resume/--fresh", default=True, help="Go on where a stopped run ended (default), or start anew.")
@click.option("--run-file", type=A_FILE, metavar="FILE", help="Where answers are kept until the run is complete.")
def evaluate(
    questions: Path | None,
    config: Path | None,
    index_dir: Path | None,
    json_file: Path | None,
    html_file: Path | None,
    earlier: Path | None,
    limit: int | None,
    resume: bool,
    run_file: Path | None,
) -> None:
    """Ask the QUESTIONS of a file and measure the answers: found, right, cited, refused, quick.

    Every figure comes with a 95% interval. A run that was stopped goes on with the same command.
    """
    from rag.evaluation import RunFile, read_questions, read_result  # 30 ms on top of rag

    # Whatever can fail fails before the first question is asked: answers of a language model cost time and money.
    check_outputs(json_file, html_file)
    before = read_result(earlier) if earlier else None
    file = questions or shipped_questions()
    asked = spread(read_questions(file), limit)
    with open_assistant(config, index_dir) as assistant:
        check_gold(asked, assistant, file)
        conditions = describe_conditions(assistant)
        kept = run_file or run_file_for(file, conditions, assistant)
        if not resume:
            kept.unlink(missing_ok=True)
        with RunFile(kept, conditions) as answers:
            outcomes = ask_all(assistant, asked, answers)
            tell(describe_run(file, outcomes, assistant), outcomes, before, json_file, html_file)
            # Only now: until everything is written, the answers are worth keeping.
            answers.remove()


def ask_all(assistant: "Assistant", asked: "Sequence[Question]", answers: "RunFile") -> "list[Outcome]":
    from rag.checking import shipped
    from rag.evaluation import run  # 30 ms on top of rag

    if ready := sum(answers.get(question) is not None for question in asked):
        click.echo(f"Going on after {ready} of {len(asked)} questions.", err=True)
    if ready < len(asked):
        # Models load with the first search: that is no question's time.
        assistant.search("warm up")
    try:
        with progress_bar("Asking") as advance:
            return run(
                assistant,
                asked,
                answers,
                threshold=assistant.settings.rag.support_threshold,
                # As the turn's own check: quotes need no reading.
                reader=None if assistant.model_name == "offline" else shipped(),
                on_progress=advance,
            )
    except BaseException:
        click.echo("Not finished: the same command goes on from here.", err=True)
        raise


def tell(
    about: dict[str, Any],
    outcomes: "Sequence[Outcome]",
    before: "tuple[dict[str, Any], list[Outcome]] | None",
    json_file: Path | None,
    html_file: Path | None,
) -> None:
    """Prints the figures, and writes what was asked for."""
    from rag.evaluation import compare, figures, latencies, result  # 30 ms on top of rag

    found, durations = figures(outcomes), latencies(outcomes)
    changes = compare(before[1], outcomes) if before else []
    print_figures(found, durations)
    if about["tokens"]:
        click.echo(f"{about['tokens']:,} tokens" + ("" if about["cost"] is None else f", ${about['cost']:.4f}"))
    for model, answers in about["answered_by"].items():
        if model != about["model"]:
            # Else figures of the fallback would be taken for the model's.
            given = sum(about["answered_by"].values())
            click.echo(f"Mind: {answers} of {given} answers are by {model}, not {about['model']}.", err=True)
    if before:
        print_changes(changes, before[0])
    if json_file:
        content = result(about, found, durations, changes, outcomes)
        write(json_file, json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False))
    if html_file:
        from ui.reports import report  # 25 ms on top of that

        write(html_file, report(about, found, durations, changes, outcomes))


def write(file: Path, text: str) -> None:
    """Raises EvaluationError when the file can't be written."""
    from rag import EvaluationError

    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise EvaluationError(
            f"{file} can't be written ({error.strerror}). Make room on its disk, or name another file, and run the "
            "command again: the answers are kept, none is asked for anew."
        ) from None
    click.echo(f"Written: {file}", err=True)


def shipped_questions() -> Path:
    from index import catalogue_path  # 80 ms

    return catalogue_path().with_name("questions.jsonl")


def spread(questions: "Sequence[Question]", limit: int | None) -> "list[Question]":
    """`limit` questions at even distances: files are ordered by type, and every type should be among them."""
    if limit is None or limit >= len(questions):
        return list(questions)
    return [questions[place * len(questions) // limit] for place in range(limit)]


def check_outputs(json_file: Path | None, html_file: Path | None) -> None:
    """Raises EvaluationError when a file can't be written at the end."""
    from rag import EvaluationError  # 450 ms

    for file in (json_file, html_file):
        if file and not file.absolute().parent.is_dir():
            folder = file.absolute().parent
            raise EvaluationError(f"There is no folder {folder} to write {file.name} to. Make it first.")
    if html_file:
        from ui.reports import require_matplotlib  # 25 ms on top of that

        require_matplotlib()


def check_gold(questions: "Sequence[Question]", assistant: "Assistant", file: Path) -> None:
    """Says so when gold papers are not in the index: their questions can't be answered from it."""
    from index import fold_title  # 80 ms
    from rag import EvaluationError  # 450 ms

    papers = assistant.index.all_papers()
    known = {paper.id for paper in papers} | {fold_title(paper.title) for paper in papers}
    gold = list(dict.fromkeys(key for question in questions for key in question.expected))
    missing = [key for key in gold if key not in known]
    if missing and len(missing) == len(gold):
        raise EvaluationError(
            f"The index holds none of the papers that {file} names as gold ({', '.join(missing[:3])}, ...). "
            "Index them first (paperchat index PATH), name their index with --index-dir, or give gold_titles."
        )
    if missing:
        shown = ", ".join(missing[:5]) + (", ..." if len(missing) > 5 else "")
        click.echo(f"Gold papers that are not in the index count as not found ({len(missing)}): {shown}", err=True)


def describe_conditions(assistant: "Assistant") -> str:
    """All that answers depend on, so that a stopped run only goes on with its own answers."""
    from importlib.metadata import version  # 25 ms

    settings = assistant.settings.model_dump(mode="json", exclude={"ui"})
    settings["index"].pop("folder", None)
    papers = hashlib.sha256("".join(sorted(p.content_hash for p in assistant.index.all_papers())).encode()).hexdigest()
    return json.dumps([version("paperchat"), settings, papers], sort_keys=True)


def run_file_for(file: Path, conditions: str, assistant: "Assistant") -> Path:
    """A file in the index folder, one for each question file and set of conditions."""
    key = hashlib.sha256(f"{file.absolute()}\n{conditions}".encode()).hexdigest()[:8]
    return assistant.index.folder / "evaluation" / f"{file.stem}-{key}.jsonl"


def describe_run(file: Path, outcomes: "Sequence[Outcome]", assistant: "Assistant") -> dict[str, Any]:
    settings = assistant.settings
    costs = [outcome.cost for outcome in outcomes if outcome.cost is not None]
    return {
        "questions": file.name,
        "asked": len(outcomes),
        "papers": assistant.index.count(),
        "model": assistant.model_name,
        # Refusals are worded offline, whoever made them.
        "answered_by": dict(Counter(outcome.model for outcome in outcomes if not outcome.abstained)),
        "tokens": sum(outcome.tokens for outcome in outcomes),
        "cost": sum(costs) if len(costs) == len(outcomes) else None,
        "embedding": assistant.index.embedding.name,
        "rerank": settings.rag.retrieval.rerank,
        "top_k": settings.rag.top_k,
        "refuse_below": settings.rag.refuse_below,
        "support_threshold": settings.rag.support_threshold,
        "date": datetime.now().astimezone().isoformat(timespec="minutes"),
    }


def print_figures(figures: "Sequence[Figure]", latencies: "Sequence[Figure]") -> None:
    from rag.evaluation import ALL, SECTIONS  # 30 ms on top of rag

    found = {(figure.name, figure.group): figure.interval for figure in figures}
    types = [group for group in dict.fromkeys(figure.group for figure in figures) if group != ALL and ":" not in group]
    widths = {group: max(len(group), 5) + 2 for group in types}
    heads = "".join(f"{group:>{widths[group]}}" for group in types)
    click.echo(click.style(f"{'':{NAME_WIDTH}}{'all (95% interval)':<{ALL_WIDTH}}{heads}", dim=True))
    for title, names in SECTIONS.items():
        rows = [name for name in names if any(figure.name == name for figure in figures)]
        if rows:
            click.echo(click.style(title, bold=True))
        for name in rows:
            whole = found.get((name, ALL))
            text = f"{whole.value:.2f} ({whole.low:.2f}–{whole.high:.2f})" if whole else ""
            cells = "".join(
                f"{f'{cell.value:.2f}' if (cell := found.get((name, group))) else '·':>{widths[group]}}"
                for group in types
            )
            click.echo(f"  {name:{NAME_WIDTH - 2}}{text:<{ALL_WIDTH}}{cells}")
    click.echo(click.style("Milliseconds", bold=True))
    for step in dict.fromkeys(figure.group for figure in latencies):
        cells = "   ".join(
            f"{f.name} {f.interval.value:,.0f} ({f.interval.low:,.0f}–{f.interval.high:,.0f})"
            for f in latencies
            if f.group == step
        )
        name = f"  {step.partition('.')[2]}" if "." in step else step
        click.echo(f"  {name:{NAME_WIDTH - 2}}{cells}")


def print_changes(changes: "Sequence[Change]", earlier: dict[str, Any]) -> None:
    from rag.evaluation import ALL, QUANTILES  # 30 ms on top of rag

    if not changes:
        click.echo("The earlier run shares no question with this one: nothing to compare.")
        return
    click.echo(click.style(f"Against {earlier['model']}, {earlier['date']}", bold=True))
    for change in changes:
        is_step = change.name in QUANTILES and "." not in change.group
        if change.difference.is_any and (change.group == ALL or is_step):
            name = change.name if change.group == ALL else f"{change.group} {change.name}, ms"
            found = change.difference
            digits = 2 if change.group == ALL else 0
            runs = f"{change.before:.{digits}f} → {change.after:.{digits}f}"
            span = f"{found.value:+.{digits}f} ({found.low:+.{digits}f} to {found.high:+.{digits}f})"
            mark = "  *" if found.p < LIKELY_CHANCE else ""
            click.echo(f"  {name:{NAME_WIDTH - 2}}{runs}  {span}  {probability(found.p)}{mark}")
    click.echo(click.style("What is not listed did not change. * p < 0.05, each figure by itself", dim=True))


def probability(p: float) -> str:
    return "p<0.001" if p < 0.001 else f"p={p:.3f}"
