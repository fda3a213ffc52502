"""The fits find the weights that made data were drawn from, and stop where the slope of what they maximise is zero.

Both maximise a penalised likelihood, which has one optimum: where its slope is zero, any right method must end.
"""

from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from train import sentences
from train.held_out import Asked, Measured

Group = tuple[np.ndarray, np.ndarray]
"""The features of an abstract's sentences, and which of them answers."""

SCALES = np.array([1.0, 0.05, 20.0])
"""Features come in different units; weights are per unit."""


@pytest.fixture
def refusal() -> ModuleType:
    pytest.importorskip("sklearn", reason="train/refusal.py needs scikit-learn, from the extra `train`")
    from train import refusal

    return refusal


def made_questions(count: int, weights: np.ndarray, bias: float, noise: float = 1.0) -> list[Measured]:
    """Questions as `measure` yields them, answerable with the chance that the weights give, or surely (noise 0)."""
    random = np.random.default_rng(7)
    features = random.normal(0.5, 1.0, (count, len(weights))) * SCALES
    answerable = features @ weights + bias > noise * random.logistic(size=count)
    return [
        Measured(Asked("", "?", "made", bool(value)), dict(zip("abc", row, strict=True)))
        for row, value in zip(features, answerable, strict=True)
    ]


def made_abstracts(count: int, most: int, weights: np.ndarray) -> list[Group]:
    """Abstracts of two to `most` sentences, of which one answers with the chance that the weights give."""
    random = np.random.default_rng(11)
    groups = []
    for size in random.integers(2, most, count, endpoint=True):
        rows = random.normal(0.5, 1.0, (size, len(weights))) * SCALES
        answer = np.argmax(rows @ weights + random.gumbel(size=size))
        groups.append((rows, np.arange(size) == answer))
    return groups


def test_the_refusal_fit_finds_the_weights_that_questions_were_drawn_from(refusal: ModuleType) -> None:
    wanted = np.array([2.0, -1.0, 0.5]) / SCALES
    weights, bias = refusal.fit(made_questions(20_000, wanted, -0.7), "abc")
    assert weights * SCALES == pytest.approx(wanted * SCALES, abs=0.1)
    assert bias == pytest.approx(-0.7, abs=0.1)


@pytest.mark.parametrize("noise", [1.0, 0.0], ids=["overlapping", "separable"])
def test_the_refusal_fit_ends_at_the_optimum(refusal: ModuleType, noise: float) -> None:
    questions = made_questions(300, np.array([2.0, -1.0, 0.5]) / SCALES, -0.7, noise)
    weights, bias = refusal.fit(questions, "abc")
    features, answerable = refusal.matrix(questions, "abc")
    spread = features.std(0)
    missed = answerable - 1 / (1 + np.exp(-features @ weights - bias))
    # The penalty is on half the square of each weight, per standard deviation of its feature; the bias has none.
    assert missed @ (features - features.mean(0)) / spread == pytest.approx(
        refusal.PENALTY * weights * spread, abs=1e-5
    )
    assert missed.sum() == pytest.approx(0, abs=1e-5)


def test_questions_may_count_so_that_a_given_share_is_answerable(refusal: ModuleType) -> None:
    questions = made_questions(2_000, np.array([2.0, -1.0, 0.5]) / SCALES, -0.7)
    weights, bias = refusal.fit(questions, "abc", 0.8)
    features, answerable = refusal.matrix(questions, "abc")
    chances = 1 / (1 + np.exp(-features @ weights - bias))
    there = answerable.mean()
    counts = np.where(answerable, 0.8 / there, 0.2 / (1 - there))
    assert np.average(chances, weights=counts) == pytest.approx(0.8, abs=1e-6)


def test_a_feature_that_never_differs_gets_no_weight(refusal: ModuleType) -> None:
    questions = made_questions(300, np.array([2.0, -1.0, 0.5]) / SCALES, -0.7)
    constant = [replace(row, features={**row.features, "d": 3.0}) for row in questions]
    weights, bias = refusal.fit(constant, "abcd")
    assert weights[-1] == 0
    assert (*weights[:-1], bias) == pytest.approx((*refusal.fit(questions, "abc")[0], bias))


def test_the_sentence_fit_finds_the_weights_that_answers_were_drawn_from() -> None:
    wanted = np.array([1.0, -0.5, 0.25]) / SCALES
    weights = sentences.fit(made_abstracts(3_000, 8, wanted))
    assert weights * SCALES == pytest.approx(wanted * SCALES, abs=0.1)


def test_the_sentence_fit_ends_at_the_optimum() -> None:
    groups = made_abstracts(300, 8, np.array([1.0, -0.5, 0.25]) / SCALES)
    weights = sentences.fit(groups)
    spread = np.concatenate([rows for rows, _ in groups]).std(0)
    slopes = []
    for rows, is_right in groups:
        odds = np.exp(rows @ weights)
        slopes.append((is_right - odds / odds.sum()) @ rows / spread)
    assert np.mean(slopes, axis=0) == pytest.approx(sentences.PENALTY * weights * spread, abs=1e-6)


def test_of_two_sentences_the_fit_is_an_ordinary_logistic_regression_on_their_difference() -> None:
    linear_model = pytest.importorskip(
        "sklearn.linear_model", reason="compares with scikit-learn, from the extra `train`"
    )
    groups = made_abstracts(300, 2, np.array([1.0, -0.5, 0.25]) / SCALES)
    spread = np.concatenate([rows for rows, _ in groups]).std(0)
    first_less_second = np.array([rows[0] - rows[1] for rows, _ in groups]) / spread
    ordinary = linear_model.LogisticRegression(
        C=1 / (sentences.PENALTY * len(groups)), fit_intercept=False, solver="newton-cholesky", tol=1e-9
    ).fit(first_less_second, [is_right[0] for _, is_right in groups])
    assert sentences.fit(groups) * spread == pytest.approx(ordinary.coef_[0], abs=1e-5)
