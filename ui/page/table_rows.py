"""Which papers are the rows of a new table, and in which order the rows of one are shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import Paper, PaperIndexError
from rag import Cell, Filters
from ui.history import CellKey, KeptTable
from ui.page.chosen_papers import SELECTED, papers_of

if TYPE_CHECKING:
    from ui.page.tools import PageTools

MOST_ROWS = 200
SEARCH, LAST_ANSWER = "search", "answer"


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be the rows: `value` says it to the server, `label` to the reader."""

    value: str
    label: str


def row_choices(tools: "PageTools", owner: str, conversation: str) -> list[Choice]:
    """What there is to make rows of, the likeliest first."""
    selected, cited = len(papers_of(tools, owner, SELECTED)), len(cited_last(tools, owner, conversation))
    choices = [Choice(SELECTED, f"Selected in the library ({selected})")] if selected else []
    choices += [Choice(LAST_ANSWER, f"Cited in the last answer ({cited})")] if cited else []
    collections = tools.workspace.collections.collections(owner)
    choices += [Choice(each.id, f"{each.name} ({each.count})") for each in collections if each.count]
    return [*choices, Choice(SEARCH, "Those that fit best to a search")]


def cited_last(tools: "PageTools", owner: str, conversation: str) -> list[str]:
    """Ids of the papers that the last answer of the conversation cites, best first."""
    turns = tools.history.turns(owner, conversation) if conversation else []
    return [source.paper_id for source in turns[-1].answer.sources if source.cited] if turns else []


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form says: the papers `of` something, or those that fit `query` and `years`, `most` of them."""

    of: str
    query: str = ""
    years: tuple[int | None, int | None] = (None, None)
    most: int = 20


def rows_for(tools: "PageTools", owner: str, conversation: str, wanted: Wanted) -> list[str]:
    """Ids of papers, at most MOST_ROWS. Raises PaperIndexError when there is none."""
    if wanted.of == LAST_ANSWER:
        ids = cited_last(tools, owner, conversation)
    elif wanted.of == SEARCH:
        ids = searched(tools, wanted)
    else:
        ids = papers_of(tools, owner, wanted.of)
    if not ids:
        raise PaperIndexError("No paper fits. Search for something else, or choose other years.")
    return ids[:MOST_ROWS]


def searched(tools: "PageTools", wanted: Wanted) -> list[str]:
    first, last = wanted.years
    if first and last and first > last:
        raise PaperIndexError(f"No year is from {first} to {last}: the first year must not come after the last.")
    most = min(max(wanted.most, 1), MOST_ROWS)
    if wanted.query.strip():
        hits = tools.assistant.search(wanted.query, k=most, filters=Filters(years=wanted.years))
        return [hit.paper_id for hit in hits]
    papers = [paper for paper in tools.shelf.all() if fits(paper, first, last)]
    return [paper.id for paper in papers[:most]]


def fits(paper: Paper, first: int | None, last: int | None) -> bool:
    return (first is None and last is None) or (
        paper.year is not None and (first or 0) <= paper.year <= (last or paper.year)
    )


# -- the order of rows -----------------------------------------------------------------------------------------------

PAPER, YEAR = "paper", "year"


@dataclass(frozen=True, slots=True)
class Sort:
    """By `column`: PAPER, YEAR, or the number of a question; "" is the order in which the papers were chosen."""

    column: str = ""
    is_down: bool = False

    def then(self, column: str) -> "Sort":
        """After a click on that column's head: down at the second, back at the third."""
        if column != self.column:
            return Sort(column)
        return Sort() if self.is_down else Sort(column, is_down=True)


AS_CHOSEN = Sort()


def sorted_papers(
    table: KeptTable, papers: Sequence[Paper], cells: Mapping[CellKey, Cell], sort: Sort
) -> Sequence[Paper]:
    """Whatever is empty comes last, up or down."""
    if sort.column == PAPER:
        return sorted(papers, key=lambda paper: paper.title.casefold(), reverse=sort.is_down)
    if sort.column == YEAR:
        there = sorted((p for p in papers if p.year), key=lambda paper: paper.year or 0, reverse=sort.is_down)
        return [*there, *(paper for paper in papers if not paper.year)]
    if not sort.column.isdigit() or int(sort.column) >= len(table.questions):
        return papers
    question = table.questions[int(sort.column)]
    said = {id: cell.text.casefold() for (id, asked), cell in cells.items() if asked == question and cell.is_answered}
    there = sorted((p for p in papers if p.id in said), key=lambda paper: said[paper.id], reverse=sort.is_down)
    return [*there, *(paper for paper in papers if paper.id not in said)]
