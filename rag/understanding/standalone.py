"""The question on its way through a turn; a follow-up as one that stands alone, without a language model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rag.ask import Message
from rag.text import RARE, is_english, is_telling, mentions, names_in, paper_names_in, papers_naming, without_markers
from rag.understanding.dependence import FIRST, OTHER, SECOND, leans_on
from rag.understanding.head import Heard, Kind, hear

if TYPE_CHECKING:
    from index import PaperIndex


LONGEST_QUOTE = 160
"""Characters of an earlier question that are quoted."""

SEARCHED_OF_AN_ANSWER = 160
"""Characters of the last answer, from its beginning, that are searched with a question which leans on it: with them
75 held-out talks (`train/fields`) were answered from the right paper for .89, without for .76."""

NAMES_OF_SUBJECT = 2

MARKERS = re.compile(r"(?:\s*\[\d+\])+")
LIST_LEAD = re.compile(r"^(?:(?:and|or|but|with|for example|yes|no|such as)\b[ ,:]*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StandaloneQuestion:
    """A question that can be understood without the talk before it.

    `typed` is what the user wrote, `text` reads on its own and is shown, `searches` are what is searched, the first
    one most like `text`. `subject` is what the talk adds to the user's own words ("" when nothing does), `reason` says
    in words why the talk was needed, or wasn't. `in_talk` are the user's words after those of the last exchange, by
    which the papers that were spoken of are found again. `kind` is what kind of question it is. `underspecified` is
    the probability that its words don't tell what it is about, 0 after a talk.
    """

    typed: str
    text: str
    searches: tuple[str, ...]
    subject: str = ""
    reason: str = ""
    leans_on_history: bool = False
    kind: Kind = "fact"
    in_talk: str = ""
    underspecified: float = 0.0

    @classmethod
    def alone(cls, typed: str, reason: str = "first question", kind: Kind = "fact") -> "StandaloneQuestion":
        """A question that needs no talk before it."""
        return cls(typed, typed, (typed,), reason=reason, kind=kind)

    @classmethod
    def of(cls, typed: str, reason: str, heard: Heard) -> "StandaloneQuestion":
        """The same, of the kind that was heard; in another language than English, for which that is no more than a
        guess, it is taken for a fact."""
        if not is_english(typed):
            return cls.alone(typed, reason)
        return cls.alone(typed, reason, heard.kind)

    @property
    def own_words(self) -> str:
        """The question without the subject that was added to it: what kind of thing is asked, and by which names."""
        return self.typed.strip() if self.subject else self.text

    def as_searched(self) -> "StandaloneQuestion":
        """The question; one that is not English in the words that are searched, for a model may have translated it."""
        return self if is_english(self.text) else replace(self, text=self.searches[0], subject="")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that was asked and what was answered, without markers; `items` are the parts that end with one."""

    question: str
    answer: str
    items: tuple[str, ...] = ()


def standalone_question(
    question: str, history: Sequence[Message], index: "PaperIndex", heard: Heard | None = None
) -> StandaloneQuestion:
    """The question with what it leaves to the history spelled out: `Does it run live? (about ReJSHand)`.

    A question that names a subject of its own is left as it is. `index` tells names from ordinary words.
    """
    heard = heard or hear(question, index.encode(question))
    exchanges = pair_turns(history)
    if not exchanges:
        return StandaloneQuestion.of(question, "first question", heard)
    if not leans_on(question, said_in(exchanges), index, heard):
        return StandaloneQuestion.of(question, "names its own subject", heard)
    chosen = choose(question, exchanges, index)
    subject = neighbouring_year(question, exchanges[-1], chosen or subject_of(exchanges, index))
    return StandaloneQuestion(
        typed=question,
        text=f"{question.strip()} (about {subject})",
        searches=(f"{question.strip()} {subject}",),
        subject=subject,
        reason="leans on what was said before",
        leans_on_history=True,
        kind=heard.kind,
        # One of several that were mentioned is found by its own name: what was said tells of all of them.
        in_talk="" if chosen else f"{exchanges[-1].question} {exchanges[-1].answer[:SEARCHED_OF_AN_ANSWER]} {question}",
    )


def pair_turns(history: Sequence[Message]) -> list[Exchange]:
    exchanges: list[Exchange] = []
    for turn in history:
        text = " ".join(turn.content.split())
        if turn.role == "user" and text:
            exchanges.append(Exchange(text, ""))
        elif text and exchanges:
            latest = exchanges[-1]
            items = [part.strip(" ,;.:") for part in MARKERS.split(text)[:-1]]
            answer = f"{latest.answer} {without_markers(text)}".strip()
            exchanges[-1] = Exchange(latest.question, answer, (*latest.items, *filter(None, items)))
    return exchanges


def said_in(exchanges: Sequence[Exchange]) -> list[tuple[str, str]]:
    return [(exchange.question, exchange.answer) for exchange in exchanges]


def choose(question: str, exchanges: Sequence[Exchange], index: "PaperIndex") -> str:
    """`the second`, `the other one`: which of those that an answer listed; empty when none is asked for."""
    if not any(pattern.search(question) for pattern in (FIRST, SECOND, OTHER)):
        return ""
    for at in reversed(range(len(exchanges))):
        listed = listed_in(exchanges[at], index)
        if len(listed) > 1:
            break
    else:
        return ""
    current = None
    for later in [*(exchange.question for exchange in exchanges[at + 1 :]), question]:
        if OTHER.search(later) and current is not None:
            current = 1 - current
        elif FIRST.search(later):
            current = 0
        elif SECOND.search(later):
            current = 1
    return listed[current] if current is not None else ""


def listed_in(exchange: Exchange, index: "PaperIndex") -> list[str]:
    """What an answer listed, in its order: the name of each part that has a marker, else its words."""
    if len(exchange.items) < 2:
        return names_of_papers(exchange.answer, index)
    return [
        next(iter(names_of_papers(item, index) or rare_names(item, index)), "") or quote_words(LIST_LEAD.sub("", item))
        for item in exchange.items
    ]


def subject_of(exchanges: Sequence[Exchange], index: "PaperIndex") -> str:
    """Names in the latest question, or in its answer; of a question that itself goes on, what that one is about."""
    for at in reversed(range(len(exchanges))):
        latest = exchanges[at]
        names = names_of_papers(latest.question, index) or rare_names(latest.question, index)
        if not names and at > 0 and leans_on(latest.question, said_in(exchanges[:at]), index):
            continue
        names = names or names_of_papers(latest.answer, index)
        return " and ".join(names[:NAMES_OF_SUBJECT]) if names else quote_words(latest.question)
    return quote_words(exchanges[0].question)


def names_of_papers(text: str, index: "PaperIndex") -> list[str]:
    """Names under which papers of the index are known."""
    written = names_in(text)
    in_titles = [name for name in written if is_telling(name, index) and is_in_title(name, index)]
    by_key = {name.casefold(): name for name in reversed(in_titles + paper_names_in(text, index))}
    whole = [name for key, name in by_key.items() if not any(key != other and key in other for other in by_key)]
    return sorted(whole, key=lambda name: text.casefold().find(name.casefold()))


def is_in_title(name: str, index: "PaperIndex") -> bool:
    return any(mentions(paper.title, name) for paper in papers_naming(name, index))


def rare_names(text: str, index: "PaperIndex") -> list[str]:
    return [name for name in names_in(text) if 0 < len(papers_naming(name, index)) <= RARE]


def neighbouring_year(question: str, latest: Exchange, subject: str) -> str:
    """The subject with the year that `the year after` means, when the last exchange speaks of one year."""
    step = 1 if re.search(r"\b(?:year after|next year|following year)\b", question, re.I) else 0
    step = -1 if re.search(r"\b(?:year before|previous year)\b", question, re.I) else step
    years = set(re.findall(r"\b(?:19|20)\d\d\b", f"{latest.question} {latest.answer}"))
    return f"{subject} {int(years.pop()) + step}" if step and len(years) == 1 else subject


def quote_words(text: str) -> str:
    short = text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    return f"“{short}”"
