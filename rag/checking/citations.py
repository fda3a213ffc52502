"""The checker: every marker of an answer names evidence of this turn, every sentence gets a verdict.

Knows nothing of how the answer was made: a model's text, the offline answerer's and a hostile string are all the same.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from index import Span, split_sentences
from rag.answer import Citation, Evidence, Sentence, Source
from rag.checking.support import Embed, Support, strip_markdown, support_of
from rag.llm import is_refusal_sentence
from rag.text import drop_half_marker, marker_numbers, resolve_markers, without_markers

FEWEST_WORDS = 3
"""A shorter sentence without a figure ("Yes.", a heading) claims nothing that could be checked."""
NOTHING = Support(0.0, None)
ADD_FROM = 0.6
"""An uncited sentence gets the citation that supports it at least this well: stricter than the verdict, since a
citation nobody asked for must not be a guess."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer's final text and what stands behind each of its sentences."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    removed_markers: tuple[str, ...]
    highlights: Mapping[int, tuple[Span, ...]]


def check(
    text: str,
    evidence: Sequence[Evidence],
    threshold: float = 0.5,
    embed: Embed | None = None,
    refused: bool = False,
) -> Checked:
    """Resolves markers against `evidence`, adds citations that were left out, and judges each sentence.

    `threshold` is the support from which a sentence counts as supported. `embed` lets paraphrases pass that share few
    words with the passage; without it words alone decide. Of a text that refuses (`refused`), sentences without a
    marker speak of the question, not of the papers: they claim nothing.
    """
    numbered = {e.n: e for e in evidence}
    resolved = resolve_markers(drop_half_marker(text), numbered.keys())
    final = ""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    place = 0
    for start, end in answer_sentences(resolved.text):
        final += resolved.text[place:start]
        place = end
        written = resolved.text[start:end]
        numbers = marker_numbers(written)
        claims = is_claim(written) and not (refused and not numbers)
        added = False
        if claims and not numbers and (best := find_support(written, evidence, embed)):
            written, numbers, added = with_marker(written, best), (best,), True
        start = len(final)
        final += written
        cited = [numbered[n] for n in numbers]
        # One source alone and all sources together are the same where there is only one.
        alone = [support_of(written, [each], embed) for each in cited] if claims else []
        together = alone[0] if len(alone) == 1 else support_of(written, cited, embed) if claims else NOTHING
        sentence = with_verdict(written, start, numbers, together, threshold, claims)
        sentences.append(sentence)
        for n, support in zip(numbers, alone or [NOTHING] * len(numbers), strict=True):
            supported = support.figure >= threshold
            citations.append(Citation(written, n, support.figure, supported, support.span, added))
    final += resolved.text[place:]
    return Checked(final, tuple(sentences), tuple(citations), resolved.removed, highlights_of(citations))


def answer_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of sentences; a line of Markdown (list item, heading) always ends one."""
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        spans += [(line.start() + start, line.start() + end) for start, end in split_sentences(line[0])]
    return spans


def is_claim(sentence: str) -> bool:
    """Whether the sentence states something: no heading, lead-in, question, refusal or scrap."""
    bare = strip_markdown(without_markers(sentence))
    if sentence.lstrip().startswith("#") or is_refusal_sentence(sentence) or bare.endswith((":", "?")):
        return False
    return len(re.findall(r"\w+", bare)) >= FEWEST_WORDS or any(c.isdigit() for c in bare)


def with_verdict(
    text: str, start: int, numbers: tuple[int, ...], support: Support, threshold: float, claims: bool
) -> Sentence:
    """The sentence with its verdict, from the support of all its citations together."""
    end = start + len(text)
    if not claims:
        return Sentence(text, start, end, numbers, 0.0, "no claim")
    if numbers and support.figure >= threshold:
        return Sentence(text, start, end, numbers, support.figure, "supported")
    return Sentence(text, start, end, numbers, support.figure, "unsupported", support.reason)


def find_support(sentence: str, evidence: Sequence[Evidence], embed: Embed | None) -> int | None:
    """The number of the evidence that carries an uncited sentence best, if any does well."""
    best = max(evidence, key=lambda e: support_of(sentence, [e]).figure, default=None)
    if best is None or support_of(sentence, [best], embed).figure < ADD_FROM:
        return None
    return best.n


def with_marker(sentence: str, n: int) -> str:
    """`sentence` with [n] before its closing stop."""
    match = re.search(r"[.!?。]+[\"'”’)*_]*$", sentence)
    cut = match.start() if match else len(sentence)
    return f"{sentence[:cut]} [{n}]{sentence[cut:]}"


def highlights_of(citations: Sequence[Citation]) -> dict[int, tuple[Span, ...]]:
    """For each number the spans of its passage that support something, merged and in order."""
    spans: dict[int, list[Span]] = {}
    for citation in citations:
        if citation.supported and citation.span:
            spans.setdefault(citation.n, []).append(citation.span)
    return {n: merge_spans(some) for n, some in spans.items()}


def merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def as_sources(evidence: Sequence[Evidence], checked: Checked, cited: Collection[int]) -> tuple[Source, ...]:
    """The evidence as the reader sees it, and what of it supports the answer, in which the numbers `cited` stand."""
    return tuple(
        Source(
            n=one.n,
            paper_id=one.paper_id,
            title=one.title,
            url=one.url,
            authors=one.authors,
            year=one.year,
            topics=one.topics,
            passage=one.passage,
            highlights=checked.highlights.get(one.n, ()),
            score=one.score,
            cited=one.n in cited,
        )
        for one in evidence
    )
