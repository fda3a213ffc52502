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


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    # Wilson score intervals without continuity correction, as published: Newcombe 1998, Statistics in Medicine 17,
    # 857-872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_of_questions_has_its_wilson_interval(right: int, of: int, low: float, high: float) -> None:
    found = interval([(1.0, 1.0)] * right + [(0.0, 1.0)] * (of - right))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_ten_of_ten_may_be_luck() -> None:
    found = interval([(1.0, 1.0)] * 10)
    assert (found.value, found.high) == (1.0, 1.0)
    assert round(found.low, 2) == 0.72


@pytest.mark.parametrize("rows", [[(0.0, 3.0)] * 10, [(5.0, 5.0)] * 10, [(0.5, 1.0)] * 10])
def test_where_all_questions_say_the_same_the_interval_is_that_of_so_many_questions(
    rows: list[tuple[float, float]],
) -> None:
    found = interval([*rows, (0.0, 0.0)])
    assert found.low <= found.value <= found.high
    assert found.high - found.low > 0.2


def test_nothing_below_the_line_is_no_figure() -> None:
    found = interval([(0.0, 0.0)] * 5)
    assert all(math.isnan(figure) for figure in (found.value, found.low, found.high))


@pytest.mark.parametrize("swap", [False, True])
def test_a_difference_against_nothing_is_not_significant(swap: bool) -> None:
    nothing, something = [(0.0, 0.0)] * 30, [(1.0, 1.0)] * 30
    found = difference(something, nothing) if swap else difference(nothing, something)
    assert math.isnan(found.value)
    assert found.p == 1.0


def test_a_difference_that_every_question_shows_is_not_certain_either() -> None:
    found = difference([(0.0, 1.0)] * 10, [(1.0, 1.0)] * 10)
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.5 < found.low < 0.8


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
