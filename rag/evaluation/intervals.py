"""How sure a figure is: Wilson and bootstrap intervals, and a paired test of two runs over the same questions.

A share of questions (right or not) has a Wilson interval, which 10 of 10 gives (0.72, 1) where a bootstrap of ten equal
answers knows no doubt. It is a formula of three lines: the exact Clopper-Pearson interval would need scipy or
statsmodels for the beta distribution, and is too wide for few questions (Brown, Cai, DasGupta 2001, Statistical Science
16, 101-133, who recommend Wilson's). Other figures are bootstrapped.

Whatever is resampled are questions, since these are what another evaluation would draw anew; the answers to one
question go together. Seeded: the same outcomes give the same intervals.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist

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
    """A figure with its 95% interval, over `n` questions; all nan where there is nothing below the line."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A second run minus the first, with its 95% interval, over `n` questions.

    `p` is the two-sided chance of a difference this large if the two runs were interchangeable (a permutation test
    that swaps them question by question). Where one of the runs has no figure, all is nan and `p` is 1: what differs
    from nothing is not significant.
    """

    value: float
    low: float
    high: float
    p: float
    n: int

    @property
    def is_any(self) -> bool:
        """Whether there is a difference at all."""
        return self.value != 0 and not math.isnan(self.value)


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
    """The figure over `rows`, one a question, with its interval. `rows` must not be empty.

    A ratio must lie between 0 and 1.
    """
    values = np.asarray(rows, dtype=np.float64)
    figure = float(statistic(values))
    if statistic is ratio and is_share(values):
        low, high = wilson(figure, int(np.sum(values[:, 1] > 0)))
    else:
        low, high = bounds(np.concatenate([statistic(values[chosen]) for chosen in resamples(len(values))]))
    return Interval(figure, low, high, len(values))


def is_share(values: Floats) -> bool:
    """Whether each question counts as one, for or against, or all say the same: of these resamples know no doubt."""
    counted = values[values[:, 1] > 0]
    for_or_against = np.all(counted[:, 1] == 1) and np.all(np.isin(counted[:, 0], (0, 1)))
    return bool(for_or_against or np.ptp(counted[:, 0] / counted[:, 1]) == 0)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share of `n` (1927, J. Am. Stat. Assoc. 22, 209-212); nan for no question."""
    if n == 0:
        return float("nan"), float("nan")
    z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / 2)
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    # Rounding must not leave the figure outside of its interval.
    return min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half))


def difference(
    before: Sequence[Sequence[float]], after: Sequence[Sequence[float]], statistic: Statistic = ratio
) -> Difference:
    """`after` minus `before`, whose rows belong to the same questions in the same order. They must not be empty."""
    first, second = np.asarray(before, dtype=np.float64), np.asarray(after, dtype=np.float64)
    if first.shape != second.shape:
        raise ValueError(f"runs of different questions can't be paired: {first.shape} and {second.shape}")
    n = len(first)
    observed = float(statistic(second) - statistic(first))
    if math.isnan(observed):
        return Difference(observed, observed, observed, 1.0, n)
    if np.array_equal(first, second):
        return Difference(observed, observed, observed, 1.0, n)
    drawn = [statistic(second[chosen]) - statistic(first[chosen]) for chosen in resamples(n)]
    low, high = bounds(np.concatenate(drawn))
    if low == high and statistic is ratio:
        low, high = newcombe(interval(before), interval(after))
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


def newcombe(before: Interval, after: Interval) -> tuple[float, float]:
    """Of the difference of two shares, from their own intervals (Newcombe 1998, Statistics in Medicine 17, 2635-2650).

    For where every question differs by the same amount, so that resampling them knows no doubt.
    """
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return max(-1.0, value - down), min(1.0, value + up)


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
