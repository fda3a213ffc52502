"""Where each paper stands on the map: made once for a state of the index, and kept in its folder."""

import json
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ui.page.projection import flatten

if TYPE_CHECKING:
    from index import Paper, PaperIndex

MAP_FILE = "map.json"
MOST_POINTS = 3000
"""Drawn at once; of a larger corpus every so manyth paper."""

COLOURS = 8
WIDEST_SHARE = 0.3
"""A topic of more papers than this tells little apart, so it gets no colour of its own while others are left."""

BATCH = 500


@dataclass(frozen=True, slots=True)
class Dot:
    """A paper at (x, y), both between 0 and 1. `colour` counts the coloured topics from 1; 0 is none of them."""

    paper: "Paper"
    x: float
    y: float
    colour: int


@dataclass(frozen=True, slots=True)
class CorpusMap:
    dots: list[Dot]
    topics: list[str]
    total: int


class Cartographer:
    """Draws the map when first asked for, and again after the index has changed. Thread-safe."""

    def __init__(self, index: "PaperIndex") -> None:
        self.index = index
        self.file = Path(index.folder) / MAP_FILE
        self.lock = threading.Lock()
        self.drawn: CorpusMap | None = None
        self.generation = -1

    def map(self) -> CorpusMap:
        """The map of what the index holds now."""
        with self.lock:
            generation = self.index.library.generation
            if self.drawn is None or generation != self.generation:
                papers = self.index.all_papers()
                shown = papers[:: max(1, -(-len(papers) // MOST_POINTS))]
                places = self.read(generation) or self.make(shown, generation)
                topics = telling_topics(shown)
                dots = [Dot(p, *places[p.id], colour_of(p, topics)) for p in shown if p.id in places]
                self.drawn, self.generation = CorpusMap(dots, topics, len(papers)), generation
            return self.drawn

    def read(self, generation: int) -> dict[str, tuple[float, float]]:
        try:
            kept = json.loads(self.file.read_text("utf-8"))
            return {id: (x, y) for id, (x, y) in kept["places"].items()} if kept["generation"] == generation else {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def make(self, papers: Sequence["Paper"], generation: int) -> dict[str, tuple[float, float]]:
        ids, vectors = [], []
        for start in range(0, len(papers), BATCH):
            sentences = self.index.sentence_vectors([paper.id for paper in papers[start : start + BATCH]])
            for paper_id, some in sentences.items():
                if some:
                    ids.append(paper_id)
                    vectors.append(np.mean([each.vector for each in some], axis=0))
        if not ids:
            return {}
        points = flatten(np.array(vectors, dtype=np.float64))
        places = {id: (round(float(x), 4), round(float(y), 4)) for id, (x, y) in zip(ids, points, strict=True)}
        # Where there is no room, or a folder can't be written, it is worked out again by the next start.
        with suppress(OSError):
            self.file.write_text(json.dumps({"generation": generation, "places": places}), "utf-8")
        return places


def telling_topics(papers: Sequence["Paper"]) -> list[str]:
    """The topics that get a colour: frequent ones, but not those that nearly every paper has."""
    counts = Counter(topic for paper in papers for topic in paper.subjects).most_common()
    telling = [topic for topic, count in counts if count <= WIDEST_SHARE * len(papers)]
    return (telling or [topic for topic, _ in counts])[:COLOURS]


def colour_of(paper: "Paper", topics: list[str]) -> int:
    """The number of its rarest coloured topic: the one that says most about it."""
    return max((topics.index(topic) + 1 for topic in paper.subjects if topic in topics), default=0)
