"""An evaluation as one HTML file that loads nothing: figures, plots, and the questions that went worst."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from rag.evaluation import (
    ALL,
    LOWER_IS_BETTER,
    QUANTILES,
    SECTIONS,
    Change,
    Figure,
    Found,
    Interval,
    Outcome,
    recall_curve,
    refusal_curve,
    reliability,
    worst,
)
from ui.html import asset, render
from ui.reports.plots import interval_plot, latency_plot, recall_plot, refusal_plot, reliability_plot

HEADLINES = {
    "recall@5": "of the papers sought are among the first five",
    "correct": "of the checkable answers hold every fact asked for",
    "citation precision": "of an answer's citations carry their sentence",
    "citation recall": "of an answer's sentences are carried by what they cite",
    "refusal recall": "of the unanswerable questions are refused",
    "false refusals": "of the answerable questions are refused",
}
"""What the tiles on top say under each figure."""

EXPLANATIONS = {
    "Retrieval": (
        "Gold papers in the ranking of search; for follow-ups, among the sources of the answer. A question with three "
        "gold papers has a recall@1 of a third at most."
    ),
    "Answers": (
        "Correct: one variant of every fact asked for is in the text; a refusal is never correct. "
        "Cites gold: of the answers given. Citations as in "
        "ALCE (Gao et al. 2023) with paperchat's checker as the judge: a sentence counts for recall if its "
        "sources support it together, a citation for precision unless it is needless or its sentence unsupported."
    ),
    "Markers": (
        "A marker that names nothing stands in the text without a source; removed ones were taken out by the checker."
    ),
    "Refusal": (
        "Precision: of what was refused, how much had no answer. The Brier score is the mean squared error of the "
        "judged chance of an answer: 0 is perfect, 0.25 a coin."
    ),
    "Follow-ups": "Recall@5 for the words as asked, for what the turn searched, and for the file's full question.",
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line of a table: a group of questions and a cell a figure, None where the figure does not apply."""

    group: str
    cells: tuple[Interval | None, ...]

    @property
    def is_kind(self) -> bool:
        return ":" in self.group

    @property
    def n(self) -> int:
        return max(cell.n for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    explanation: str
    columns: tuple[str, ...]
    rows: tuple[FigureRow, ...]


def report(
    about: Mapping[str, Any],
    figures: Sequence[Figure],
    latencies: Sequence[Figure],
    changes: Sequence[Change],
    outcomes: Sequence[Outcome],
) -> str:
    """The page as text. Raises EvaluationError when the plotting library is not installed."""
    overall = {figure.name: figure.interval for figure in figures if figure.group == ALL}
    return render(
        "evaluation.html",
        about=about,
        date=datetime.fromisoformat(about["date"]),
        style=Markup(asset("tokens.css") + asset("report.css")),  # noqa: S704 - files of this package
        headlines=[(name, overall[name], text) for name, text in HEADLINES.items() if name in overall],
        lower_is_better=LOWER_IS_BETTER,
        plots=plots(figures, latencies, outcomes, about["refuse_below"]),
        tables=tables(figures),
        latencies=by_step(latencies),
        compared=bool(changes),
        changes=[change for change in changes if change.difference.is_any and is_shown(change)],
        is_latency=is_latency,
        worst=worst(outcomes),
        is_gold=is_gold,
        all_group=ALL,
    )


def plots(
    figures: Sequence[Figure], latencies: Sequence[Figure], outcomes: Sequence[Outcome], refuse_below: float
) -> list[tuple[str, str, Markup]]:
    """Title, caption and drawing of every plot for which there is something to draw."""
    found = []
    types = {group: curve for group, curve in recall_curve(outcomes).items() if ":" not in group}
    if types:
        found.append(("Found", "Share of the gold papers among the first k.", recall_plot(types)))
    right = [f for f in figures if f.name == "correct" and ":" not in f.group]
    if right:
        caption = "Right answers by type of question, with their 95% intervals; in brackets how many could be checked."
        found.append(("Right", caption, interval_plot("right", right, [f"{f.group} ({f.interval.n})" for f in right])))
    if curve := refusal_curve(outcomes):
        caption = "What refusing below each threshold would do: choose one where few answerable questions are lost."
        found.append(("Refused", caption, refusal_plot(curve, refuse_below)))
        caption = "On the dashed line a chance means what it says; the numbers count the questions behind each dot."
        found.append(("Calibrated", caption, reliability_plot(reliability(outcomes))))
    follow_ups = [f for f in figures if f.name in SECTIONS["Follow-ups"] and f.group == ALL]
    if follow_ups:
        caption = "Recall@5 of follow-ups: searched as asked, as the turn understood them, and put in full by hand."
        names = [f.name.removeprefix("recall@5 ") for f in follow_ups]
        found.append(("Followed", caption, interval_plot("followed", follow_ups, names)))
    if latencies:
        found.append(("Quick", "How long each step takes.", latency_plot(latencies)))
    # Plots escape what they are given, as templates do.
    return [(title, caption, Markup(drawing)) for title, caption, drawing in found]  # noqa: S704


def tables(figures: Sequence[Figure]) -> list[Table]:
    """One table a section, a row for each group that has a figure in it."""
    found = []
    cells = {(figure.name, figure.group): figure.interval for figure in figures}
    groups = list(dict.fromkeys(figure.group for figure in figures))
    for title, names in SECTIONS.items():
        columns = tuple(name for name in names if any(figure.name == name for figure in figures))
        rows = tuple(FigureRow(group, tuple(cells.get((name, group)) for name in columns)) for group in groups)
        # Kinds tell why a question has no answer, which matters to refusing alone.
        rows = tuple(row for row in rows if any(row.cells) and (title == "Refusal" or not row.is_kind))
        if len(rows) == 2:
            # One type of question: "all" would say the same.
            rows = rows[1:]
        if rows:
            found.append(Table(title, EXPLANATIONS[title], columns, rows))
    return found


def by_step(latencies: Sequence[Figure]) -> dict[str, dict[str, Interval]]:
    found: dict[str, dict[str, Interval]] = {}
    for figure in latencies:
        found.setdefault(figure.group, {})[figure.name] = figure.interval
    return found


def is_gold(outcome: Outcome, paper: Found) -> bool:
    return outcome.question.key_of(paper.paper_id, paper.title) in outcome.question.expected


def is_latency(change: Change) -> bool:
    return change.name in QUANTILES


def is_shown(change: Change) -> bool:
    """Changes by type are many and each rests on few questions, parts of steps explain little: JSON has them."""
    return change.group == ALL or (is_latency(change) and "." not in change.group)
