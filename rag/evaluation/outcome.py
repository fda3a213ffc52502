"""What asking one question of a question file gave: enough for every figure, and for the report's examples."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from rag.answer import Answer, Confidence, Evidence, Hit, Source, Verdict
from rag.checking import ClaimReader, support_of
from rag.evaluation.question_file import Question
from rag.text import marker_numbers

DEPTH = 10
"""How many ranked papers are kept a question: nDCG@10 and MRR@10 look no deeper."""


class Answering(Protocol):
    """What an evaluation needs of the assistant."""

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ...) -> Answer: ...

    def search(self, query: str, k: int = ...) -> Sequence[Hit]: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A paper in a ranking."""

    paper_id: str
    title: str


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence of an answer: `cited` are its citations, `precise` those of them that ALCE counts as right."""

    text: str
    verdict: Verdict
    cited: int
    precise: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question with what came back.

    `ranking` is what search found, best first; for a follow-up, whose history search can't see, it is the answer's
    sources. `searches` are a follow-up's rankings by what was searched: "as asked", "rewritten" and, where the file
    gives one, "standalone". `markers` stand in the text, `unknown_markers` of them name no source; `removed_markers`
    did not either and were taken out by the checker. `answerable` is the judged chance that the abstracts hold the
    answer. `timings` are milliseconds by step, "total" among them.
    """

    question: Question
    standalone_question: str
    text: str
    abstained: bool
    confidence: Confidence
    ranking: tuple[Found, ...]
    sources: tuple[Found, ...]
    cited: tuple[str, ...]
    sentences: tuple[JudgedSentence, ...]
    markers: int = 0
    unknown_markers: int = 0
    removed_markers: tuple[str, ...] = ()
    answerable: float = 1.0
    searches: Mapping[str, tuple[Found, ...]] = field(default_factory=dict)
    timings: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    tokens: int = 0
    cost: float | None = None


def observe(
    assistant: Answering, question: Question, threshold: float = 0.5, reader: ClaimReader | None = None
) -> Outcome:
    """Asks `question` and keeps what the figures need.

    `threshold` and `reader` are those of the checker that judged the answer's sentences; they judge here whether a
    citation is needless.
    """
    started = time.perf_counter()
    answer = assistant.ask(question.question, history=question.messages)
    total = 1000 * (time.perf_counter() - started)
    numbers = marker_numbers(answer.text)
    known = {source.n for source in answer.sources}
    sources = tuple(Found(source.paper_id, source.title) for source in answer.sources)
    searches: dict[str, tuple[Found, ...]] = {}
    if question.history:
        searches["as asked"] = ranking_of(assistant, question.question)
        searches["rewritten"] = sources
        if question.standalone:
            searches["standalone"] = ranking_of(assistant, question.standalone)
    return Outcome(
        question=question,
        standalone_question=answer.standalone_question,
        text=answer.text,
        abstained=answer.abstained,
        confidence=answer.confidence,
        ranking=sources[:DEPTH] if question.history else ranking_of(assistant, question.question),
        sources=sources,
        cited=tuple(source.paper_id for source in answer.sources if source.cited),
        # As the turn's own check: what was quoted offline needs no reading.
        sentences=tuple(judged_sentences(answer, threshold, None if answer.model == "offline" else reader)),
        markers=len(numbers),
        unknown_markers=sum(n not in known for n in numbers),
        removed_markers=tuple(answer.removed_markers),
        answerable=answer.answerable,
        searches=searches,
        timings={"total": total, **answer.timings},
        model=answer.model,
        tokens=answer.usage.tokens_in + answer.usage.tokens_out,
        cost=answer.usage.cost,
    )


def ranking_of(assistant: Answering, query: str) -> tuple[Found, ...]:
    return tuple(Found(hit.paper_id, hit.title) for hit in assistant.search(query, k=DEPTH))


def judged_sentences(answer: Answer, threshold: float, reader: ClaimReader | None) -> list[JudgedSentence]:
    """The sentences that claim something, with their citations counted after ALCE (Gao et al. 2023, section 3).

    A citation is right when its sentence is supported by all its sources together and it is not needless: needless is
    one that does not support the sentence alone while the others do without it.
    """
    evidence = {source.n: as_evidence(source) for source in answer.sources}
    carried = {(c.sentence, c.n) for c in answer.citations if c.supported}
    judged = []
    for sentence in answer.sentences:
        if sentence.verdict == "no claim":
            continue
        numbers = [n for n in dict.fromkeys(sentence.numbers) if n in evidence]
        precise = 0
        if sentence.verdict == "supported":
            for n in numbers:
                others = [evidence[other] for other in numbers if other != n]
                alone = (sentence.text, n) in carried
                needed = not others or support_of(sentence.text, others, reader).figure < threshold
                precise += alone or needed
        judged.append(JudgedSentence(sentence.text, sentence.verdict, len(numbers), precise))
    return judged


def as_evidence(source: Source) -> Evidence:
    return Evidence(
        source.n, source.paper_id, source.title, source.passage, source.url, source.authors, source.year, source.topics
    )
