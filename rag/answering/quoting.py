"""The answerer that needs no language model: it quotes the sentences that answer, each with its [n].

Which sentences is decided in `rag.reading`, how they read in `phrasing`, how the answer is laid out here; also what may
be asked next.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from index import PART
from rag.answer import Evidence
from rag.answering.phrasing import as_predicate, cite, introduces, is_unresolved, quote
from rag.reading import CODE, SHOWS, PaperSentences, RankedSentence, Reading
from rag.text import fold_words, label, name_of, whole_title, without_markers
from rag.understanding import Field, Form, QuestionType, StandaloneQuestion, Want, classify

MOST_SENTENCES = 3
"""Of one paper in one answer."""

SURE_ENOUGH = 0.92
"""A further sentence is quoted until the quoted ones hold the answer with this probability."""

WORTHWHILE = 0.05
"""A sentence less likely than this to hold the answer is never added."""

LINE_CLOSENESS = 2.0
"""In a list it matters more how close the sentence is to the question than how well it describes the paper."""

TELLING = 0.4
"""A found paper's sentence that is so likely to be what was asked for is quoted, too."""

MOST_PAPERS = 6
LISTED = 0.5
ALSO_FOUND = 0.92
ALSO_MEANT = 0.85
"""Which papers besides the best are told, by where they stand between the weakest (0) and the best (1): in a list; as a
second find; as what a bare term may mean. Measured: four of five listed papers belong there."""

AND = re.compile(r",? (?:and|with|versus|vs\.?|as) |, ", re.IGNORECASE)
COUNTS = {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}


@dataclass(frozen=True, slots=True)
class Part:
    """A line or sentence of the draft with the evidence numbers it cites."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuotedDraft:
    """An answer before its citations are checked: `text` is Markdown with [n] markers, made of `parts`."""

    text: str
    parts: tuple[Part, ...]
    form: Form


def draft_from(reading: Reading, said: str = "") -> QuotedDraft:
    """The answer to a question that has been read against its evidence; empty without evidence. Deterministic.

    A sentence of the last answer (`said`) is given again only where the evidence model finds none that answers better.
    """
    papers = [without_repeats(paper, said) for paper in reading.papers] if said else reading.papers
    parts = lay_out(reading.question, reading.kind, papers) if papers else []
    separator = "\n" if len(parts) > 1 and all(part.text.startswith("- ") for part in parts) else " "
    return QuotedDraft(separator.join(part.text for part in parts), tuple(parts), reading.kind.form)


def without_repeats(paper: PaperSentences, said: str) -> PaperSentences:
    surest = max((one.support for one in paper.sentences), default=0.0)
    repeats = [one for one in paper.sentences if without_markers(quote(one.text)).rstrip(".") in said]
    return replace(
        paper, sentences=tuple(one for one in paper.sentences if one not in repeats or one.support >= surest)
    )


def lay_out(question: StandaloneQuestion, kind: QuestionType, papers: Sequence[PaperSentences]) -> list[Part]:
    """The parts of the answer; `papers` come most relevant first."""
    named = [paper for paper in papers if paper.is_named]
    if kind.form == "record" and kind.field:
        return [record(kind.field, (named or papers)[0])]
    if kind.form == "keyword":
        return keyword(question.text, papers)
    if kind.form in ("compare", "list") and len(named) != 1:
        return several(question.text, kind, papers, named or called(question.text, papers))
    if kind.form == "find" and not named:
        return [part for paper in standing_out(papers, ALSO_FOUND, 2) for part in present_paper(paper)]
    if len(named) > 1:
        return several(question.text, kind, papers, named)
    return quoted(answering(named or papers), is_known=bool(named))


def answering(papers: Sequence[PaperSentences]) -> PaperSentences:
    """The paper that is quoted: of those that were read the best by search and reading, else the best found."""
    read = [paper for paper in papers if paper.read_score is not None]
    return max(read, key=lambda paper: paper.read_score or 0.0, default=papers[0])


def quoted(paper: PaperSentences, *, is_known: bool) -> list[Part]:
    """The sentences of one paper that hold the answer, in the order of the abstract.

    The paper is named before them unless the reader knows it (`is_known`, the question named it) and no "we" or "it"
    needs to be told whose it is.
    """
    chosen = sorted(enough(paper.sentences), key=lambda sentence: sentence.place)
    places = {sentence.place for sentence in chosen}
    texts = [quote(one.text, after_its_neighbour=one.place - 1 in places) for one in chosen]
    if not is_known or any(is_unresolved(text) for text in texts):
        texts[0] = f"In *{label(paper.evidence.title, paper.evidence.passage)}*: {texts[0]}"
    return [Part(cite(text, (paper.n,)), (paper.n,)) for text in texts]


def enough(sentences: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The likeliest sentences until together they probably hold the answer."""
    ranked = sorted(sentences, key=lambda one: (one.is_aside, -one.probability))
    chosen = ranked[:1]
    # `This poses a challenge.` met the question, but `To tackle it, we use masks.` is what was asked for.
    after = [one for one in sentences if one.place == chosen[0].place + 1 and one.follows_on]
    if after and not chosen[0].shows:
        chosen.append(after[0])
    for sentence in ranked[1:]:
        together = sum(one.probability for one in chosen)
        is_worth = sentence.probability >= WORTHWHILE and not sentence.is_aside
        if together >= SURE_ENOUGH or not is_worth or len(chosen) == MOST_SENTENCES:
            break
        if sentence not in chosen:
            chosen.append(sentence)
    return chosen


def present_paper(paper: PaperSentences) -> list[Part]:
    """The paper by its title and what it is; then the sentence that fits the question best, if it is another one."""
    title = f"**{whole_title(paper.evidence.title)}**"
    describes = describing(paper)
    text = quote(describes.text)
    predicate = as_predicate(text)
    parts = [Part(cite(f"{title} {predicate}" if predicate else f"{title}: {text}", (paper.n,)), (paper.n,))]
    fits = paper.likeliest
    if fits.place != describes.place and fits.probability >= TELLING:
        parts.append(Part(cite(quote(fits.text), (paper.n,)), (paper.n,)))
    return parts


def describing(paper: PaperSentences, closeness: float = 1.0) -> RankedSentence:
    """The sentence that says what the paper is about, as close to the question as possible.

    With more `closeness` the question counts for more, and what the sentence says of the paper for less.
    """
    texts = {sentence.place: quote(sentence.text) for sentence in paper.sentences}
    predicates = {place: as_predicate(text) for place, text in texts.items()}
    first = next((place for place, says in predicates.items() if says), -1)
    name = name_of(paper.evidence.title, paper.evidence.passage)

    def worth(sentence: RankedSentence) -> float:
        says = predicates[sentence.place]
        return (
            closeness * math.log(sentence.probability + 0.02)
            + 1.0 * bool(says)
            + 1.0 * says.startswith(("proposes", "introduces", "presents", "develops", "describes"))
            + 0.5 * (sentence.place == first)
            + 1.5 * introduces(texts[sentence.place], name)
        )

    return max(paper.sentences, key=worth)


def several(
    question: str, kind: QuestionType, papers: Sequence[PaperSentences], named: Sequence[PaperSentences]
) -> list[Part]:
    """One line a paper: of the named ones, else of as many as are asked for, else of those that stand out.

    Where neither figures nor datasets are asked for, a line rather says what the paper does.
    """
    wanted = how_many(question)
    chosen = named if len(named) > 1 else papers[:wanted] if wanted else standing_out(papers, LISTED, MOST_PAPERS)
    if len(chosen) == 1:
        return present_paper(chosen[0])
    is_exact = bool(kind.wants & {"number", "dataset"})
    return [line(paper, paper.likeliest if is_exact else describing(paper, LINE_CLOSENESS)) for paper in chosen]


def called(question: str, papers: Sequence[PaperSentences]) -> list[PaperSentences]:
    """For each thing that the question sets side by side (attention sorting, focus directions) the paper on it."""
    chosen = []
    for thing in AND.split(question.rstrip("?. ")):
        words = " ".join(fold_words(thing).split()[-2:])
        counts = [fold_words(f"{one.evidence.title} {one.evidence.passage}").count(words) for one in papers]
        if " " in words and max(counts) > 1:
            chosen.append(papers[counts.index(max(counts))])
    return list(dict.fromkeys(chosen)) if len(chosen) > 1 else []


def how_many(question: str) -> int:
    """The number of papers that the question speaks of, 0 when it gives none."""
    return next((COUNTS[word] for word in PART.findall(question.casefold()) if word in COUNTS), 0)


def standing_out(papers: Sequence[PaperSentences], least: float, most: int) -> list[PaperSentences]:
    return [paper for paper in papers if paper.standing >= least][:most] or list(papers[:1])


def line(paper: PaperSentences, sentence: RankedSentence) -> Part:
    name = label(paper.evidence.title, paper.evidence.passage)
    text = quote(sentence.text)
    # `We introduce SpERT, an attention model` needs no more than its end after the name.
    verb, is_named_first, rest = as_predicate(text).partition(f" {name}, ")
    text = rest if is_named_first and " " not in verb else text
    return Part("- " + cite(f"**{name}**: {text}", (paper.n,)), (paper.n,))


def keyword(question: str, papers: Sequence[PaperSentences]) -> list[Part]:
    """What a bare term is: one line for each paper of that name, else for the papers nearest to it."""
    words = fold_words(question)
    namesakes = [
        paper for paper in papers if fold_words(name_of(paper.evidence.title, paper.evidence.passage)) == words
    ]
    parts = [present_paper(paper)[0] for paper in namesakes or standing_out(papers, ALSO_MEANT, 2)]
    return parts if len(parts) == 1 else [Part(f"- {part.text}", part.numbers) for part in parts]


def record(field: Field, paper: PaperSentences) -> Part:
    """What the library knows besides the abstract."""
    evidence = paper.evidence
    title = f"**{whole_title(evidence.title)}** [{paper.n}]"
    year = f" ({evidence.year})" if evidence.year else ""
    if field == "authors":
        statement = (
            f"was written by {listed(evidence.authors)}{year}" if evidence.authors else "has no authors in its record"
        )
    elif field == "year":
        statement = f"dates from {evidence.year}" if evidence.year else "has no year in its record"
    else:
        statement = f"is at {evidence.url}" if evidence.url else "has no link in its record"
    return Part(f"{title} {statement}.", (paper.n,))


def listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


MOST_SUGGESTIONS = 3

QUESTIONS: tuple[tuple[Want, str], ...] = (
    ("number", "What figures does {name} report?"),
    ("dataset", "On which datasets was {name} evaluated?"),
    ("cause", "Why was {name} needed?"),
    ("code", "Is the code of {name} available?"),
)
"""Asked when the abstract shows such a thing; see `rag.reading.SHOWS`."""


def suggest(question: str, answer: str, evidence: Sequence[Evidence], cited: Sequence[int]) -> tuple[str, ...]:
    """Up to three further questions about the papers that `answer` cites, none that was just asked or answered.

    `cited` are the numbers of the answer, the most important first; without any, the nearest paper is asked about.
    """
    by_number = {one.n: one for one in evidence}
    papers = [by_number[n] for n in dict.fromkeys(cited) if n in by_number] or list(evidence[:1])
    if not papers:
        return ()
    first = papers[0]
    name = label(first.title, first.passage)
    wants = classify(question).wants
    suggestions = []
    if others := [one for one in (*papers[1:], *evidence) if one.n != first.n]:
        suggestions.append(f"How do {name} and {label(others[0].title, others[0].passage)} differ?")
    for want, form in QUESTIONS:
        pattern = CODE if want == "code" else SHOWS[want]
        if want not in wants and not pattern.search(answer) and pattern.search(first.passage):
            suggestions.append(form.format(name=name))
    suggestions.append(f"How does {name} work?")
    return (
        tuple(suggestions[1:MOST_SUGGESTIONS] + suggestions[:1])
        if len(suggestions) >= MOST_SUGGESTIONS
        else tuple(suggestions)
    )
