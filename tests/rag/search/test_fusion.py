"""Fusing two rankings by their scores."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from rag.search.retrieval import fuse, z_scores

scores = st.lists(st.floats(0, 100), min_size=1, max_size=30).map(np.array)


def test_a_rare_name_found_by_words_outweighs_a_slightly_nearer_meaning() -> None:
    fused = fuse(np.array([9.0, 0.5]), np.array([0.40, 0.55]), 2)
    assert fused[0] > fused[1]


def test_where_words_find_nothing_meaning_decides() -> None:
    for length in (1, 9, None):
        fused = fuse(np.zeros(3), np.array([0.1, 0.9, 0.5]), length)
        assert list(np.argsort(-fused)) == [1, 2, 0]


def test_where_meaning_finds_nothing_words_decide() -> None:
    for length in (1, 9, None):
        fused = fuse(np.array([1.0, 3.0, 2.0]), np.zeros(3), length)
        assert list(np.argsort(-fused)) == [1, 2, 0]


def test_a_longer_query_gathers_more_of_bm25_and_needs_more_for_the_same_weight() -> None:
    words, meaning = np.array([4.0, 0.0]), np.array([0.4, 0.55])
    assert list(np.argsort(-fuse(words, meaning, 1))) == [0, 1]
    assert list(np.argsort(-fuse(words, meaning, 9))) == [1, 0]


def test_cosines_of_an_unknown_model_may_be_of_any_size() -> None:
    words, meaning = np.array([1.0, 2.0, 0.0]), np.array([0.81, 0.80, 0.84])
    assert_allclose(fuse(words, meaning, None), fuse(words, 10 * meaning - 3, None), atol=1e-9)


@given(scores)
def test_z_scores_are_finite_and_centred(values: np.ndarray) -> None:
    assert_allclose(z_scores(values).mean(), 0, atol=1e-6)
