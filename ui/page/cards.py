"""What stands beside an answer: a card for each of its sources."""

from collections.abc import Sequence

from rag import Source
from ui.history import CITATION_STYLES, Turn
from ui.page.rendering import render

NEAREST = 3
"""Papers that are shown where none is cited."""


def source_panel(turns: Sequence[Turn], *, waiting: bool = False) -> str:
    """The cards of every turn; those of the last are shown, the others when one of their numbers is clicked.

    What was read and not cited is here with the last turn only, since it would weigh long conversations down; with the
    others it is fetched once it is unfolded (`read_not_cited`).

    While an answer is being made (`waiting`) no card is shown: sources belong to their turn.
    """
    return render("sources.html", turns=turns, waiting=waiting, styles=CITATION_STYLES, first_shown=first_shown)


def read_not_cited(turn: Turn) -> str:
    """The cards of what was read for the turn and is not among those that are always shown."""
    return render("read.html", turn=turn, first_shown=first_shown)


def first_shown(sources: Sequence[Source]) -> list[Source]:
    """What is cited, else the nearest."""
    return [source for source in sources if source.cited] or list(sources[:NEAREST])
