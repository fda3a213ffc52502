"""The map's arithmetic."""

import numpy as np
import pytest

from ui.page.projection import NEIGHBOURS_UP_TO, flatten, place_beside


def groups(size: int) -> np.ndarray:
    """Three groups of points around corners of a space of many dimensions."""
    rng = np.random.default_rng(1)
    return np.concatenate([rng.normal(0, 0.1, (size, 20)) + np.eye(20)[corner] * 3 for corner in range(3)])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 7])
def test_a_few_points_are_enough(n: int):
    points = flatten(groups(3)[:n])
    assert points.shape == (n, 2)
    assert np.isfinite(points).all()


def test_equal_points_are_no_trouble():
    assert np.isfinite(flatten(np.ones((5, 4)))).all()


def test_groups_stay_together():
    points = flatten(groups(30))
    centres = [points[start : start + 30].mean(axis=0) for start in (0, 30, 60)]
    spread = max(np.linalg.norm(points[i * 30 : i * 30 + 30] - centres[i], axis=1).max() for i in range(3))
    apart = min(np.linalg.norm(centres[i] - centres[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    assert apart > spread


def test_the_picture_is_the_same_every_time_and_fills_the_square():
    points = flatten(groups(20))
    assert np.array_equal(points, flatten(groups(20)))
    assert points.min(axis=0) == pytest.approx([0, 0])
    assert points.max(axis=0) == pytest.approx([1, 1])


def test_of_many_points_groups_stay_together_as_well():
    points = flatten(groups(NEIGHBOURS_UP_TO // 3 + 100))
    size = len(points) // 3
    centres = [points[start : start + size].mean(axis=0) for start in (0, size, 2 * size)]
    spread = [np.linalg.norm(points[i * size : (i + 1) * size] - centres[i], axis=1).mean() for i in range(3)]
    apart = min(np.linalg.norm(centres[i] - centres[j]) for i, j in ((0, 1), (0, 2), (1, 2)))
    assert apart > 2 * max(spread)
    assert len(np.unique(points.round(4), axis=0)) > 0.9 * len(points), "points lie on each other"


def test_a_new_point_stands_among_those_it_is_like():
    vectors = groups(30)
    points = flatten(vectors)
    placed = place_beside(vectors[30:31] + 0.01, vectors, points)
    centre = points[30:60].mean(axis=0)
    assert np.linalg.norm(placed[0] - centre) < np.linalg.norm(points[:30].mean(axis=0) - centre) / 2
