"""Question files: one JSON object a line, written by people, so every error names its line."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Required

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import TypedDict

from index import fold_title
from rag.errors import EvaluationError

UNANSWERABLE = "unanswerable"
ERRORS_SHOWN = 10
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Variant = Annotated[str, StringConstraints(pattern=r"\S")]


class HistoryTurn(TypedDict):
    role: Literal["user", "assistant"]
    content: str


class QuestionLine(TypedDict, total=False):
    """What a line may hold; see `Question`. The last five are notes for people: nothing is computed from them."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]

    qid: Required[Text]
    type: Required[Text]
    question: Required[Text]
    gold: list[Text]
    gold_titles: list[Text]
    must_include: list[Annotated[list[Variant], Field(min_length=1)]]
    history: list[HistoryTurn]
    standalone: str
    kind: str
    answer: Any
    why: Any
    near: Any
    variant: Any
    topic_change: Any


LINE_EXAMPLES = {
    "must_include": '[["72 fps", "72"]], a list with the variants of each fact',
    "history": '[{"role": "user", "content": "..."}, {"role": "assistant", "content": "..."}]',
    "gold": '["2306.12345"]',
    "gold_titles": '["The Title of a Paper"]',
}


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a question file.

    `gold` are the ids of the papers that hold the answer; `gold_titles`, their titles, take their place where the ids
    are not known. `must_include` are groups of variants: a right answer holds one variant of each. `standalone` is a
    follow-up put in full by its author. `kind` says why an unanswerable question has no answer.
    """

    qid: str
    type: str
    question: str
    gold: tuple[str, ...] = ()
    gold_titles: tuple[str, ...] = ()
    must_include: tuple[tuple[str, ...], ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    standalone: str = ""
    kind: str = ""

    @property
    def answerable(self) -> bool:
        return self.type != UNANSWERABLE

    @property
    def expected(self) -> tuple[str, ...]:
        """The gold papers as keys: ids, or folded titles when `gold_titles` are given."""
        return tuple(fold_title(title) for title in self.gold_titles) or self.gold

    def key_of(self, paper_id: str, title: str) -> str:
        """A found paper as a key that can be compared with `expected`."""
        return fold_title(title) if self.gold_titles else paper_id

    @property
    def messages(self) -> list[dict[str, str]]:
        """The turns before this one, as `Assistant.ask` takes them."""
        return [{"role": role, "content": content} for role, content in self.history]

    @property
    def fingerprint(self) -> str:
        """Changes with anything in the line that the figures depend on."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def read_questions(file: Path) -> list[Question]:
    """The questions of `file` in order; blank lines are skipped.

    Raises EvaluationError that names file and line of everything that is wrong, not only of the first.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise EvaluationError(f"{file} can't be read ({error.strerror}). Name a file of questions.") from None
    except UnicodeDecodeError:
        raise EvaluationError(f"{file} is not UTF-8 text. Save it as UTF-8, one JSON object a line.") from None
    questions: list[Question] = []
    first_lines: dict[str, int] = {}
    errors: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = parse_question(line)
        except ValueError as error:
            errors.append(f"{file}, line {number}: {error}")
            continue
        if question.qid in first_lines:
            errors.append(f"{file}, line {number}: qid {question.qid!r} is taken by line {first_lines[question.qid]}")
            continue
        first_lines[question.qid] = number
        questions.append(question)
    if errors:
        more = [f"and {len(errors) - ERRORS_SHOWN} more"] if len(errors) > ERRORS_SHOWN else []
        raise EvaluationError("\n".join(errors[:ERRORS_SHOWN] + more))
    if not questions:
        raise EvaluationError(f"{file} holds no questions. Write one JSON object a line: qid, type, question, gold.")
    return questions


def parse_question(line: str) -> Question:
    """One line. Raises ValueError with what is wrong and what is expected."""
    try:
        row = question_adapter().validate_json(line)
    except ValidationError as error:
        raise ValueError("; ".join(in_words(problem) for problem in error.errors())) from None
    question = Question(
        qid=row["qid"],
        type=row["type"],
        question=row["question"],
        gold=each_once(row.get("gold", ())),
        gold_titles=each_once(row.get("gold_titles", ())),
        must_include=tuple(map(each_once, row.get("must_include", ()))),
        history=tuple((turn["role"], turn["content"]) for turn in row.get("history", ())),
        standalone=row.get("standalone", "").strip(),
        kind=row.get("kind", "").strip(),
    )
    if question.answerable and not question.expected:
        raise ValueError(f"gold is empty; name the papers that answer it, or make its type {UNANSWERABLE!r}")
    if not question.answerable and question.expected:
        raise ValueError(f"gold must be empty for type {UNANSWERABLE!r}")
    return question


@cache
def question_adapter() -> TypeAdapter[QuestionLine]:
    return TypeAdapter(QuestionLine)


def in_words(problem: ErrorDetails) -> str:
    """A problem that pydantic found with a line, as its author needs to read it."""
    place = ".".join(map(str, problem["loc"]))
    match problem["type"]:
        case "json_invalid":
            return f"not valid JSON: {problem['ctx']['error']}"
        case "extra_forbidden":
            return f"unknown key {place!r}; known are {', '.join(sorted(QuestionLine.__annotations__))}"
        case "missing" | "string_too_short":
            return f"{place} is missing or empty"
        case _ if not place:
            return "expected a JSON object"
    example = LINE_EXAMPLES.get(str(problem["loc"][0]))
    wanted = problem["msg"].removeprefix("Input ").removeprefix("String ")
    return f"{place} {wanted}" + (f"; write it as {example}" if example else "")


def each_once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
