"""Papers by questions: each cell is a turn on one paper alone, and says so where its abstract doesn't answer."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index import Paper, PaperchatError, PaperIndex, PaperIndexError, Span
from rag.answer import Answer, Filters, Hit, Source
from rag.text import without_markers

NOT_SAID = "not in the abstract"

OFFLINE = "offline"

AskOne = Callable[[str, Filters], Answer | None]
"""Puts a question to the papers that pass; None once nobody waits for the table any more."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one paper says to one question; `row` and `column` count from 0.

    `text` is a quote, word for word, or a model's words without numbers; NOT_SAID where the abstract doesn't answer,
    and "" where a `problem` kept it from being asked. `passage` is the text that was read, `highlights` the spans of it
    that carry the answer, and `supported` whether all that `text` claims is carried.
    """

    row: int
    column: int
    paper: Paper
    question: str
    text: str
    is_answered: bool = False
    supported: bool = True
    passage: str = ""
    highlights: tuple[Span, ...] = ()
    model: str = OFFLINE
    problem: str = ""

    @property
    def quotes(self) -> tuple[str, ...]:
        """The words of the abstract that carry the answer."""
        return tuple(self.passage[start:end] for start, end in self.highlights)

    def to_dict(self) -> dict[str, Any]:
        """The cell as plain lists and dictionaries, its paper by id and title."""
        plain = asdict(self)
        del plain["paper"], plain["passage"], plain["highlights"]
        return {"paper_id": self.paper.id, "title": self.paper.title, **plain, "quotes": list(self.quotes)}


def rows_of(index: PaperIndex, papers: Iterable[str | Paper | Hit | Source]) -> list[Paper]:
    """The papers, each once, in order. Raises PaperIndexError that names ids that no paper of the library has."""
    ids = list(dict.fromkeys(map(id_of, papers)))
    found = index.papers(ids)
    if unknown := [id for id in ids if id not in found]:
        raise PaperIndexError(f"There is no paper {', '.join(unknown)} in the library: `paperchat list` shows the ids.")
    return list(found.values())


def id_of(paper: str | Paper | Hit | Source) -> str:
    if isinstance(paper, str):
        return paper
    return paper.id if isinstance(paper, Paper) else paper.paper_id


def fill(papers: Sequence[Paper], questions: Sequence[str], ask: AskOne) -> Iterator[Cell]:
    """The cells, row by row, each as soon as it is there; a problem with one leaves the others."""
    for row, paper in enumerate(papers):
        for column, question in enumerate(questions):
            try:
                answer = ask(question, Filters(paper_ids=(paper.id,)))
            except PaperchatError as error:
                yield Cell(row, column, paper, question, "", problem=str(error))
                continue
            if answer is None:
                return
            yield make_cell(row, column, paper, question, answer)


def make_cell(row: int, column: int, paper: Paper, question: str, answer: Answer) -> Cell:
    read = next((source for source in answer.sources if source.paper_id == paper.id), None)
    if answer.abstained or read is None:
        return Cell(row, column, paper, question, NOT_SAID, model=answer.model)
    highlights = tuple(sorted(read.highlights))
    # An offline answer names its paper before it quotes: in a row of that paper the quote is enough.
    quoted = " ".join(read.passage[start:end] for start, end in highlights) if answer.model == OFFLINE else ""
    return Cell(
        row,
        column,
        paper,
        question,
        text=quoted or without_markers(answer.text),
        is_answered=True,
        supported=all(sentence.verdict != "unsupported" for sentence in answer.sentences),
        passage=read.passage,
        highlights=highlights,
        model=answer.model,
    )
