"""What a turn works with, and what it has in hand before it is checked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from index import PaperIndex
from rag.answer import Evidence
from rag.checking import Checked, ClaimReader
from rag.llm import LanguageModel
from rag.reading import Reader
from rag.search import Retriever
from rag.settings import Settings

OFFLINE = "offline"
"""The author of whatever no language model wrote: quotes and refusals."""


class Checker(Protocol):
    """Resolves the markers of a text and judges each sentence, as `rag.checking.check` does."""

    def __call__(
        self,
        text: str,
        evidence: Sequence[Evidence],
        threshold: float,
        reader: ClaimReader | None,
        *,
        refused: bool,
        lacking: Collection[str],
    ) -> Checked: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a turn works with: where it searches, who reads, who writes (`model`, None: offline), who checks.

    `settings.llm` are those of the model that writes.
    """

    index: PaperIndex
    retriever: Retriever
    reader: Reader
    checker: Checker
    model: LanguageModel | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is checked: its text, the evidence it was written from, and who wrote it.

    One that `claims` nothing without a marker counts papers, or speaks of none. `lacking`: see `rag.llm.shapes.Shaped`.
    """

    text: str
    evidence: Sequence[Evidence]
    author: str = OFFLINE
    refuses: bool = False
    claims: bool = True
    lacking: Sequence[str] = ()
