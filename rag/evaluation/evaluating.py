"""Figures from questions and answers: found, right, cited, refused, quick; each with its interval, by question type."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.checking import ClaimReader
from rag.evaluation.intervals import Difference, Interval, Statistic, difference, interval, quantile, ratio
from rag.evaluation.measures import FIGURES, Share, measures, recall
from rag.evaluation.outcome import DEPTH, Answering, Outcome, observe
from rag.evaluation.question_file import Question
from rag.evaluation.run_file import RunFile

ALL = "all"
OVERALL_ONLY = frozenset({"refusal precision", "brier score"})
"""Figures that mean something only over answerable and unanswerable questions together."""
QUANTILES = {"p50": 0.5, "p95": 0.95}
THRESHOLDS = tuple(step / 50 for step in range(51))
BINS = 10
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """`name` over the questions of `group`: "all", a type, or "unanswerable: near_miss" for a kind."""

    name: str
    group: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class Change:
    """A figure of two runs over the questions that both answered."""

    name: str
    group: str
    before: float
    after: float
    difference: Difference


@dataclass(frozen=True, slots=True)
class Refusal:
    """What refusing every question whose chance is below `threshold` would do; precision is nan if none is refused."""

    threshold: float
    recall: float
    precision: float
    false_refusals: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose chance of being answerable was said to lie between `low` and `high`."""

    low: float
    high: float
    predicted: float
    observed: float
    n: int


def run(
    assistant: Answering,
    questions: Sequence[Question],
    run_file: RunFile | None = None,
    *,
    threshold: float = 0.5,
    reader: ClaimReader | None = None,
    on_progress: Progress | None = None,
) -> list[Outcome]:
    """Asks every question that `run_file` does not hold yet, and returns the outcomes in the questions' order."""
    outcomes = []
    for number, question in enumerate(questions, 1):
        outcome = run_file.get(question) if run_file else None
        if outcome is None:
            outcome = observe(assistant, question, threshold, reader)
            if run_file:
                run_file.append(outcome)
        outcomes.append(outcome)
        if on_progress:
            on_progress(number, len(questions), "")
    return outcomes


def figures(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Every figure that these outcomes allow, over all questions and by group."""
    found: list[Figure] = []
    for group, members in groups(outcomes).items():
        shares = shares_by_name(members)
        names = [name for name in FIGURES if name in shares and (group == ALL or name not in OVERALL_ONLY)]
        found += [Figure(name, group, interval(list(shares[name].values()))) for name in names]
    return found


def latencies(outcomes: Sequence[Outcome]) -> list[Figure]:
    """Milliseconds: for each step its median ("p50") and its 95th percentile; `group` is the step."""
    return [
        Figure(name, step, interval(rows, quantile(share)))
        for step in steps(outcomes)
        if (rows := [[outcome.timings[step]] for outcome in outcomes if step in outcome.timings])
        for name, share in QUANTILES.items()
    ]


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Change]:
    """The figures of two runs, paired over the questions whose line is the same in both; none if there are none."""
    earlier = {outcome.question.fingerprint: outcome for outcome in before}
    pairs = [(earlier[o.question.fingerprint], o) for o in after if o.question.fingerprint in earlier]
    if not pairs:
        return []
    changes: list[Change] = []
    old, new = groups([pair[0] for pair in pairs]), groups([pair[1] for pair in pairs])
    for group in new:
        old_shares, new_shares = shares_by_name(old[group]), shares_by_name(new[group])
        for name in FIGURES:
            if name in old_shares and name in new_shares and (group == ALL or name not in OVERALL_ONLY):
                fingerprints = sorted(old_shares[name].keys() | new_shares[name].keys())
                rows = [[shares[name].get(f, (0.0, 0.0)) for f in fingerprints] for shares in (old_shares, new_shares)]
                changes.append(change(name, group, rows[0], rows[1], ratio))
    for step in steps([pair[1] for pair in pairs]):
        both = [(o.timings[step], n.timings[step]) for o, n in pairs if step in o.timings and step in n.timings]
        if both:
            for name, share in QUANTILES.items():
                changes.append(change(name, step, [[o] for o, _ in both], [[n] for _, n in both], quantile(share)))
    return changes


def change(
    name: str, group: str, old: Sequence[Sequence[float]], new: Sequence[Sequence[float]], statistic: Statistic
) -> Change:
    before, after = (float(statistic(np.asarray(rows, dtype=np.float64))) for rows in (old, new))
    return Change(name, group, before, after, difference(old, new, statistic))


def groups(outcomes: Sequence[Outcome]) -> dict[str, list[Outcome]]:
    """ "all", then each type in the order of the file, each followed by its kinds."""
    found: dict[str, list[Outcome]] = {ALL: list(outcomes)}
    for type_, kinds in kinds_by_type(outcomes).items():
        found[type_] = [outcome for outcome in outcomes if outcome.question.type == type_]
        for kind in kinds:
            found[f"{type_}: {kind}"] = [outcome for outcome in found[type_] if outcome.question.kind == kind]
    return found


def kinds_by_type(outcomes: Sequence[Outcome]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.question.type, set()).add(outcome.question.kind)
    return {type_: sorted(kinds - {""}) for type_, kinds in found.items()}


def shares_by_name(outcomes: Iterable[Outcome]) -> dict[str, dict[str, Share]]:
    """Figure to question (its fingerprint) to what that question adds to the figure."""
    found: dict[str, dict[str, Share]] = {}
    for outcome in outcomes:
        for name, share in measures(outcome).items():
            found.setdefault(name, {})[outcome.question.fingerprint] = share
    return found


def steps(outcomes: Sequence[Outcome]) -> list[str]:
    """The steps that were timed, in the order in which they happen, the total last."""
    found = dict.fromkeys(step for outcome in outcomes for step in outcome.timings if step != "total")
    return [*found, *(["total"] if any("total" in outcome.timings for outcome in outcomes) else [])]


def recall_curve(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """Group to its mean recall@1 .. recall@10; groups without answerable questions are left out."""
    found = {}
    for group, members in groups(outcomes).items():
        if answerable := [outcome for outcome in members if outcome.question.answerable]:
            found[group] = [mean([recall(o.question, o.ranking, k) for o in answerable]) for k in range(1, DEPTH + 1)]
    return found


def refusal_curve(outcomes: Sequence[Outcome]) -> list[Refusal]:
    """Refusal at every threshold, from the judged chances; empty unless both sorts of question were judged."""
    judged = [(o.answerable, o.question.answerable) for o in outcomes]
    wanted = [chance for chance, answerable in judged if answerable]
    unwanted = [chance for chance, answerable in judged if not answerable]
    if not wanted or not unwanted:
        return []
    curve = []
    for threshold in THRESHOLDS:
        right = sum(chance < threshold for chance in unwanted)
        wrong = sum(chance < threshold for chance in wanted)
        precision = right / (right + wrong) if right + wrong else float("nan")
        curve.append(Refusal(threshold, right / len(unwanted), precision, wrong / len(wanted)))
    return curve


def reliability(outcomes: Sequence[Outcome]) -> list[Bin]:
    """How often questions were answerable, by the chance that was given to them; empty bins are left out."""
    judged = [(o.answerable, o.question.answerable) for o in outcomes]
    bins = []
    for number in range(BINS):
        members = [(chance, is_so) for chance, is_so in judged if min(int(chance * BINS), BINS - 1) == number]
        if members:
            predicted, observed = mean([chance for chance, _ in members]), mean([float(is_so) for _, is_so in members])
            bins.append(Bin(number / BINS, (number + 1) / BINS, predicted, observed, len(members)))
    return bins


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
