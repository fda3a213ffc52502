"""How one paper is told of: by the sentences that answer, by its title and what it is, on a line of a list."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.phrasing import cite, introduces, is_unresolved, quote, speaks_of_its_paper
from rag.reading import PaperSentences, RankedSentence
from rag.text import label, name_of, whole_title

MOST_SENTENCES = 3
"""Of one paper in one answer."""

SURE_ENOUGH = 0.92
"""A further sentence is quoted until the quoted ones hold the answer with this probability."""

WORTHWHILE = 0.05
"""A sentence less likely than this to hold the answer is never added."""


@dataclass(frozen=True, slots=True)
class Part:
    """A line or sentence of the draft with the evidence numbers it cites."""

    text: str
    numbers: tuple[int, ...]


def quoted(paper: PaperSentences, *, is_known: bool) -> list[Part]:
    """The sentences of one paper that hold the answer, the likeliest first.

    The paper is named before them unless the reader knows it (`is_known`, the question named it) and no "we" or "it"
    needs to be told whose it is.
    """
    chosen = best_first(enough(paper.sentences))
    texts = quotes(chosen)
    if not is_known or any(is_unresolved(text) for text in texts):
        texts[0] = f"In *{label(paper.evidence.title, paper.evidence.passage)}*: {texts[0]}"
    return [Part(cite(text, (paper.n,)), (paper.n,)) for text in texts]


def quotes(chosen: Sequence[RankedSentence]) -> list[str]:
    """The sentences as they read one after the other."""
    before = [None, *(one.place for one in chosen)]
    return [quote(one.text, after_its_neighbour=one.place - 1 == n) for n, one in zip(before, chosen, strict=False)]


def best_first(chosen: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The likeliest sentence first, the others as the abstract has them; what goes on about its neighbour stays behind
    it."""
    runs: list[list[RankedSentence]] = []
    for one in sorted(chosen, key=lambda sentence: sentence.place):
        if runs and one.follows_on and runs[-1][-1].place == one.place - 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    likeliest = max(chosen, key=lambda one: (not one.is_aside, one.probability))
    runs.sort(key=lambda run: (likeliest not in run, run[0].place))
    return [one for run in runs for one in run]


def enough(sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The likeliest sentences until together they probably hold the answer."""
    ranked = sorted(sentences, key=lambda one: (one.is_aside, -one.probability))
    chosen = ranked[:1]
    for sentence in ranked[1:]:
        together = sum(one.probability for one in chosen)
        is_worth = sentence.probability >= WORTHWHILE and not sentence.is_aside
        if together >= SURE_ENOUGH or not is_worth or len(chosen) == MOST_SENTENCES:
            break
        chosen.append(sentence)
    return chosen


def present_paper(paper: PaperSentences, *, is_whole: bool = False) -> list[Part]:
    """The paper by its title and what it is; with `is_whole` the sentences, too, that would answer a question for a
    fact: what is asked is sometimes taken for a search of its paper."""
    title = f"**{whole_title(paper.evidence.title)}**"
    describes = describing(paper)
    parts = [Part(cite(f"{title}: {quote(describes.text)}", (paper.n,)), (paper.n,))]
    if is_whole:
        fitting = sorted(enough(paper.sentences), key=lambda one: one.place)
        parts.extend(Part(cite(quote(one.text), (paper.n,)), (paper.n,)) for one in fitting if one != describes)
    return parts


def describing(paper: PaperSentences, closeness: float = 1.0) -> RankedSentence:
    """The sentence that says what the paper is about, as close to the question as possible.

    With more `closeness` the question counts for more, and what the sentence says of the paper for less.
    """
    texts = {sentence.place: quote(sentence.text) for sentence in paper.sentences}
    speaking = [place for place, text in texts.items() if speaks_of_its_paper(text)]
    name = name_of(paper.evidence.title, paper.evidence.passage)

    def worth(sentence: RankedSentence) -> float:
        return (
            closeness * math.log(sentence.probability + 0.02)
            + 1.5 * (sentence.place in speaking)
            + 0.5 * (sentence.place in speaking[:1])
            + 1.5 * introduces(texts[sentence.place], name)
        )

    return max(paper.sentences, key=worth)


def line(paper: PaperSentences, sentence: RankedSentence) -> Part:
    name = label(paper.evidence.title, paper.evidence.passage)
    return Part("- " + cite(f"**{name}**: {quote(sentence.text)}", (paper.n,)), (paper.n,))
