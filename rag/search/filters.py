"""Which papers a search may find."""

from typing import TYPE_CHECKING

from rag.answer import Filters

if TYPE_CHECKING:
    from index import Paper, PaperIndex


def allowed_papers(index: "PaperIndex", filters: Filters) -> set[str] | None:
    """Ids of the papers that pass; None when nothing is filtered."""
    if not filters:
        return None
    papers = index.papers(filters.paper_ids).values() if filters.paper_ids else index.all_papers()
    return {paper.id for paper in papers if passes(paper, filters)}


def passes(paper: "Paper", filters: Filters) -> bool:
    """Whether the paper meets every part of the filter; within a part one of its values is enough.

    Topics (the paper's subjects) and authors match whole or in part, without regard to case. A paper without a year
    passes no filter by year.
    """
    first, last = filters.years
    if (first is not None or last is not None) and paper.year is None:
        return False
    year = paper.year or 0
    return (
        (first is None or year >= first)
        and (last is None or year <= last)
        and (not filters.topics or holds(paper.subjects, filters.topics))
        and (not filters.authors or holds(paper.authors, filters.authors))
        and (not filters.paper_ids or paper.id in filters.paper_ids)
    )


def holds(values: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(part.casefold() in value.casefold() for part in wanted for value in values)
