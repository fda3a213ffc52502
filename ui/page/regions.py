"""Names of regions of the map: where papers of one topic stand close together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from index import Paper

MOST_REGIONS = 24
CANDIDATES = 80
LOOKED_AT = 400
"""Papers of a topic that are compared with each other."""

NEAR = 0.08
"""Papers no farther from each other than this, as a share of the picture, are of one region."""

FEWEST = 3
LEAST_SHARE = 0.25
"""Of a topic's papers: one that is strewn over the map names no region."""

WIDTH, HEIGHT = 0.16, 0.05
"""Room of a name: where another has it, the smaller region goes without."""


@dataclass(frozen=True, slots=True)
class Region:
    """`name` stands at (x, y), both between 0 and 1; `size` is how many papers of the topic are there."""

    name: str
    x: float
    y: float
    size: int


def regions_of(papers: Sequence["Paper"], places: Mapping[str, tuple[float, float]]) -> list[Region]:
    """The largest first, none over another. Papers without topics have no regions."""
    by_topic: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for paper in papers:
        for topic in paper.subjects:
            by_topic[topic].append(places[paper.id])
    frequent = sorted(by_topic, key=lambda topic: -len(by_topic[topic]))[:CANDIDATES]
    found = [region for topic in frequent if (region := region_of(topic, by_topic[topic]))]
    kept: list[Region] = []
    for region in sorted(found, key=lambda region: -region.size):
        if not any(abs(region.x - other.x) < WIDTH and abs(region.y - other.y) < HEIGHT for other in kept):
            kept.append(region)
    return kept[:MOST_REGIONS]


def region_of(topic: str, places: Sequence[tuple[float, float]]) -> Region | None:
    """Where most of the topic's papers are near to one of them; None where they are too few or too far apart."""
    all_points = np.array(places)
    points = all_points[:: max(1, len(all_points) // LOOKED_AT)]
    near = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2) <= NEAR
    counts = near.sum(axis=1)
    densest = int(counts.argmax())
    if counts[densest] < max(FEWEST, LEAST_SHARE * len(points)):
        return None
    x, y = points[near[densest]].mean(axis=0)
    return Region(topic, round(float(x), 4), round(float(y), 4), int(counts[densest] * len(all_points) / len(points)))
