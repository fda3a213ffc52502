"""The answerer that needs no language model: it quotes the sentences that answer, each with its [n].

Which sentences is decided in `rag.reading`, how they read in `phrasing`, how the answer is laid out here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answering.phrasing import quote
from rag.answering.presenting import Part, present_paper, quoted
from rag.answering.several import ALSO_FOUND, keyword, several, standing_out
from rag.reading import PaperSentences, Reading
from rag.text import without_markers
from rag.understanding import SEVERAL, Kind

AS_SURE = 1.0
"""The evidence model's log-odds that a sentence given already may be behind the best to be given again."""


@dataclass(frozen=True, slots=True)
class QuotedDraft:
    """An answer before its citations are checked: `text` is Markdown with [n] markers, made of `parts`."""

    text: str
    parts: tuple[Part, ...]
    form: Kind


def draft_from(reading: Reading, said: str = "") -> QuotedDraft:
    """The answer to a question that has been read against its evidence; empty without evidence. Deterministic.

    A sentence of the last answer (`said`) is given again only where none answers better.
    """
    papers = [without_repeats(paper, said) for paper in reading.papers] if said else reading.papers
    parts = lay_out(reading, papers) if papers else []
    separator = "\n" if len(parts) > 1 and parts[-1].text.startswith("- ") else " "
    return QuotedDraft(separator.join(part.text for part in parts), tuple(parts), reading.form)


def without_repeats(paper: PaperSentences, said: str) -> PaperSentences:
    surest = max((one.support for one in paper.sentences), default=0.0)
    repeats = [one for one in paper.sentences if without_markers(quote(one.text)).rstrip(".") in said]
    kept = tuple(one for one in paper.sentences if one not in repeats or one.support >= surest - AS_SURE)
    return replace(paper, sentences=kept)


def lay_out(reading: Reading, papers: Sequence[PaperSentences]) -> list[Part]:
    """The parts of the answer; `papers` come most relevant first."""
    form, question = reading.form, reading.question.text
    named = [paper for paper in papers if paper.is_named]
    if form == "keyword":
        return keyword(question, papers)
    if len(named) > 1 or (form in SEVERAL and not named):
        return several(question, reading, papers)
    if form == "find" and not named:
        found = standing_out(papers, ALSO_FOUND, 2)
        return [part for paper in found for part in present_paper(paper, is_whole=paper is found[0])]
    return quoted(answering(named or papers), is_known=bool(named))


def answering(papers: Sequence[PaperSentences]) -> PaperSentences:
    """The paper that is quoted: of those that were read the best by search and reading, else the best found."""
    read = [paper for paper in papers if paper.read_score is not None]
    return max(read, key=lambda paper: paper.read_score or 0.0, default=papers[0])
