"""What was found, as the numbered evidence that prompt, checker and page all read."""

from rag.answer import Evidence
from rag.search.candidate import Retrieval


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
