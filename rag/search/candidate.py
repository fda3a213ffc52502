"""What a search finds: candidates, and all that reading needs of them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Encoded, Paper, PaperContent, Passage


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A paper that was found, with its best passage. `score` orders the candidates of one search."""

    content: "PaperContent"
    passage: "Passage"
    score: float

    @property
    def paper(self) -> "Paper":
        return self.content.paper


@dataclass(frozen=True, slots=True, eq=False)
class Retrieval:
    """What one search found: `candidates` best first, one a paper.

    `query` is the text that was searched (slips mended), `tokens` what late interaction reads of it, with offsets into
    `query`, `notices` what the reader should know, `timings` milliseconds by step.
    """

    query: str
    candidates: tuple[Candidate, ...]
    tokens: "Encoded"
    notices: tuple[str, ...]
    timings: dict[str, float]
