"""Where each paper stands on the map: kept in the folder of the index, so that papers stay where they are."""

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ui.page.projection import Points, flatten, place_beside
from ui.page.regions import Region, regions_of

if TYPE_CHECKING:
    from index import Paper, PaperIndex

MAP_FILE = "map.json"
COLOURS = 8
WIDEST_SHARE = 0.3
"""A topic of more papers than this tells little apart, so it gets no colour of its own while others are left."""

FEWEST_KEPT = 0.2
"""A library of which less than this share has a place is laid out anew: its old places would say nothing of it."""

BATCH = 2000

Places = dict[str, tuple[float, float]]
"""Id of a paper -> (x, y), both between 0 and 1."""

POINT = np.dtype([("x", "<u2"), ("y", "<u2"), ("colour", "u1"), ("topics", "u1")])
"""A paper as the browser gets it: x and y up to 65535; its colour counts the coloured topics from 1, 0 is none of
them; `topics` has a bit for each of them that it has."""


@dataclass(frozen=True, slots=True, eq=False)
class CorpusMap:
    """`papers` in the order of `points`; `total` counts those without a place, too. `generation` tells maps apart."""

    papers: Sequence["Paper"]
    points: NDArray[np.void]
    topics: Sequence[str]
    regions: Sequence[Region]
    total: int
    generation: int


class Cartographer:
    """Draws the map when first asked for; when papers came in, they are placed, and the others stay. Thread-safe."""

    def __init__(self, index: "PaperIndex") -> None:
        self.index = index
        self.file = Path(index.folder) / MAP_FILE
        self.lock = threading.Lock()
        self.drawn: CorpusMap | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether the map is there without work."""
        return self.drawn is not None and self.drawn.generation == self.index.library.generation

    def map(self, *, anew: bool = False) -> CorpusMap:
        """The map of what the index holds now; `anew` lays everything out again."""
        with self.lock:
            generation = self.index.library.generation
            if self.drawn is None or generation != self.drawn.generation or anew:
                papers = self.index.all_papers()
                places = self.places(papers, {} if anew else self.read())
                self.drawn = draw([paper for paper in papers if paper.id in places], places, len(papers), generation)
            return self.drawn

    def read(self) -> Places:
        try:
            kept = json.loads(self.file.read_text("utf-8"))
            return {id: (float(x), float(y)) for id, (x, y) in kept["places"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def places(self, papers: Sequence["Paper"], kept: Places) -> Places:
        """Kept ones stay, new ones are put among those that they are like."""
        there = {paper.id: kept[paper.id] for paper in papers if paper.id in kept}
        new = {paper.id for paper in papers} - there.keys()
        if not new:
            return there
        vectors = self.vectors({paper.id for paper in papers})
        ids = [id for id in vectors if id in new]
        if not ids:
            return there
        known = [id for id in vectors if id in there]
        if len(known) < FEWEST_KEPT * len(papers):
            there, ids, points = {}, list(vectors), flatten(stacked(vectors, vectors))
        else:
            points = place_beside(stacked(vectors, ids), stacked(vectors, known), np.array([there[id] for id in known]))
        there |= {id: (round(float(x), 4), round(float(y), 4)) for id, (x, y) in zip(ids, points, strict=True)}
        # Where there is no room, or a folder can't be written, it is worked out again by the next start.
        with suppress(OSError):
            self.file.write_text(json.dumps({"places": there}), "utf-8")
        return there

    def vectors(self, wanted: set[str]) -> dict[str, NDArray[np.float32]]:
        """Id of a paper -> the mean of its passages' vectors."""
        sums: dict[str, NDArray[np.float32]] = {}
        for _, passages, matrix in self.index.encodings.each_vector(BATCH):
            for passage, vector in zip(passages, matrix, strict=True):
                id = passage.rpartition("#")[0]
                if id in wanted:
                    sums[id] = sums[id] + vector if id in sums else vector.astype(np.float32)
        return sums


def stacked(vectors: Mapping[str, NDArray[np.float32]], ids: Sequence[str] | Mapping[str, object]) -> Points:
    matrix: Points = np.array([vectors[id] for id in ids], dtype=np.float64)
    matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    return matrix


def draw(papers: Sequence["Paper"], places: Places, total: int, generation: int) -> CorpusMap:
    topics = telling_topics(papers)
    points = np.zeros(len(papers), POINT)
    for at, paper in enumerate(papers):
        x, y = places[paper.id]
        mask = sum(1 << number for number, topic in enumerate(topics) if topic in paper.subjects)
        points[at] = (round(x * 65535), round(y * 65535), colour_of(paper, topics), mask)
    return CorpusMap(papers, points, topics, regions_of(papers, places), total, generation)


def telling_topics(papers: Sequence["Paper"]) -> list[str]:
    """The topics that get a colour: frequent ones, but not those that nearly every paper has."""
    counts = Counter(topic for paper in papers for topic in paper.subjects).most_common()
    telling = [topic for topic, count in counts if count <= WIDEST_SHARE * len(papers)]
    return (telling or [topic for topic, _ in counts])[:COLOURS]


def colour_of(paper: "Paper", topics: list[str]) -> int:
    """The number of its rarest coloured topic: the one that says most about it."""
    return max((topics.index(topic) + 1 for topic in paper.subjects if topic in topics), default=0)
