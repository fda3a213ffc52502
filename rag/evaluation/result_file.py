"""A finished evaluation as JSON: for machines, and for the next run to be compared with."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.errors import EvaluationError
from rag.evaluation.evaluating import Change, Figure
from rag.evaluation.outcome import Outcome
from rag.evaluation.run_file import dump_outcome, load_outcome

FORMAT = "paperchat evaluation 1"


def result(
    about: Mapping[str, Any],
    figures: Sequence[Figure],
    latencies: Sequence[Figure],
    changes: Sequence[Change],
    outcomes: Sequence[Outcome],
) -> dict[str, Any]:
    """Everything of a run as plain lists and dictionaries. `latencies` are in milliseconds."""
    return {
        "format": FORMAT,
        "about": dict(about),
        "figures": [flat(figure) for figure in figures],
        "latencies": [flat(figure) for figure in latencies],
        "changes": [without_nan(asdict(change)) for change in changes],
        "outcomes": [dump_outcome(outcome) for outcome in outcomes],
    }


def flat(figure: Figure) -> dict[str, Any]:
    return {"name": figure.name, "group": figure.group, **without_nan(asdict(figure.interval))}


def without_nan(row: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no nan."""
    return {
        key: without_nan(value)
        if isinstance(value, dict)
        else None
        if isinstance(value, float) and math.isnan(value)
        else value
        for key, value in row.items()
    }


def read_result(file: Path) -> tuple[dict[str, Any], list[Outcome]]:
    """What is known about an earlier run, and its outcomes. Raises EvaluationError if `file` is not one of ours."""
    try:
        content = json.loads(file.read_text("utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(content["format"])
        return dict(content["about"]), [load_outcome(row) for row in content["outcomes"]]
    except OSError as error:
        raise EvaluationError(f"{file} can't be read ({error.strerror}).") from None
    except (ValueError, KeyError, TypeError):
        raise EvaluationError(
            f"{file} is not a run that can be compared with. Make one: paperchat eval QUESTIONS.jsonl --json RUN.json"
        ) from None
