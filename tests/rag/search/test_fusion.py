"""Fusing two rankings by their scores."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rag.search.retrieval import fuse, relative, z_scores

scores = st.lists(st.floats(0, 100), min_size=1, max_size=30).map(np.array)


def test_a_rare_name_found_by_words_outweighs_a_slightly_nearer_meaning() -> None:
    fused = fuse(np.array([9.0, 0.5]), np.array([0.40, 0.55]), known_cosines=True)
    assert fused[0] > fused[1]


def test_where_words_find_nothing_meaning_decides() -> None:
    for known in (True, False):
        fused = fuse(np.zeros(3), np.array([0.1, 0.9, 0.5]), known_cosines=known)
        assert list(np.argsort(-fused)) == [1, 2, 0]


def test_where_meaning_finds_nothing_words_decide() -> None:
    for known in (True, False):
        fused = fuse(np.array([1.0, 3.0, 2.0]), np.zeros(3), known_cosines=known)
        assert list(np.argsort(-fused)) == [1, 2, 0]


def test_cosines_of_an_unknown_model_may_be_of_any_size() -> None:
    words, meaning = np.array([1.0, 2.0, 0.0]), np.array([0.81, 0.80, 0.84])
    assert_allclose(
        fuse(words, meaning, known_cosines=False), fuse(words, 10 * meaning - 3, known_cosines=False), atol=1e-9
    )


@given(scores)
def test_relative_scores_lie_between_0_and_1(words: np.ndarray) -> None:
    shares = relative(words)
    assert shares.min() >= 0
    assert shares.max() <= 1


@given(scores)
def test_z_scores_are_finite_and_centred(values: np.ndarray) -> None:
    assert_allclose(z_scores(values).mean(), 0, atol=1e-6)
