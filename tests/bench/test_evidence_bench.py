"""The figures of the evidence bench."""

import math

from bench.evidence import area


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    assert area([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert area([0.9, 0.1], [0.5]) == 0.5
    assert area([0.5], [0.5]) == 0.5
    assert math.isnan(area([], [0.5]))
