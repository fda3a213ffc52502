"""One turn: understand the question, find evidence, decide whether it can be answered, answer, check."""

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from index import PaperIndex
from rag.answer import Answer, Confidence, Event, Evidence, Step, TextDelta, Usage
from rag.answering import draft_from, refusal_text, suggest, unanswered_text
from rag.ask import Ask, Message
from rag.checking import Checked, Embed, as_source
from rag.llm import (
    LanguageModel,
    Prompt,
    add_usage,
    build_messages,
    build_rewriting,
    build_translation,
    shape_answer,
    shape_line,
)
from rag.reading import Judgement, Reader, Reading, judge_answerability, read_evidence
from rag.search import Retrieval, Retriever, number_evidence
from rag.settings import Settings
from rag.text import MarkerStream, is_english, marker_numbers
from rag.understanding import StandaloneQuestion, standalone_question

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


class Turn:
    """Everything that belongs to one question; nothing of it outlives the turn, so no turn sees another's sources."""

    def __init__(self, ask: Ask, tools: Tools, stop: threading.Event | None = None) -> None:
        self.ask = ask
        self.tools = tools
        self.stop = stop
        self.model_name = tools.model.name if tools.model else "offline"
        self.usage = Usage()
        self.timings: dict[str, float] = {}
        self.notices: list[str] = []

    def run(self) -> Iterator[Event]:
        """Steps and text as they happen, then the Answer; none when it was stopped before the first word."""
        started = time.perf_counter()
        model, settings = self.tools.model, self.tools.settings.rag
        question = self.understand()
        if question.leans_on_history:
            yield Step("rewritten", question.text, self.timings["understand"])
        retrieval = self.retrieve(question)
        evidence = number_evidence(retrieval)
        yield Step("searched", f"{len(evidence)} papers found", self.timings["retrieve"])
        # What was searched may have been translated: the judgement reads English only.
        reading = self.read(question.as_searched() if model else question, evidence, retrieval)
        judgement = self.judge(reading)
        yield Step("judged", judgement.confidence, self.timings["judge"])
        if self.is_stopped():
            return
        text, refused = "", judgement.answerable < settings.refuse_below
        shown = evidence
        if not refused and model:
            with self.timed("answer"):
                prompt = self.build_prompt(question, evidence)
                shown = prompt.evidence
                text, refused = yield from self.ask_model(model, prompt)
        if not text and self.is_stopped():
            return
        if not text and not refused:
            with self.timed("answer"):
                if model:
                    reading = self.read(question, evidence, retrieval)
                draft = draft_from(reading)
                text, shown, refused = with_unanswered(draft.text, judgement), evidence, not draft.text
                yield TextDelta(text)
        if refused:
            with self.timed("answer"):
                text, shown = refusal_text(evidence, judgement), evidence
                yield TextDelta(text)
        with self.timed("check"):
            checked = self.tools.checker(text, shown, settings.support_threshold, self.embed(), refused)
        yield Step("checked", f"{len(checked.citations)} citations", self.timings["check"])
        self.timings["total"] = 1000 * (time.perf_counter() - started)
        yield self.answer(question, judgement, checked, shown, refused)

    # -- the steps --------------------------------------------------------------------------------------------------

    def understand(self) -> StandaloneQuestion:
        with self.timed("understand"):
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
        reply = model.complete(messages, REWRITE_TOKENS, REWRITE_SECONDS, self.stop)
        self.usage = add_usage(self.usage, reply.usage)
        return shape_line(reply.text) if reply.finished else ""

    def retrieve(self, question: StandaloneQuestion) -> Retrieval:
        top_k = self.ask.top_k or self.tools.settings.rag.top_k
        with self.timed("retrieve"):
            (search,) = question.searches
            retrieval = self.tools.retriever.retrieve(search, top_k, self.ask.filters)
        self.notices += retrieval.notices
        self.timings |= {f"retrieve.{step}": took for step, took in retrieval.timings.items()}
        return retrieval

    def read(self, question: StandaloneQuestion, evidence: Sequence[Evidence], retrieval: Retrieval) -> Reading:
        with self.timed("read"):
            return read_evidence(question, evidence, retrieval, self.tools.index.rarity)

    def judge(self, reading: Reading) -> Judgement:
        with self.timed("judge"):
            return judge_answerability(reading, self.tools.reader, self.tools.settings.rag)

    def build_prompt(self, question: StandaloneQuestion, evidence: Sequence[Evidence]) -> Prompt:
        return build_messages(question.text, evidence, self.tools.settings, self.ask.history)

    def ask_model(self, model: LanguageModel, prompt: Prompt) -> Generator[Event, None, tuple[str, bool]]:
        """Streams the model's answer. Returns (text, refused); no text when the offline answerer must take over."""
        markers = MarkerStream([e.n for e in prompt.evidence])
        reply = model.stream(prompt.messages, self.stop)
        for piece in reply:
            if ready := markers.feed(piece):
                yield TextDelta(ready)
        if rest := markers.close():
            yield TextDelta(rest)
        self.usage = add_usage(self.usage, reply.usage)
        shaped = shape_answer(reply.text)
        if reply.problem is not None:
            if not shaped.text:
                if not self.tools.settings.rag.offline_fallback:
                    raise reply.problem
                self.model_name = "offline"
                self.notices.append(f"{reply.problem} This answer was made offline instead.")
                yield Step("fallback", str(reply.problem))
                return "", False
            self.notices.append(f"The answer broke off: {reply.problem}")
        elif reply.truncated:
            self.notices.append("The answer reached its limit of length (llm.max_tokens) and was cut.")
        elif reply.stopped:
            self.notices.append("Stopped.")
        return shaped.text, shaped.refused

    def answer(
        self,
        question: StandaloneQuestion,
        judgement: Judgement,
        checked: Checked,
        shown: Sequence[Evidence],
        refused: bool,
    ) -> Answer:
        cited = {n for sentence in checked.sentences for n in sentence.numbers} | set(marker_numbers(checked.text))
        confidence: Confidence = "not in these abstracts" if refused else judgement.confidence
        if not refused and confidence == "not in these abstracts":
            confidence = "partly answered"
        return Answer(
            question=self.ask.question,
            standalone_question=question.text,
            text=checked.text,
            abstained=refused,
            confidence=confidence,
            sources=tuple(as_source(e, checked, e.n in cited) for e in shown),
            citations=checked.citations,
            sentences=checked.sentences,
            model=self.model_name,
            answerable=judgement.answerable,
            usage=self.usage,
            timings=self.timings,
            notices=tuple(self.notices),
            removed_markers=checked.removed_markers,
            suggestions=suggest(question.text, checked.text, shown, sorted(cited)),
        )

    # -- around them ------------------------------------------------------------------------------------------------

    def prompt_text(self) -> str:
        """What a language model would be sent."""
        question = self.understand()
        return str(self.build_prompt(question, number_evidence(self.retrieve(question))))

    def is_stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    def embed(self) -> Embed | None:
        """The embedding for the checker: only a model paraphrases, quotes need none."""
        return self.tools.index.embedding.embed_query if self.model_name != "offline" else None

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds the milliseconds of the block to `timings`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings[step] = self.timings.get(step, 0.0) + 1000 * (time.perf_counter() - started)


def with_unanswered(text: str, judgement: Judgement) -> str:
    """An offline answer with what it leaves unanswered; a model says so itself."""
    return "\n\n".join(filter(None, (text, text and unanswered_text(judgement))))
