"""What a search finds: candidates, all that reading needs of them, and the evidence that is numbered from them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.answer import Evidence

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


def number_evidence(retrieval: Retrieval) -> tuple[Evidence, ...]:
    """The papers found as evidence, numbered once from 1, best first."""
    return tuple(as_evidence(n, each.paper, each.score) for n, each in enumerate(retrieval.candidates, 1))


def as_evidence(n: int, paper: "Paper", score: float = 0.0) -> Evidence:
    return Evidence(
        n=n,
        paper_id=paper.id,
        title=paper.title,
        passage=paper.abstract,
        url=paper.url,
        authors=paper.authors,
        year=paper.year,
        topics=paper.subjects,
        score=score,
    )
