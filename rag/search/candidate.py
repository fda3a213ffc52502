"""What a search finds: candidates, and all that the search knows about them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from index import Encoded, Paper, Passage


@dataclass(frozen=True, slots=True)
class Candidate:
    """A paper that was found, with its best passage.

    `score` orders the candidates of one search. `words` is BM25 as a share of the best paper's, `meaning` the cosine of
    the best passage, `late` the weighted MaxSim (None when it was not reranked so).
    """

    paper: "Paper"
    passage: "Passage"
    score: float
    words: float
    meaning: float
    late: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """What one search found: `candidates` best first, one a paper.

    `query` is the text that was searched (slips mended), `vector` its embedding, `tokens` what late interaction reads
    of it, with offsets into `query`, `notices` what the reader should know, `timings` milliseconds by step.
    """

    query: str
    candidates: tuple[Candidate, ...]
    vector: NDArray[np.float32]
    tokens: "Encoded | None"
    notices: tuple[str, ...]
    timings: dict[str, float]
