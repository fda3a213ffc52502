"""A finished evaluation as JSON: for machines, and for the next run to be compared with."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from rag.errors import EvaluationError
from rag.evaluation.evaluating import Change, Figure
from rag.evaluation.outcome import Outcome

FORMAT: Literal["paperchat evaluation 1"] = "paperchat evaluation 1"


class About(TypedDict):
    """What a later run says of an earlier one; there is more of it."""

    __pydantic_config__ = ConfigDict(extra="allow")  # type: ignore[misc]

    model: str
    date: str


@dataclass(frozen=True, slots=True)
class Result:
    """What is read of the file: figures are computed anew."""

    format: Literal["paperchat evaluation 1"]
    about: About
    outcomes: tuple[Outcome, ...]


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
        "outcomes": [asdict(outcome) for outcome in outcomes],
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
        kept = TypeAdapter(Result).validate_json(file.read_bytes())
    except OSError as error:
        raise EvaluationError(f"{file} can't be read ({error.strerror}). Name the --json file of a run.") from None
    except ValidationError as error:
        problem = error.errors()[0]
        place = ".".join(map(str, problem["loc"])) or "file"
        raise EvaluationError(
            f"{file} is not a run that can be compared with ({place}: {problem['msg']}). "
            "Make one: paperchat eval QUESTIONS.jsonl --json RUN.json"
        ) from None
    return dict(kept.about), list(kept.outcomes)
