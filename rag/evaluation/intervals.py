"""How sure a figure is: bootstrap intervals, and a paired test of two runs over the same questions.

Everything resamples questions, since questions are what another evaluation would draw anew; the answers to one question
go together. Seeded: the same outcomes give the same intervals.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SEED = 20260101
RESAMPLES = 4000
CONFIDENCE = 0.95
CHUNK = 500
"""Resamples drawn at once: bounds the memory that a file of many thousand questions takes."""

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""From values (resamples, questions, values a question) to one figure a resample; nan where there is none."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95% bootstrap interval, over `n` questions."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A second run minus the first, with the 95% interval of the paired bootstrap, over `n` questions.

    `p` is the two-sided chance of a difference this large if the two runs were interchangeable (a permutation test
    that swaps them question by question).
    """

    value: float
    low: float
    high: float
    p: float
    n: int


def ratio(values: Floats) -> Floats:
    """The sum of the first value over the sum of the second."""
    above, below = values[..., 0].sum(axis=-1), values[..., 1].sum(axis=-1)
    figures: Floats = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return figures


def quantile(share: float) -> Statistic:
    """The quantile of the only value: 0.95 for p95."""

    def of(values: Floats) -> Floats:
        return np.asarray(np.quantile(values[..., 0], share, axis=-1), dtype=np.float64)

    return of


def interval(rows: Sequence[Sequence[float]], statistic: Statistic = ratio) -> Interval:
    """The figure over `rows`, one a question, and its percentile interval. `rows` must not be empty."""
    values = np.asarray(rows, dtype=np.float64)
    drawn = [statistic(values[chosen]) for chosen in resamples(len(values))]
    low, high = bounds(np.concatenate(drawn))
    return Interval(float(statistic(values)), low, high, len(values))


def difference(
    before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], statistic: Statistic = ratio
) -> Difference:
    """`after` minus `before`, whose rows belong to the same questions in the same order. They must not be empty."""
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"runs of different questions can't be paired: {first.shape} and {second.shape}")
    n = len(first)
    observed = float(statistic(second) - statistic(first))
    if np.array_equal(first, second):
        return Difference(observed, observed, observed, 1.0, n)
    drawn = [statistic(second[chosen]) - statistic(first[chosen]) for chosen in resamples(n)]
    low, high = bounds(np.concatenate(drawn))
    generator = np.random.default_rng(SEED)
    swapped = []
    for _ in range(RESAMPLES // CHUNK):
        swap = generator.integers(2, size=(CHUNK, n, 1)).astype(bool)
        swapped.append(statistic(np.where(swap, first, second)) - statistic(np.where(swap, second, first)))
    permuted = np.concatenate(swapped)
    permuted = permuted[~np.isnan(permuted)]
    # The observed arrangement is itself one of the permutations: so p is never 0.
    as_large = int(np.sum(np.abs(permuted) >= abs(observed) - 1e-12))
    return Difference(observed, low, high, (1 + as_large) / (1 + len(permuted)), n)


def resamples(n: int) -> Iterator[NDArray[np.int64]]:
    """Places of questions drawn with replacement, in arrays of (CHUNK, n)."""
    generator = np.random.default_rng(SEED)
    for _ in range(RESAMPLES // CHUNK):
        yield generator.integers(n, size=(CHUNK, n))


def bounds(drawn: Floats) -> tuple[float, float]:
    kept = drawn[~np.isnan(drawn)]
    if not len(kept):
        return float("nan"), float("nan")
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(kept, [tail, 1 - tail])
    return float(low), float(high)
