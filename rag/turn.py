"""One turn: understand the question, find evidence, decide whether it can be answered, answer, check."""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from rag.answer import Answer, Confidence, Event, Evidence, Step, TextDelta, Usage
from rag.answering import choices, draft_from, refusal_text, suggest, unanswered_text, without_abstracts
from rag.ask import Ask, Message, Stop, Stopped
from rag.checking import Checked, as_sources, shipped
from rag.clock import Clock
from rag.finder import Finder, Findings
from rag.llm import (
    LanguageModel,
    Prompt,
    add_usage,
    build_messages,
    explain_empty,
    refine,
    shape_answer,
    shape_line,
    told_of_the_end,
)
from rag.reading import Judgement
from rag.spans import span
from rag.text import MarkerStream, marker_numbers, without_markers
from rag.tools import OFFLINE, Draft, Tools
from rag.understanding import Plan, StandaloneQuestion, make_plan

REWRITE_SECONDS = 8.0
"""A model that takes longer to rewrite a follow-up is not waited for: the offline rewriting is there already."""
REWRITE_TOKENS = 80


class Turn:
    """Everything that belongs to one question; nothing of it outlives the turn, so no turn sees another's sources."""

    def __init__(self, ask: Ask, tools: Tools, stop: Stop | None = None) -> None:
        self.ask = ask
        self.tools = tools
        self.stop = stop
        self.usage = Usage()
        self.notices: list[str] = []
        self.clock = Clock(stop)
        self.finder = Finder(ask, tools, self.clock, self.notices)

    def run(self) -> Iterator[Event]:
        """Steps and text as they happen, then the Answer; none when it was stopped before the first word."""
        with suppress(Stopped), span("turn"):
            yield from self.events()

    def events(self) -> Iterator[Event]:
        """As `run`. Raises Stopped instead of a step for which nobody waits."""
        started = time.perf_counter()
        plan = self.understand()
        if plan.question.leans_on_history:
            yield Step("rewritten", plan.question.text, self.clock.timings["understand"])
        draft, judgement = self.without_abstracts(plan), Judgement(1.0, "answered", "")
        if draft and plan.or_else and (draft.refuses or not draft.evidence or self.finder.is_answered(plan)):
            draft, plan = None, plan.otherwise()
        if draft is None:
            draft, judgement = yield from self.from_abstracts(plan)
        else:
            yield TextDelta(draft.text)
        # From here on there is text to show: a stop no longer ends the turn.
        with self.clock.timed("check"):
            checked = self.check(draft)
        yield Step("checked", f"{len(checked.citations)} citations", self.clock.timings["check"])
        self.clock.timings["total"] = 1000 * (time.perf_counter() - started)
        yield self.answer(plan, judgement, checked, draft)

    def without_abstracts(self, plan: Plan) -> Draft | None:
        """Small talk, help, and what stands in the record; None where abstracts are to be read."""
        tools = self.tools
        with self.clock.step("record"):
            known = without_abstracts(plan, tools.index, tools.retriever, tools.reader, self.ask.filters)
        return Draft(known.text, known.evidence, refuses=known.is_missing, claims=False) if known else None

    def from_abstracts(self, plan: Plan) -> Generator[Event, None, tuple[Draft, Judgement]]:
        """What the abstracts say, or why they don't."""
        question = plan.question
        retrieval = self.finder.retrieve(plan)
        yield Step("searched", f"{len(retrieval.candidates)} papers found", self.clock.timings["retrieve"])
        found = self.finder.weigh(plan, retrieval)
        yield Step("judged", found.judgement.confidence, self.clock.timings["judge"])
        evidence, judgement = found.evidence, found.judgement
        draft: Draft | None = None
        with self.clock.step("answer"):
            if judgement.answerable >= self.tools.settings.rag.refuse_below:
                draft = yield from self.write(question, found)
            if draft is None:
                if self.ask.filters:
                    judgement = self.finder.look_outside(question, judgement)
                draft = Draft(refusal_text(evidence, judgement), evidence, refuses=True)
                yield TextDelta(draft.text)
        return draft, judgement

    # -- the steps --------------------------------------------------------------------------------------------------

    def understand(self) -> Plan:
        with self.clock.step("understand"):
            plan = make_plan(self.ask.question, self.ask.history, self.tools.index)
            model = self.tools.model
            if not model or not plan.is_of_papers:
                return plan
            question = refine(plan.question, self.ask.history, lambda messages: self.one_line_of(model, messages))
            if question.text != (search := question.searches[0]) and search not in plan.question.searches:
                self.notices.append(f"Searched for “{search}”.")
            return replace(plan, question=question)

    def one_line_of(self, model: LanguageModel, messages: Sequence[Message]) -> str:
        """A short reply on one line; empty when there was none in time."""
        self.clock.heed_stop()
        reply = model.complete(messages, REWRITE_TOKENS, REWRITE_SECONDS, self.stop)
        self.usage = add_usage(self.usage, reply.usage)
        return shape_line(reply.text) if reply.finished else ""

    def write(self, question: StandaloneQuestion, found: Findings) -> Generator[Event, None, Draft | None]:
        """The model's answer, or a quote where there is no model or it fails; None when neither finds one."""
        reading = found.reading
        if model := self.tools.model:
            draft = yield from self.ask_model(model, self.build_prompt(question, found.evidence))
            if draft and draft.refuses:
                self.notices.append(f"{model.name} found no answer in the abstracts it was shown.")
                return None
            if draft:
                return draft
            reading = self.finder.read(question, found.evidence, found.retrieval).read_by(found.judgement.scores)
        quoted = draft_from(reading, without_markers(self.ask.last_answer)).text
        if not quoted:
            return None
        text = "\n\n".join(filter(None, (quoted, unanswered_text(found.judgement))))
        yield TextDelta(text)
        return Draft(text, found.evidence)

    def build_prompt(self, question: StandaloneQuestion, evidence: Sequence[Evidence]) -> Prompt:
        return build_messages(question.text, evidence, self.tools.settings, self.ask.history)

    def ask_model(self, model: LanguageModel, prompt: Prompt) -> Generator[Event, None, Draft | None]:
        """Streams the model's answer and returns it; None when it gave none and offline must take over.

        Raises the ModelError where the settings forbid that.
        """
        markers = MarkerStream([e.n for e in prompt.evidence])
        reply = model.stream(prompt.messages, self.stop)
        for piece in reply:
            if ready := markers.feed(piece):
                yield TextDelta(ready)
        if rest := markers.close():
            yield TextDelta(rest)
        self.usage = add_usage(self.usage, reply.usage)
        shaped = shape_answer(reply.text)
        if shaped.text:
            self.notices += told_of_the_end(reply)
            return Draft(shaped.text, prompt.evidence, model.name, shaped.refused)
        self.clock.heed_stop()
        problem = reply.problem or explain_empty(
            model.name, reply.ending, sent="nothing that can be shown as an answer"
        )
        if not self.tools.settings.rag.offline_fallback:
            raise problem
        self.notices.append(f"{problem} This answer was made offline instead.")
        yield Step("fallback", str(problem))
        return None

    def check(self, draft: Draft) -> Checked:
        # Only a model paraphrases: quotes need no reading.
        reader = None if draft.author == OFFLINE else shipped()
        threshold = self.tools.settings.rag.support_threshold
        return self.tools.checker(draft.text, draft.evidence, threshold, reader, draft.refuses or not draft.claims)

    def answer(
        self,
        plan: Plan,
        judgement: Judgement,
        checked: Checked,
        draft: Draft,
    ) -> Answer:
        cited = {n for sentence in checked.sentences for n in sentence.numbers} | set(marker_numbers(checked.text))
        confidence: Confidence = "not in these abstracts" if draft.refuses else judgement.confidence
        if not draft.refuses and confidence == "not in these abstracts":
            confidence = "partly answered"
        return Answer(
            question=self.ask.question,
            standalone_question=plan.question.text,
            text=checked.text,
            abstained=draft.refuses,
            confidence=confidence,
            sources=as_sources(draft.evidence, checked, cited),
            citations=checked.citations,
            sentences=checked.sentences,
            model=draft.author,
            answerable=judgement.answerable,
            usage=self.usage,
            timings=self.clock.timings,
            notices=tuple(self.notices),
            removed_markers=checked.removed_markers,
            choices=choices(plan.question.text, draft.evidence, judgement) if draft.refuses else (),
            plan=plan.understood(),
            suggestions=suggest(plan.question.text, checked.text, draft.evidence, sorted(cited)),
        )

    # -- around them ------------------------------------------------------------------------------------------------

    def prompt_text(self) -> str:
        """What a language model would be sent."""
        plan = self.understand()
        return str(self.build_prompt(plan.question, self.finder.weigh(plan, self.finder.retrieve(plan)).evidence))
