"""Intervals and paired tests."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.evaluation.intervals import difference, interval, quantile

ROWS = st.lists(st.tuples(st.integers(0, 1).map(float), st.just(1.0)), min_size=1, max_size=40)


def coin(chance: float, n: int, seed: int) -> list[tuple[float, float]]:
    flips = random.Random(seed)
    return [(float(flips.random() < chance), 1.0) for _ in range(n)]


def test_a_figure_is_the_ratio_of_two_sums() -> None:
    assert interval([(1, 2), (1, 2), (0, 4)]).value == pytest.approx(0.25)


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_the_interval_holds_the_figure_and_stays_within_its_range(rows: list[tuple[float, float]]) -> None:
    found = interval(rows)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.n == len(rows)


def test_the_interval_is_about_as_wide_as_theory_says() -> None:
    found = interval([(1.0, 1.0)] * 200 + [(0.0, 1.0)] * 200)
    expected = 2 * 1.96 * math.sqrt(0.25 / 400)
    assert found.high - found.low == pytest.approx(expected, rel=0.1)


def test_the_same_rows_give_the_same_interval() -> None:
    assert interval(coin(0.7, 50, 1)) == interval(coin(0.7, 50, 1))


def test_a_question_with_nothing_below_the_line_does_not_matter() -> None:
    assert interval([(1, 1), (0, 1), (0, 0)]).value == pytest.approx(0.5)


def test_quantiles_have_intervals_too() -> None:
    found = interval([[float(n)] for n in range(1, 101)], quantile(0.95))
    assert found.value == pytest.approx(95.05)
    assert 85 <= found.low < found.value < found.high <= 100


def test_two_like_runs_do_not_differ() -> None:
    rows = coin(0.6, 60, 2)
    found = difference(rows, rows)
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_clear_gain_is_told_from_chance() -> None:
    before = [(0.0, 1.0)] * 20 + [(1.0, 1.0)] * 40
    found = difference(before, [(1.0, 1.0)] * 60)
    assert found.value == pytest.approx(1 / 3)
    assert found.low > 0.2
    assert found.p < 0.001


def test_one_question_more_may_be_chance() -> None:
    found = difference([(0.0, 1.0)] + [(1.0, 1.0)] * 59, [(1.0, 1.0)] * 60)
    assert found.low == 0
    assert found.p == pytest.approx(1.0)


def test_the_test_is_fair_when_nothing_differs() -> None:
    """Of runs that differ by chance alone, about one in twenty may look different at p < 0.05."""
    ps = [difference(coin(0.5, 40, seed), coin(0.5, 40, 1000 + seed)).p for seed in range(60)]
    assert sum(p < 0.05 for p in ps) <= 8


def test_runs_of_different_questions_are_not_paired() -> None:
    with pytest.raises(ValueError, match="can't be paired"):
        difference([(1, 1)], [(1, 1), (0, 1)])
