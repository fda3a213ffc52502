"""One turn: understand the question, find evidence, decide whether it can be answered, answer, check."""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Protocol

from index import PaperIndex
from rag.answer import Answer, Confidence, Event, Evidence, Step, TextDelta, Usage
from rag.answering import draft_from, outside_text, refusal_text, suggest, unanswered_text
from rag.ask import Ask, Message, Stop, Stopped
from rag.checking import Checked, Embed, as_sources
from rag.llm import (
    LanguageModel,
    Prompt,
    Reply,
    add_usage,
    build_messages,
    build_rewriting,
    build_translation,
    explain_empty,
    shape_answer,
    shape_line,
)
from rag.reading import Judgement, Reader, Reading, judge_answerability, read_evidence
from rag.search import Retrieval, Retriever, number_evidence
from rag.settings import Settings
from rag.text import MarkerStream, is_english, marker_numbers, without_markers
from rag.understanding import StandaloneQuestion, standalone_question

OFFLINE = "offline"
"""The author of whatever no language model wrote: quotes and refusals."""
REWRITE_SECONDS = 8.0
"""A model that takes longer to rewrite a follow-up is not waited for: the offline rewriting is there already."""
REWRITE_TOKENS = 80


class Checker(Protocol):
    """Resolves the markers of a text and judges each sentence, as `rag.checking.check` does."""

    def __call__(
        self, text: str, evidence: Sequence[Evidence], threshold: float, embed: Embed | None, refused: bool
    ) -> Checked: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What a turn works with: where it searches, who reads, who writes (`model`, None: offline), who checks."""

    index: PaperIndex
    retriever: Retriever
    reader: Reader
    checker: Checker
    model: LanguageModel | None
    settings: Settings


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before it is checked: its text, the evidence it was written from, and who wrote it."""

    text: str
    evidence: Sequence[Evidence]
    author: str = OFFLINE
    refuses: bool = False


class Turn:
    """Everything that belongs to one question; nothing of it outlives the turn, so no turn sees another's sources."""

    def __init__(self, ask: Ask, tools: Tools, stop: Stop | None = None) -> None:
        self.ask = ask
        self.tools = tools
        self.stop = stop
        self.usage = Usage()
        self.timings: dict[str, float] = {}
        self.notices: list[str] = []

    def run(self) -> Iterator[Event]:
        """Steps and text as they happen, then the Answer; none when it was stopped before the first word."""
        with suppress(Stopped):
            yield from self.events()

    def events(self) -> Iterator[Event]:
        """As `run`. Raises Stopped instead of a step for which nobody waits."""
        started = time.perf_counter()
        question = self.understand()
        if question.leans_on_history:
            yield Step("rewritten", question.text, self.timings["understand"])
        retrieval = self.retrieve(question)
        evidence = number_evidence(retrieval)
        yield Step("searched", f"{len(evidence)} papers found", self.timings["retrieve"])
        # What was searched may have been translated: the judgement reads English only.
        reading = self.read(question.as_searched() if self.tools.model else question, evidence, retrieval)
        judgement = self.judge(reading)
        reading = reading.read_by(judgement.scores)
        yield Step("judged", judgement.confidence, self.timings["judge"])
        draft: Draft | None = None
        with self.step("answer"):
            if judgement.answerable >= self.tools.settings.rag.refuse_below:
                draft = yield from self.write(question, evidence, retrieval, reading, judgement)
            if draft is None:
                if self.ask.filters:
                    judgement = self.look_outside(question, judgement)
                draft = Draft(refusal_text(evidence, judgement), evidence, refuses=True)
                yield TextDelta(draft.text)
        # From here on there is text to show: a stop no longer ends the turn.
        with self.timed("check"):
            checked = self.check(draft)
        yield Step("checked", f"{len(checked.citations)} citations", self.timings["check"])
        self.timings["total"] = 1000 * (time.perf_counter() - started)
        yield self.answer(question, judgement, checked, draft)

    # -- the steps --------------------------------------------------------------------------------------------------

    def understand(self) -> StandaloneQuestion:
        with self.step("understand"):
            question = standalone_question(self.ask.question, self.ask.history, self.tools.index)
            return self.refine(self.tools.model, question) if self.tools.model else question

    def refine(self, model: LanguageModel, offline: StandaloneQuestion) -> StandaloneQuestion:
        """The model's rewriting of a follow-up, and its translation of what is searched, where they are needed.

        Where the model fails, dawdles or returns something else, the offline form stays.
        """
        question = offline
        if offline.leans_on_history and (
            rewritten := self.one_line_of(model, build_rewriting(self.ask.question, self.ask.history))
        ):
            question = replace(
                offline, text=rewritten, searches=(rewritten,), subject="", reason="rewritten by the model"
            )
        (search,) = question.searches
        if not is_english(search) and (english := self.one_line_of(model, build_translation(search))):
            self.notices.append(f"Searched for “{english}”.")
            question = replace(question, searches=(english,))
        return question

    def one_line_of(self, model: LanguageModel, messages: Sequence[Message]) -> str:
        """A short reply on one line; empty when there was none in time."""
        self.heed_stop()
        reply = model.complete(messages, REWRITE_TOKENS, REWRITE_SECONDS, self.stop)
        self.usage = add_usage(self.usage, reply.usage)
        return shape_line(reply.text) if reply.finished else ""

    def retrieve(self, question: StandaloneQuestion) -> Retrieval:
        top_k = self.ask.top_k or self.tools.settings.rag.top_k
        with self.step("retrieve"):
            (search,) = question.searches
            retrieval = self.tools.retriever.retrieve(search, top_k, self.ask.filters)
        self.notices += retrieval.notices
        self.timings |= {f"retrieve.{step}": took for step, took in retrieval.timings.items()}
        return retrieval

    def read(self, question: StandaloneQuestion, evidence: Sequence[Evidence], retrieval: Retrieval) -> Reading:
        with self.step("read"):
            return read_evidence(question, evidence, retrieval, self.tools.index)

    def judge(self, reading: Reading) -> Judgement:
        with self.step("judge"):
            return judge_answerability(reading, self.tools.reader, self.tools.settings.rag)

    def look_outside(self, question: StandaloneQuestion, judgement: Judgement) -> Judgement:
        """A refusal that names the filter, where the library answers without it."""
        retrieval = self.tools.retriever.retrieve(question.searches[0], self.tools.settings.rag.top_k)
        outside = self.judge(self.read(question, number_evidence(retrieval), retrieval))
        if outside.answerable < self.tools.settings.rag.refuse_below:
            return judgement
        best = max(outside.scores, key=lambda n: outside.scores[n].answerable, default=1)
        reason = outside_text(self.ask.filters, retrieval.candidates[best - 1].paper.title)
        return replace(judgement, reason=reason, nearest=None)

    def write(
        self,
        question: StandaloneQuestion,
        evidence: Sequence[Evidence],
        retrieval: Retrieval,
        reading: Reading,
        judgement: Judgement,
    ) -> Generator[Event, None, Draft | None]:
        """The model's answer, or a quote where there is no model or it fails; None when neither finds one."""
        if model := self.tools.model:
            draft = yield from self.ask_model(model, self.build_prompt(question, evidence))
            if draft and draft.refuses:
                self.notices.append(f"{model.name} found no answer in the abstracts it was shown.")
                return None
            if draft:
                return draft
            reading = self.read(question, evidence, retrieval).read_by(judgement.scores)
        quoted = draft_from(reading, without_markers(self.ask.last_answer)).text
        if not quoted:
            return None
        text = "\n\n".join(filter(None, (quoted, unanswered_text(judgement))))
        yield TextDelta(text)
        return Draft(text, evidence)

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
        self.heed_stop()
        problem = reply.problem or explain_empty(
            model.name, reply.ending, sent="nothing that can be shown as an answer"
        )
        if not self.tools.settings.rag.offline_fallback:
            raise problem
        self.notices.append(f"{problem} This answer was made offline instead.")
        yield Step("fallback", str(problem))
        return None

    def check(self, draft: Draft) -> Checked:
        # Only a model paraphrases: quotes need no embedding.
        embed = None if draft.author == OFFLINE else self.tools.index.embedding.embed_query
        threshold = self.tools.settings.rag.support_threshold
        return self.tools.checker(draft.text, draft.evidence, threshold, embed, draft.refuses)

    def answer(
        self,
        question: StandaloneQuestion,
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
            standalone_question=question.text,
            text=checked.text,
            abstained=draft.refuses,
            confidence=confidence,
            sources=as_sources(draft.evidence, checked, cited),
            citations=checked.citations,
            sentences=checked.sentences,
            model=draft.author,
            answerable=judgement.answerable,
            usage=self.usage,
            timings=self.timings,
            notices=tuple(self.notices),
            removed_markers=checked.removed_markers,
            suggestions=suggest(question.text, checked.text, draft.evidence, sorted(cited)),
        )

    # -- around them ------------------------------------------------------------------------------------------------

    def prompt_text(self) -> str:
        """What a language model would be sent."""
        question = self.understand()
        return str(self.build_prompt(question, number_evidence(self.retrieve(question))))

    def heed_stop(self) -> None:
        """Raises Stopped when the turn was stopped."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A timed block that is not begun once the turn was stopped."""
        self.heed_stop()
        with self.timed(name):
            yield

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds the milliseconds of the block to `timings`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings[step] = self.timings.get(step, 0.0) + 1000 * (time.perf_counter() - started)


def told_of_the_end(reply: Reply) -> list[str]:
    """What a reader must know of how a model's answer ended; nothing where it came to its own end."""
    if reply.problem is not None:
        return [f"The answer broke off: {reply.problem}"]
    if reply.filtered:
        return ["The content filter of the model's provider ended the answer here."]
    if reply.truncated:
        return ["The answer reached its limit of length (llm.max_tokens) and was cut."]
    return ["Stopped."] if reply.stopped else []
