"""What is to be done about a question: its kind, its standalone form, and what it names in the record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rag.answer import Filters, Understood
from rag.ask import Message
from rag.text import is_english
from rag.understanding.head import Asks, Heard, Kind, hear
from rag.understanding.people import People
from rag.understanding.record import Found, find_excluded, find_in_record, may_hold_id, split_exception
from rag.understanding.standalone import StandaloneQuestion, standalone_question
from rag.understanding.thread import ORDINAL, Thread

if TYPE_CHECKING:
    from index import PaperIndex

SEVERAL: frozenset[Kind] = frozenset({"list", "compare", "overview"})
"""Kinds that are answered with several papers."""

OF_SEVERAL: frozenset[Asks | None] = frozenset({"papers", "count", "newest", "oldest"})
"""What is asked of the record of all papers that fit, and not of one."""

OTHERS = re.compile(r"\b(?:others?|another|else|more)\b", re.IGNORECASE)
"""The words for what was not spoken of yet."""

FACTS = 2.0
"""How much likelier a list, a comparison or an overview must be than a fact. The head is taught all kinds equally
often; facts are asked for far more often (in `train/fields` ten times), and what is lost with a list that a fact is
taken for is less than the fact."""

SURELY_TALK, SURELY_HELP = 0.6, 0.85
"""Small talk and help are answered without a search only where either is at least this likely; how papers come in is
told only where help is that likely: many questions that no paper answers begin as that one does ("How do I …?")."""

SURELY_RECORD = 0.7
"""A question less surely to the record than this is taken for the next likeliest kind where the abstracts answer that.
On held-out phrasings and fields two in three questions to the record are surer, and of the others one in sixty."""


@dataclass(frozen=True, slots=True)
class Plan:
    """`question` is what is searched and read; `asks` says of what sort a question of some kinds is.

    `or_else` is the kind that it may as well be. `found` is what the record knows of its words. `papers`
    are those that are meant, by id, a place in the last answer or a name; `within` those among which it is asked
    ("which of them"): empty tuples where none are. `narrowed` is what a language model took for a filter.
    """

    question: StandaloneQuestion
    kind: Kind
    asks: Asks | None = None
    found: Found = field(default_factory=Found)
    papers: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    or_else: Kind | None = None
    narrowed: Filters = field(default_factory=Filters)

    @property
    def is_of_papers(self) -> bool:
        """Whether papers have to be looked at for it."""
        return self.kind not in ("small_talk", "help")

    def otherwise(self) -> "Plan":
        """The same question, taken for what it may as well be."""
        kind = self.or_else or self.kind
        return replace(self, question=replace(self.question, kind=kind), kind=kind, asks=None, or_else=None)

    def understood(self) -> Understood:
        """The plan as an answer shows it."""
        found = self.found
        return Understood(
            kind=self.kind,
            standalone=self.question.text,
            asks=self.asks or "",
            topic=found.topic if self.kind == "record" else "",
            filters=Filters(
                years=found.years if any(found.years) else self.narrowed.years,
                authors=found.people.authors or self.narrowed.authors,
                paper_ids=self.within,
            ),
            papers=self.papers,
            excluded=found.excluded,
        )


def make_plan(question: str, history: Sequence[Message], index: "PaperIndex") -> Plan:
    """Understands a question after the talk so far, over the papers of the index."""
    if not is_english(question) or not (any(map(str.isalpha, question)) or may_hold_id(question)):
        # The head reads English only.
        return Plan(standalone_question(question, history, index), "fact")
    heard = hear(question, index.encode(question))
    kind = kind_of(heard)
    asks = heard.asked(kind)
    if kind in ("small_talk", "help"):
        return Plan(StandaloneQuestion.alone(question, "is not about papers", kind), kind, asks)
    thread = Thread.of(history)
    rest, left_out = split_exception(question)
    if left_out:
        heard = hear(rest, index.encode(rest))
    standalone = standalone_question(rest, history, index, heard)
    found = Found()
    if kind in ("record", *SEVERAL) or may_hold_id(rest):
        found = find_in_record(rest, heard, index.all_papers())
    if left_out:
        by_place = thread.pointed_at(left_out) if ORDINAL.search(left_out) else ()
        found = replace(found, excluded=by_place or find_excluded(left_out, index))
    if asks not in OF_SEVERAL and not found.people.authors and found.people.strangers:
        # Who wrote EliteKV: what looks like a person is what the paper is called.
        found = replace(found, people=People(), topic=" ".join((found.topic, *found.people.strangers)).strip())
    if kind in SEVERAL and kind != "compare" and (found.people.authors or any(found.years)):
        kind, asks = "record", "papers"
    if found.papers and kind in ("find", "keyword"):
        kind, asks = "record", "title"
    if kind != "record":
        found = replace(found, topic=found.topic or standalone.own_words)
    underspecified = heard.underspecified if kind == "fact" and not history else 0.0
    standalone = replace(standalone, kind=kind, typed=question, underspecified=underspecified)
    or_else = kind_of(heard, but="record") if kind == "record" and heard.kinds["record"] < SURELY_RECORD else None
    plan = Plan(standalone, kind, asks, found, found.papers, or_else=or_else)
    return go_on(plan, thread, index) if standalone.leans_on_history and not found.papers else plan


def go_on(plan: Plan, thread: Thread, index: "PaperIndex") -> Plan:
    """The plan of a question that leans on the talk, with the papers that it points at.

    `Which of them` is asked among those of the last answer, `which others` without them, `what else have they written`
    of their authors. Where no papers are known of the talk, its subject stands for them.
    """
    question = plan.question.typed
    is_of_papers = plan.kind == "record" and plan.asks in OF_SEVERAL
    if OTHERS.search(question) and (plan.kind == "list" or is_of_papers) and thread.papers:
        found = replace(plan.found, excluded=(*plan.found.excluded, *thread.papers))
        if is_of_papers and not found.narrows:
            cited = index.papers(thread.papers).values()
            authors = tuple(dict.fromkeys(author for paper in cited for author in paper.authors))
            found = replace(found, people=replace(found.people, authors=authors))
        return replace(plan, found=found)
    if meant := thread.pointed_at(question):
        is_among_them = is_of_papers or (plan.kind == "compare" and len(meant) > 1)
        return replace(plan, within=meant) if is_among_them else replace(plan, papers=meant)
    if is_of_papers or plan.kind in ("compare", "overview"):
        if thread.papers:
            return replace(plan, within=thread.papers)
        if is_of_papers and not plan.found.topic:
            return replace(plan, found=replace(plan.found, topic=plan.question.subject.strip("“” ")))
    return plan


def kind_of(heard: Heard, but: Kind | None = None) -> Kind:
    """The likeliest kind, `but` left out; small talk only where that is sure."""
    likely = {kind: share / (FACTS if kind in SEVERAL else 1.0) for kind, share in heard.kinds.items()}
    ranked = sorted(likely, key=likely.__getitem__, reverse=True)
    for kind in ranked:
        if kind == but:
            continue
        if kind in ("small_talk", "help") and heard.kinds["small_talk"] + heard.kinds["help"] < SURELY_TALK:
            continue
        if kind == "help" and heard.asked(kind) == "papers_in" and heard.kinds[kind] < SURELY_HELP:
            continue
        return kind
    return "fact"
