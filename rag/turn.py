"""One turn: understand the question, find evidence, decide whether it can be answered, answer, check."""

import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from rag.answer import Answer, Confidence, Event, Evidence, Filters, Source, Step, TextDelta, Usage
from rag.checking import Checked, check
from rag.text import MarkerStream, marker_numbers

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.llm import LanguageModel, Message, Prompt
    from rag.reading import Judgement, Reading
    from rag.search import Retrieval
    from rag.understanding import Standalone

REWRITE_SECONDS = 8.0
"""A model that takes longer to rewrite a follow-up is not waited for: the offline rewriting is there already."""
REWRITE_TOKENS = 80


class Turn:
    """Everything that belongs to one question; nothing of it outlives the turn, so no turn sees another's sources."""

    def __init__(
        self,
        assistant: "Assistant",
        question: str,
        history: Sequence[Mapping[str, Any]],
        filters: Filters,
        model: str | None,
        top_k: int,
        stop: threading.Event | None,
    ) -> None:
        self.assistant = assistant
        self.question = clean_text(question)
        self.history = history
        self.filters = filters
        self.top_k = top_k
        self.stop = stop
        self.model: LanguageModel | None = assistant.language_model(model)
        self.model_name = self.model.name if self.model else "offline"
        self.usage = Usage()
        self.timings: dict[str, float] = {}
        self.notices: list[str] = []

    def run(self) -> Iterator[Event]:
        """Steps and text as they happen, then the Answer; none when it was stopped before the first word."""
        from rag.answering import draft_from

        started = time.perf_counter()
        standalone = self.understand()
        if standalone.depends:
            yield Step("rewritten", standalone.question, self.timings["understand"])
        retrieval = self.retrieve(standalone.search_query)
        evidence = number_evidence(retrieval)
        yield Step("searched", f"{len(evidence)} papers found", self.timings["retrieve"])
        # What was searched may have been translated: the judgement reads English only.
        asked = standalone.search_query if self.model else standalone.question
        reading = self.read(asked, evidence, retrieval)
        judgement = self.judge(reading)
        yield Step("judged", judgement.confidence, self.timings["judge"])
        if self.is_stopped():
            return
        text, refused = "", judgement.answerable < self.assistant.settings.rag.refuse_below
        shown = evidence
        if not refused and self.model:
            with self.timed("answer"):
                prompt = self.build_prompt(standalone.question, evidence)
                shown = prompt.evidence
                text, refused = yield from self.ask_model(self.model, prompt)
        if not text and self.is_stopped():
            return
        if not text and not refused:
            with self.timed("answer"):
                if self.model:
                    reading = self.read(standalone.question, evidence, retrieval)
                draft = draft_from(reading)
                text, shown, refused = self.with_unanswered(draft.text, judgement), evidence, not draft.text
                yield TextDelta(text)
        if refused:
            with self.timed("answer"):
                text, shown = self.refuse(standalone.question, evidence, judgement), evidence
                yield TextDelta(text)
        with self.timed("check"):
            checked = check(text, shown, self.assistant.settings.rag.support_threshold, self.embed(), refused)
        yield Step("checked", f"{len(checked.citations)} citations", self.timings["check"])
        self.timings["total"] = 1000 * (time.perf_counter() - started)
        yield self.answer(standalone, judgement, checked, shown, refused)

    # -- the steps --------------------------------------------------------------------------------------------------

    def understand(self) -> "Standalone":
        from rag.understanding import Turn as Said
        from rag.understanding import standalone_question

        with self.timed("understand"):
            said = [Said(role, content) for role, content in plain_history(self.history)]
            standalone = standalone_question(self.question, said, self.assistant.index)
            if self.model:
                standalone = self.refine(self.model, standalone)
        return standalone

    def refine(self, model: "LanguageModel", offline: "Standalone") -> "Standalone":
        """The model's rewriting of a follow-up, and its translation of what is searched, where they are needed.

        Where the model fails, dawdles or returns something else, the offline form stays.
        """
        from rag.llm import build_rewriting, build_translation
        from rag.text import is_english

        standalone = offline
        if offline.depends and (
            rewritten := self.one_line_of(model, build_rewriting(self.question, as_messages(self.history)))
        ):
            standalone = replace(offline, question=rewritten, search_query=rewritten, reason="rewritten by the model")
        if not is_english(standalone.search_query) and (
            english := self.one_line_of(model, build_translation(standalone.search_query))
        ):
            self.notices.append(f"Searched for “{english}”.")
            standalone = replace(standalone, search_query=english)
        return standalone

    def one_line_of(self, model: "LanguageModel", messages: "Sequence[Message]") -> str:
        """A short reply on one line; empty when there was none in time."""
        from rag.llm import shape_line

        reply = model.complete(messages, REWRITE_TOKENS, REWRITE_SECONDS, self.stop)
        self.count(reply.usage)
        return shape_line(reply.text) if reply.finished else ""

    def retrieve(self, query: str) -> "Retrieval":
        with self.timed("retrieve"):
            retrieval = self.assistant.retriever.retrieve(query, self.top_k, self.filters)
        self.notices += retrieval.notices
        self.timings |= {f"retrieve.{step}": took for step, took in retrieval.timings.items()}
        return retrieval

    def read(self, question: str, evidence: Sequence[Evidence], retrieval: "Retrieval") -> "Reading":
        from rag.reading import read

        with self.timed("read"):
            return read(question, evidence, retrieval, self.assistant.index)

    def judge(self, reading: "Reading") -> "Judgement":
        from rag.reading import judge

        with self.timed("judge"):
            return judge(reading, self.assistant.settings.rag)

    def build_prompt(self, question: str, evidence: Sequence[Evidence]) -> "Prompt":
        from rag.llm import build_messages

        return build_messages(question, evidence, self.assistant.settings, as_messages(self.history))

    def ask_model(self, model: "LanguageModel", prompt: "Prompt") -> Generator[Event, None, tuple[str, bool]]:
        """Streams the model's answer. Returns (text, refused); no text when the offline answerer must take over."""
        from rag.llm import shape_answer

        markers = MarkerStream([e.n for e in prompt.evidence])
        reply = model.stream(prompt.messages, self.stop)
        for piece in reply:
            if ready := markers.feed(piece):
                yield TextDelta(ready)
        if rest := markers.close():
            yield TextDelta(rest)
        self.count(reply.usage)
        shaped = shape_answer(reply.text)
        if reply.problem is not None:
            if not shaped.text:
                if not self.assistant.settings.rag.offline_fallback:
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

    def with_unanswered(self, text: str, judgement: "Judgement") -> str:
        """An offline answer with what it leaves unanswered; a model says so itself."""
        from rag.answering import unanswered_text

        return "\n\n".join(filter(None, (text, text and unanswered_text(judgement))))

    def refuse(self, question: str, evidence: Sequence[Evidence], judgement: "Judgement") -> str:
        from rag.answering import refusal_text

        return refusal_text(question, evidence, judgement)

    def answer(
        self,
        standalone: "Standalone",
        judgement: "Judgement",
        checked: Checked,
        shown: Sequence[Evidence],
        refused: bool,
    ) -> Answer:
        from rag.answering import suggest

        cited = {n for sentence in checked.sentences for n in sentence.numbers} | set(marker_numbers(checked.text))
        confidence: Confidence = "not in these abstracts" if refused else judgement.confidence
        if not refused and confidence == "not in these abstracts":
            confidence = "partly answered"
        return Answer(
            question=self.question,
            standalone_question=standalone.question,
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
            suggestions=suggest(standalone.question, checked.text, shown, sorted(cited)),
        )

    def is_stopped(self) -> bool:
        return self.stop is not None and self.stop.is_set()

    # -- around them ------------------------------------------------------------------------------------------------

    def prompt_text(self) -> str:
        """What a language model would be sent."""
        standalone = self.understand()
        evidence = number_evidence(self.retrieve(standalone.search_query))
        return str(self.build_prompt(standalone.question, evidence))

    def embed(self) -> Any:
        """The embedding for the checker: only a model paraphrases, quotes need none."""
        return self.assistant.index.embedding.embed_query if self.model_name != "offline" else None

    def count(self, usage: Usage) -> None:
        from rag.llm import add_usage

        self.usage = add_usage(self.usage, usage)

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds the milliseconds of the block to `timings`."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.timings[step] = self.timings.get(step, 0.0) + 1000 * (time.perf_counter() - started)


def number_evidence(retrieval: "Retrieval") -> tuple[Evidence, ...]:
    """The papers found as evidence, numbered once, best first: what prompt, checker and page all read."""
    return tuple(
        Evidence(
            n=n,
            paper_id=each.paper.id,
            title=each.paper.title,
            passage=each.paper.abstract,
            url=each.paper.url,
            authors=each.paper.authors,
            year=each.paper.year,
            topics=each.paper.topics,
            score=each.score,
        )
        for n, each in enumerate(retrieval.candidates, 1)
    )


def as_source(evidence: Evidence, checked: Checked, cited: bool) -> Source:
    return Source(
        n=evidence.n,
        paper_id=evidence.paper_id,
        title=evidence.title,
        url=evidence.url,
        authors=evidence.authors,
        year=evidence.year,
        topics=evidence.topics,
        passage=evidence.passage,
        highlights=checked.highlights.get(evidence.n, ()),
        score=evidence.score,
        cited=cited,
    )


def as_messages(history: Sequence[Mapping[str, Any]]) -> "list[Message]":
    from rag.llm import Message

    return [Message(role, content) for role, content in plain_history(history)]


def plain_history(history: Sequence[Mapping[str, Any]]) -> list[tuple[Literal["user", "assistant"], str]]:
    """(role, text) of the user's and the assistant's turns; what has no text is left out."""
    plain: list[tuple[Literal["user", "assistant"], str]] = []
    for message in history:
        role, text = message.get("role"), clean_text(text_of(message.get("content")))
        if text and role in ("user", "assistant"):
            plain.append(("user" if role == "user" else "assistant", text))
    return plain


def text_of(content: object) -> str:
    """The text of a message: content itself, or that of its blocks, as pages and some clients send it."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return text_of(content.get("text"))
    if isinstance(content, Sequence):
        return "\n".join(filter(None, map(text_of, content)))
    return ""


def clean_text(text: str) -> str:
    """`text` as models and tokenizers take it: no half surrogates, no NUL, no blanks around it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ").strip()
