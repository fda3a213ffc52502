"""Question files: one JSON object a line, written by people, so every error names its line."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index import fold_title
from rag.errors import EvaluationError

UNANSWERABLE = "unanswerable"
ERRORS_SHOWN = 10
KNOWN_KEYS = frozenset(
    "qid type question gold gold_titles must_include history kind standalone "
    "answer why near variant topic_change".split()
)
"""What a line may hold. The keys of the last row are notes for people: nothing is computed from them."""


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
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not valid JSON: {error.msg} at column {error.colno}") from None
    if not isinstance(row, dict):
        raise ValueError(f"expected a JSON object, found {json.dumps(row)[:40]}")
    if unknown := sorted(row.keys() - KNOWN_KEYS):
        raise ValueError(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(KNOWN_KEYS))}")
    question = Question(
        qid=required_text(row, "qid"),
        type=required_text(row, "type"),
        question=required_text(row, "question"),
        gold=texts(row, "gold"),
        gold_titles=texts(row, "gold_titles"),
        must_include=groups(row),
        history=turns(row),
        standalone=optional_text(row, "standalone"),
        kind=optional_text(row, "kind"),
    )
    if question.answerable and not question.expected:
        raise ValueError(f"gold is empty; name the papers that answer it, or make its type {UNANSWERABLE!r}")
    if not question.answerable and question.expected:
        raise ValueError(f"gold must be empty for type {UNANSWERABLE!r}")
    return question


def required_text(row: dict[str, Any], key: str) -> str:
    if not (text := optional_text(row, key)):
        raise ValueError(f"{key} is missing or empty")
    return text


def optional_text(row: dict[str, Any], key: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key} must be a string, not {json.dumps(value)[:40]}")
    return value.strip()


def texts(row: dict[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise ValueError(f"{key} must be a list of strings")
    return tuple(dict.fromkeys(value))


def groups(row: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    value = row.get("must_include", [])
    if not isinstance(value, list) or not all(isinstance(group, list) and group for group in value):
        raise ValueError('must_include must be a list of lists, each with the variants of one fact: [["72 fps", "72"]]')
    return tuple(texts({"a group of must_include": group}, "a group of must_include") for group in value)


def turns(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    value = row.get("history", [])
    complaint = 'history must be a list of {"role": "user" or "assistant", "content": text}'
    if not isinstance(value, list):
        raise ValueError(complaint)
    for turn in value:
        is_turn = isinstance(turn, dict) and turn.get("role") in ("user", "assistant")
        if not is_turn or not isinstance(turn.get("content"), str):
            raise ValueError(complaint)
    return tuple((turn["role"], turn["content"]) for turn in value)
