"""Papers for a question, read, with the judgement whether they answer it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.answer import Evidence
from rag.answering import outside_text, within_text, without
from rag.ask import Ask
from rag.clock import Clock
from rag.reading import (
    MOST_READ,
    Aspect,
    Judgement,
    Reading,
    Vector,
    aspect_asked,
    group_papers,
    judge_answerability,
    judge_aspect,
    read_evidence,
    read_sides,
    read_the_others,
)
from rag.search import Retrieval, merge_retrievals, number_evidence
from rag.text import is_english
from rag.tools import Tools
from rag.understanding import SEVERAL, Plan, StandaloneQuestion


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a question; `evidence` are the papers that were read, of a list no others."""

    evidence: tuple[Evidence, ...]
    retrieval: Retrieval
    reading: Reading
    judgement: Judgement


class Finder:
    """Searches and reads for one turn, `for_model` as a language model is shown it. What the search has to say is added
    to `notices`."""

    def __init__(self, ask: Ask, tools: Tools, clock: Clock, notices: list[str], *, for_model: bool) -> None:
        self.ask, self.tools, self.clock, self.notices = ask, tools, clock, notices
        self.for_model = for_model
        rag = tools.settings.rag
        self.refuse_below = rag.refuse_below
        self.wanted = ask.top_k or (max(rag.top_k, rag.model_papers) if for_model else rag.top_k)

    @cached_property
    def aspect(self) -> Aspect | None:
        """What is asked of one paper in general, where only one may be asked; None for anything particular."""
        if len(self.ask.filters.paper_ids) != 1 or not is_english(self.ask.question):
            return None
        return aspect_asked(self.ask.question, self.vector)

    def weigh(self, plan: Plan, retrieval: Retrieval) -> Findings:
        """What was retrieved, read and judged: of a list as many papers as there are that belong."""
        evidence = number_evidence(retrieval)
        # The judgement reads English only.
        question = plan.question.as_searched() if self.for_model else plan.question
        reading = self.read(question, evidence, retrieval)
        if self.aspect and len(reading.papers) == 1:
            with self.clock.step("judge"):
                reading, judgement = judge_aspect(
                    self.aspect, reading, self.tools.reader, self.vector, self.tools.settings.rag
                )
            return Findings(evidence, retrieval, reading, judgement)
        judgement = self.judge(reading)
        if plan.kind in SEVERAL:
            with self.clock.step("judge"):
                reading, judgement = read_the_others(reading, judgement, self.tools.reader, self.refuse_below)
                reading = group_papers(read_sides(reading, self.tools.reader), retrieval, self.tools.index.rarity)
            evidence = evidence[: max((*judgement.scores, self.wanted if self.for_model else 0), default=0)]
        return Findings(evidence, retrieval, reading.read_by(judgement.scores), judgement)

    def is_answered(self, plan: Plan) -> bool:
        """Whether the abstracts answer what is taken for a question to the record, and names nothing in it."""
        if plan.found.is_known:
            return False
        plan = plan.otherwise()
        retrieval = self.retrieve(plan)
        reading = self.read(plan.question, number_evidence(retrieval), retrieval)
        return self.judge(reading).answerable >= self.refuse_below

    def look_outside(self, question: StandaloneQuestion, judgement: Judgement) -> Judgement:
        """A refusal that names the filter, and the paper that answers without it, if one does.

        What is asked of one paper in general, nearly any other paper answers: it stays as it is.
        """
        if self.aspect:
            return judgement
        retrieval = self.tools.retriever.retrieve(question.searches[0], self.tools.settings.rag.top_k)
        outside = self.judge(self.read(question, number_evidence(retrieval), retrieval))
        if outside.answerable < self.refuse_below:
            return replace(judgement, reason=f"{judgement.reason} {within_text(self.ask.filters)}".strip())
        best = max(outside.scores, key=lambda n: outside.scores[n].answerable, default=1)
        reason = outside_text(self.ask.filters, retrieval.candidates[best - 1].paper.title)
        return replace(judgement, reason=reason, nearest=None)

    # -- the steps --------------------------------------------------------------------------------------------------

    def retrieve(self, plan: Plan) -> Retrieval:
        top_k = max(self.wanted, MOST_READ) if plan.kind in SEVERAL else self.wanted
        with self.clock.step("retrieve"):
            filters = without(plan, self.ask.filters, self.tools.index)
            found = [self.tools.retriever.retrieve(search, top_k, filters) for search in plan.question.searches]
            retrieval = merge_retrievals(found, top_k)
            if plan.question.in_talk:
                # It is read in its own words, among the papers that were spoken of and those that it finds by itself.
                spoken_of = self.tools.retriever.retrieve(plan.question.in_talk, top_k, filters)
                merged = merge_retrievals([spoken_of, retrieval], top_k)
                retrieval = replace(merged, query=retrieval.query, tokens=retrieval.tokens)
        self.notices += retrieval.notices
        self.clock.timings.update({f"retrieve.{step}": took for step, took in retrieval.timings.items()})
        return retrieval

    def read(self, question: StandaloneQuestion, evidence: Sequence[Evidence], retrieval: Retrieval) -> Reading:
        with self.clock.step("read"):
            return read_evidence(question, evidence, retrieval, self.tools.index)

    def vector(self, text: str) -> Vector:
        return self.tools.index.encode(text).vector

    def judge(self, reading: Reading) -> Judgement:
        with self.clock.step("judge"):
            return judge_answerability(reading, self.tools.reader, self.tools.settings.rag)
