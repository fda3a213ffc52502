"""Which papers a reader means: what is selected, a collection, what the fields of the library find."""

from typing import TYPE_CHECKING

from ui.page.scope import Only
from ui.page.shelf import FoundPapers, Order

if TYPE_CHECKING:
    from ui.page.tools import PageTools

SELECTED = "selected"
"""Stands for what is selected, where else the id of a collection is meant."""


def papers_of(tools: "PageTools", owner: str, what: str) -> list[str]:
    """The ids of those selected, or in a collection, that are still in the library."""
    kept = tools.workspace.collections
    ids = kept.selected(owner) if what == SELECTED else kept.papers(owner, what)
    return list(tools.assistant.index.papers(ids))


def named(tools: "PageTools", owner: str, what: str) -> Only:
    """As what a question is put to."""
    ids = tuple(papers_of(tools, owner, what))
    count = f"{len(ids)} paper{'' if len(ids) == 1 else 's'}"
    names = {each.id: each.name for each in tools.workspace.collections.collections(owner)}
    return Only(ids, f"the collection {names[what]} ({count})" if what in names else f"what is selected ({count})")


def found(
    tools: "PageTools", owner: str, collection: str, query: str, topic: str, year: str, order: Order
) -> FoundPapers:
    """What the fields of the library ask for; `collection` is the one that is open, "" none."""
    among = set(papers_of(tools, owner, collection)) if collection else None
    return tools.shelf.find(query, topic or "", int(year) if year else None, order, among)
