"""What stands beside an answer: a card for each of its sources."""

from collections.abc import Sequence

from ui.history import CITATION_STYLES, Turn
from ui.page.rendering import render


def source_panel(turns: Sequence[Turn], *, waiting: bool = False) -> str:
    """The cards of every turn; those of the last are shown, the others when one of their numbers is clicked.

    What was read and not cited stands with the last turn only: it would weigh long conversations down.

    While an answer is being made (`waiting`) no card is shown: sources belong to their turn.
    """
    return render("sources.html", turns=turns, waiting=waiting, styles=CITATION_STYLES)
