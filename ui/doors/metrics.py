"""What the server has done, as numbers that Prometheus reads. No text of papers or questions is in them."""

import threading
from collections import Counter
from collections.abc import Iterator, Mapping

from rag import Answer

BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Seconds."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Labels = tuple[tuple[str, str], ...]

HELP = {
    "paperchat_turns_total": "Questions answered or refused, by model.",
    "paperchat_refusals_total": "Questions that the abstracts don't answer.",
    "paperchat_sentences_total": "Sentences of answers, by verdict.",
    "paperchat_tokens_total": "Tokens that language models read (in) and wrote (out), by model.",
    "paperchat_cost_dollars_total": "What language models cost, where the price is known, by model.",
    "paperchat_failures_total": "Requests of programs that failed, by status.",
}


class Metrics:
    """Counts turns; thread-safe."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, Labels]] = Counter()
        self._steps: dict[str, list[float]] = {}
        """Step -> turns up to each of BUCKETS, all turns, their seconds."""
        self._lock = threading.Lock()

    def count_turn(self, answer: Answer) -> None:
        model = (("model", answer.model),)
        with self._lock:
            self._add("paperchat_turns_total", model)
            self._add("paperchat_refusals_total", (), float(answer.abstained))
            for sentence in answer.sentences:
                self._add("paperchat_sentences_total", (("verdict", sentence.verdict),))
            self._add("paperchat_tokens_total", (*model, ("direction", "in")), answer.usage.tokens_in)
            self._add("paperchat_tokens_total", (*model, ("direction", "out")), answer.usage.tokens_out)
            self._add("paperchat_cost_dollars_total", model, answer.usage.cost or 0.0)
            self._time(answer.timings)

    def count_failure(self, status: int) -> None:
        with self._lock:
            self._add("paperchat_failures_total", (("status", str(status)),))

    def lines(self, papers: int) -> Iterator[str]:
        """In Prometheus' text format; `papers` are in the library."""
        with self._lock:
            counts, steps = dict(self._counts), {step: list(seen) for step, seen in self._steps.items()}
        yield from head("paperchat_papers", "Papers in the library.", "gauge")
        yield f"paperchat_papers {papers}"
        for name, told in HELP.items():
            yield from head(name, told, "counter")
            for (counted, labels), value in sorted(counts.items()):
                if counted == name:
                    yield f"{name}{written(labels)} {value:g}"
        yield from head("paperchat_step_seconds", "How long each step of a turn took.", "histogram")
        for step, (*upto, turns, seconds) in sorted(steps.items()):
            for bound, seen in zip(BUCKETS, upto, strict=True):
                yield f'paperchat_step_seconds_bucket{{step="{step}",le="{bound:g}"}} {seen:g}'
            yield f'paperchat_step_seconds_bucket{{step="{step}",le="+Inf"}} {turns:g}'
            yield f'paperchat_step_seconds_count{{step="{step}"}} {turns:g}'
            yield f'paperchat_step_seconds_sum{{step="{step}"}} {seconds:g}'

    def _add(self, name: str, labels: Labels, value: float = 1) -> None:
        self._counts[name, labels] += value  # type: ignore[assignment]

    def _time(self, timings: Mapping[str, float]) -> None:
        for step, milliseconds in timings.items():
            seen = self._steps.setdefault(step, [0.0] * (len(BUCKETS) + 2))
            seconds = milliseconds / 1000
            for at, bound in enumerate(BUCKETS):
                seen[at] += seconds <= bound
            seen[-2] += 1
            seen[-1] += seconds


def head(name: str, told: str, kind: str) -> Iterator[str]:
    yield f"# HELP {name} {told}"
    yield f"# TYPE {name} {kind}"


def written(labels: Labels) -> str:
    if not labels:
        return ""
    escaped = ((name, value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")) for name, value in labels)
    return "{" + ",".join(f'{name}="{value}"' for name, value in escaped) + "}"
