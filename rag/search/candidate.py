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
    return tuple(
        Evidence(
            n=n,
            paper_id=each.paper.id,
            title=each.paper.title,
            passage=each.paper.abstract,
            url=each.paper.url,
            authors=each.paper.authors,
            year=each.paper.year,
            topics=each.paper.subjects,
            score=each.score,
        )
        for n, each in enumerate(retrieval.candidates, 1)
    )
