"""Answers that name several papers: lists, comparisons, overviews, what a bare term may mean."""

from collections.abc import Sequence

from index import PART
from rag.answering.phrasing import capitalise, cite
from rag.answering.presenting import Part, describing, line, present_paper, quotes
from rag.reading import PaperSentences, RankedSentence, Reading, called
from rag.text import fold_words, label, name_of

LINE_CLOSENESS = 2.0
"""In a list it matters more how close the sentence is to the question than how well it describes the paper."""

LISTED = 0.5
ALSO_FOUND = 0.92
ALSO_MEANT = 0.85
"""Which papers besides the best are told, by where they stand between the weakest (0) and the best (1): in a list; as a
second find; as what a bare term may mean. Measured: four of five listed papers belong there."""

COUNTS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}


def several(question: str, reading: Reading, papers: Sequence[PaperSentences]) -> list[Part]:
    """One line a paper: of those compared or named, else of as many as are asked for, else of those that belong, else
    the first. `papers` are those of the reading without what was said before.
    """
    by_number = {paper.n: paper for paper in papers}
    if reading.sides:
        return [side(by_number[n], places) for n, places in reading.sides.items()]
    named = [paper for paper in papers if paper.is_named] or called(question, papers)
    wanted = how_many(question)
    found = [by_number[n] for n in reading.belonging if n in by_number] or standing_out(papers, LISTED, 1)
    chosen = (
        named
        if len(named) > 1
        else [*found, *(one for one in papers if one not in found)][:wanted]
        if wanted
        else found
    )
    if len(chosen) == 1:
        return present_paper(chosen[0], is_whole=True)
    lines = {one.n: line(one, telling(one)) for one in chosen}
    if reading.form == "compare" or len(named) > 1:
        return list(lines.values())
    if reading.groups and not wanted:
        parts = [Part(f"{len(lines)} papers here, in {len(reading.groups)} groups:", ())]
        for group in reading.groups:
            parts += [Part(f"**{capitalise(group.name)}**:", ()), *(lines[n] for n in group.papers)]
        return parts
    return [Part(f"{len(lines)} papers here:", ()), *lines.values()]


def telling(paper: PaperSentences) -> RankedSentence:
    """The sentence that holds the answer, where the evidence model has found one; else what the paper is about."""
    return paper.likeliest if paper.likeliest.support > 0 else describing(paper, LINE_CLOSENESS)


def side(paper: PaperSentences, places: Sequence[int]) -> Part:
    """What is told of one of the papers that are compared."""
    name = label(paper.evidence.title, paper.evidence.passage)
    chosen = [one for one in paper.sentences if one.place in places] or [paper.likeliest]
    texts = quotes(chosen)
    said = [cite(text, (paper.n,)) for text in (f"**{name}**: {texts[0]}", *texts[1:])]
    return Part("- " + " ".join(said), (paper.n,))


def how_many(question: str) -> int:
    """The number of papers that the question speaks of, 0 when it gives none."""
    return next((COUNTS[word] for word in PART.findall(question.casefold()) if word in COUNTS), 0)


def standing_out(papers: Sequence[PaperSentences], least: float, most: int) -> list[PaperSentences]:
    return [paper for paper in papers if paper.standing >= least][:most] or list(papers[:1])


def keyword(question: str, papers: Sequence[PaperSentences]) -> list[Part]:
    """What a bare term is: one line for each paper of that name, else for the papers nearest to it."""
    words = fold_words(question)
    namesakes = [
        paper for paper in papers if fold_words(name_of(paper.evidence.title, paper.evidence.passage)) == words
    ]
    parts = [present_paper(paper)[0] for paper in namesakes or standing_out(papers, ALSO_MEANT, 2)]
    return parts if len(parts) == 1 else [Part(f"- {part.text}", part.numbers) for part in parts]
