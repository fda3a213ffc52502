"""One turn: understand the question, find evidence, decide whether it can be answered, answer, check."""

import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace

from rag.answer import Answer, Confidence, Event, Step, TextDelta, Usage
from rag.answering import choices, draft_from, refusal_text, suggest, unanswered_text, without_abstracts
from rag.ask import Ask, Stop, Stopped
from rag.checking import (
    Checked,
    as_sources,
    claims_to_verify,
    only_lacks,
    repair,
    shipped,
    unchecked,
)
from rag.clock import Clock
from rag.finder import Finder, Findings
from rag.llm import (
    LanguageModel,
    Prompt,
    Situation,
    add_usage,
    build_messages,
    explain_empty,
    plan_question,
    refine,
    shape_answer,
    told_of_the_end,
    verify_claims,
    wants_planning,
)
from rag.reading import Judgement, load_fit
from rag.spans import span
from rag.text import MarkerStream, marker_numbers, without_markers
from rag.tools import OFFLINE, Draft, Tools
from rag.understanding import SEVERAL, Plan, StandaloneQuestion, make_plan


class Turn:
    """Everything that belongs to one question; nothing of it outlives the turn, so no turn sees another's sources."""

    def __init__(self, ask: Ask, tools: Tools, stop: Stop | None = None, *, for_model: bool = False) -> None:
        """`for_model`: papers are found as for a language model, also where there is none."""
        self.ask = ask
        self.tools = tools
        self.stop = stop
        self.usage = Usage()
        self.notices: list[str] = []
        self.clock = Clock(stop)
        self.finder = Finder(ask, tools, self.clock, self.notices, for_model=for_model or tools.model is not None)

    def run(self) -> Iterator[Event]:
        """Steps and text as they happen, then the Answer; none when it was stopped before the first word."""
        with suppress(Stopped), span("turn"):
            yield from self.events()

    def events(self) -> Iterator[Event]:
        """As `run`. Raises Stopped instead of a step for which nobody waits."""
        started = time.perf_counter()
        plan, draft = self.from_record(self.understand())
        judgement = Judgement(1.0, "answered", "")
        if draft is None:
            plan = self.plan_with_model(plan)
        if plan.question.leans_on_history:
            yield Step("rewritten", plan.question.text, self.clock.timings["understand"])
        if draft is None:
            draft, judgement = yield from self.from_abstracts(plan)
        else:
            yield TextDelta(draft.text)
        # From here on there is text to show: a stop no longer ends the turn.
        with self.clock.timed("check"):
            checked = self.check(draft)
        draft, checked = yield from self.verify(draft, checked, judgement)
        yield Step("checked", f"{len(checked.citations)} citations", self.clock.timings["check"])
        self.clock.timings["total"] = 1000 * (time.perf_counter() - started)
        yield self.answer(plan, judgement, checked, draft)

    def from_record(self, plan: Plan) -> tuple[Plan, Draft | None]:
        """Small talk, help, and what stands in the record; None, and the plan to go by, where abstracts are read."""
        draft = self.without_abstracts(plan)
        if draft and plan.or_else and (draft.refuses or not draft.evidence or self.finder.is_answered(plan)):
            return plan.otherwise(), None
        return plan, draft

    def without_abstracts(self, plan: Plan) -> Draft | None:
        tools = self.tools
        with self.clock.step("record"):
            known = without_abstracts(plan, tools.index, tools.retriever, tools.reader, self.ask.filters)
        return Draft(known.text, known.evidence, refuses=known.is_missing, claims=False) if known else None

    def from_abstracts(self, plan: Plan) -> Generator[Event, None, tuple[Draft, Judgement]]:
        """What the abstracts say, or why they don't."""
        retrieval = self.finder.retrieve(plan)
        yield Step("searched", f"{len(retrieval.candidates)} papers found", self.clock.timings["retrieve"])
        found = self.finder.weigh(plan, retrieval)
        yield Step("judged", found.judgement.confidence, self.clock.timings["judge"])
        judgement = found.judgement
        draft: Draft | None = None
        with self.clock.step("answer"):
            if self.tools.model and self.is_worth_asking(plan, found):
                draft = yield from self.ask_model(self.tools.model, self.build_prompt(plan, found))
            if draft is None and judgement.answerable >= self.tools.settings.rag.refuse_below:
                draft = yield from self.quote(plan, found)
            if draft is None or draft.refuses:
                if self.ask.filters:
                    judgement = self.finder.look_outside(plan.question, judgement)
                draft = Draft(refusal_text(found.evidence, judgement), found.evidence, refuses=True)
                yield TextDelta(draft.text)
        return draft, judgement

    # -- the steps --------------------------------------------------------------------------------------------------

    def understand(self) -> Plan:
        with self.clock.step("understand"):
            if self.finder.aspect:
                return Plan(StandaloneQuestion.alone(self.ask.question, "asks in general of one paper"), "fact")
            return make_plan(self.ask.question, self.ask.history, self.tools.index)

    def plan_with_model(self, plan: Plan) -> Plan:
        """The plan of the language model, where one is asked for and it has one."""
        model = self.tools.model
        if not model or not wants_planning(plan, self.ask.history):
            return plan
        with self.clock.step("understand"):
            planned = plan_question(model, self.ask.question, self.ask.history, self.stop)
        self.usage = add_usage(self.usage, planned.usage)
        if planned.plan is None:
            return plan
        refined = refine(plan, planned.plan)
        if searched := [
            one for one in refined.question.searches if one not in (refined.question.text, self.ask.question)
        ]:
            self.notices.append(f"Searched for {', '.join(f'“{one}”' for one in searched)}.")
        return refined

    def is_worth_asking(self, plan: Plan, found: Findings) -> bool:
        """With a model the judgement is a hint: it decides alone only where hardly any question can be answered, and
        never on a broad one, or one that is asked of one paper in general."""
        unasked = min(load_fit().unasked_below, self.tools.settings.rag.refuse_below)
        is_broad = plan.kind in SEVERAL or self.finder.aspect is not None
        return bool(found.evidence) and (is_broad or found.judgement.answerable >= unasked)

    def quote(self, plan: Plan, found: Findings) -> Generator[Event, None, Draft | None]:
        """The offline answer; None when nothing can be quoted."""
        reading = found.reading
        if self.tools.model and not self.finder.aspect:  # the question was read in the words that were searched
            reading = self.finder.read(plan.question, found.evidence, found.retrieval).read_by(found.judgement.scores)
        quoted = draft_from(reading, without_markers(self.ask.last_answer)).text
        if not quoted:
            return None
        text = "\n\n".join(filter(None, (quoted, unanswered_text(found.judgement))))
        yield TextDelta(text)
        return Draft(text, found.evidence)

    def build_prompt(self, plan: Plan, found: Findings) -> Prompt:
        situation = Situation(
            mode=plan.kind if plan.kind in ("overview", "compare") else "any",
            papers=self.tools.index.count(),
            answerable=found.judgement.answerable,
        )
        evidence, settings = found.evidence, self.tools.settings
        return build_messages(plan.question.text, evidence, settings, self.ask.history, situation=situation)

    def ask_model(self, model: LanguageModel, prompt: Prompt) -> Generator[Event, None, Draft | None]:
        """Streams the model's answer and returns it; None when it gave none and offline must take over.

        Raises the ModelError where the settings forbid that.
        """
        markers = MarkerStream([e.n for e in prompt.evidence])
        reply = model.stream(prompt.messages, self.stop, prompt.citable)
        for piece in reply:
            if ready := markers.feed(piece):
                yield TextDelta(ready)
        if rest := markers.close():
            yield TextDelta(rest)
        self.usage = add_usage(self.usage, reply.usage)
        shaped = shape_answer(reply.text)
        if shaped.text:
            self.notices += told_of_the_end(reply)
            if shaped.refused:
                self.notices.append(found_nothing(model))
            return Draft(shaped.text, prompt.evidence, model.name, shaped.refused, lacking=shaped.lacking)
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
        rag = self.tools.settings.rag
        is_off = rag.verify == "off" and draft.author != OFFLINE
        # Only a model paraphrases: quotes need no reading.
        reader = None if draft.author == OFFLINE or is_off else shipped()
        refused = draft.refuses or not draft.claims
        checked = self.tools.checker(
            draft.text, draft.evidence, rag.support_threshold, reader, refused=refused, lacking=draft.lacking
        )
        return unchecked(checked) if is_off else checked

    def verify(
        self, draft: Draft, checked: Checked, judgement: Judgement
    ) -> Generator[Event, None, tuple[Draft, Checked]]:
        """The second look at what a model wrote; all as it was where there is none."""
        claims = claims_to_verify(checked, self.tools.settings.rag.verify)
        model = self.tools.model if draft.author != OFFLINE else None
        if model is None or not claims or (self.stop and self.stop.is_set()):
            return draft, checked
        yield Step("verifying", counted(len(claims), "sentence"))
        with self.clock.timed("verify"):
            verified = verify_claims(model, claims, draft.evidence, self.stop)
        self.usage = add_usage(self.usage, verified.usage)
        if missing := len(claims) - len(verified.verdicts):
            said = counted(missing, "sentence")
            self.notices.append(
                f"{model.name} gave no verdict on {said} ({verified.problem}): those of the packaged check are shown."
            )
        if not verified.verdicts:
            return draft, checked
        refusal = Draft(refusal_text(draft.evidence, judgement), draft.evidence, refuses=True)
        if only_lacks(checked, verified.verdicts):
            self.notices.append(found_nothing(model))
            return refusal, self.check(refusal)
        repaired = repair(
            checked, verified.verdicts, draft.evidence, model.name, lambda text: self.check(replace(draft, text=text))
        )
        if repaired.mended or repaired.withdrawn:
            done = f"{counted(repaired.mended, 'sentence')} put right, {repaired.withdrawn} taken back"
            yield Step("repaired", done, self.clock.timings["verify"])
        if not repaired.is_empty:
            return draft, repaired.checked
        self.notices.append(f"The answer of {model.name} was taken back: the passages that it cites don't say it.")
        return refusal, self.check(refusal)

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


def found_nothing(model: LanguageModel) -> str:
    return f"{model.name} found no answer in the abstracts it was shown."


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
