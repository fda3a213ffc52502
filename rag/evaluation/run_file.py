"""The answers of a run that may be killed: one line each, so that the next run goes on where it stopped."""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from types import TracebackType

from pydantic import TypeAdapter, ValidationError

from rag.errors import EvaluationError
from rag.evaluation.outcome import Outcome
from rag.evaluation.question_file import Question


@dataclass(frozen=True, slots=True)
class RunLine:
    """A line of the file: an outcome under the key by which it is found again."""

    key: str
    outcome: Outcome


class RunFile:
    """Outcomes in a JSON Lines file, found again by question and by `conditions`.

    `conditions` is any text that changes when answers might: settings, version, papers. A line made under others, or
    cut off by a kill, is not used. Every outcome is on disk when `append` returns; it raises EvaluationError when there
    is no room.
    """

    def __init__(self, file: Path, conditions: str) -> None:
        self.file = file
        self.conditions = conditions
        self.outcomes: dict[str, Outcome] = {}
        try:
            lines = file.read_text("utf-8").splitlines() if file.exists() else []
            file.parent.mkdir(parents=True, exist_ok=True)
            self.handle = file.open("a", encoding="utf-8")
        except OSError as error:
            raise EvaluationError(
                f"The run can't be kept in {file} ({error.strerror}). Name another file with --run-file."
            ) from None
        for line in lines:
            with suppress(ValidationError):
                kept = run_adapter().validate_json(line)
                self.outcomes[kept.key] = kept.outcome
        if lines:
            # A line that was cut off must not swallow the next one.
            self.handle.write("\n")

    def get(self, question: Question) -> Outcome | None:
        """The outcome of this very question under these conditions, if an earlier run got so far."""
        return self.outcomes.get(self.key(question))

    def append(self, outcome: Outcome) -> None:
        key = self.key(outcome.question)
        self.outcomes[key] = outcome
        try:
            self.handle.write(json.dumps(asdict(RunLine(key, outcome))) + "\n")
            self.handle.flush()
        except OSError as error:
            raise EvaluationError(
                f"The answers can't be kept in {self.file} ({error.strerror}). Make room on its disk and do the same "
                "again, or name another file with --run-file."
            ) from error

    def key(self, question: Question) -> str:
        return hashlib.sha256(f"{question.fingerprint}\n{self.conditions}".encode()).hexdigest()[:24]

    def close(self) -> None:
        # What can't be written now has been told of by `append`.
        with suppress(OSError):
            self.handle.close()

    def remove(self) -> None:
        """The run is complete: a later one asks anew."""
        self.close()
        self.file.unlink(missing_ok=True)

    def __enter__(self) -> "RunFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@cache
def run_adapter() -> TypeAdapter[RunLine]:
    return TypeAdapter(RunLine)
