"""The checker: every marker of an answer names evidence of this turn, every sentence gets a verdict.

Knows nothing of how the answer was made: a model's text, the offline answerer's and a hostile string are all the same.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index import split_sentences
from rag.answer import Citation, Evidence, Sentence, Span
from rag.markers import drop_half_marker, marker_numbers, resolve_markers, without_markers
from rag.refusal_wording import is_refusal_sentence
from rag.support import Embed, Support, strip_markdown, support_of

FEWEST_WORDS = 3
"""A shorter sentence without a figure ("Yes.", a heading) claims nothing that could be checked."""
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
        if claims and not numbers and (found := find_support(written, evidence, embed)):
            written, numbers, added = with_marker(written, found), (found,), True
        start = len(final)
        final += written
        sentence = judge(written, start, [numbered[n] for n in numbers], threshold, embed, claims)
        sentences.append(sentence)
        citations += cite(sentence, [numbered[n] for n in numbers], threshold, embed, added)
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


def judge(
    text: str, start: int, cited: Sequence[Evidence], threshold: float, embed: Embed | None, claims: bool
) -> Sentence:
    numbers = tuple(e.n for e in cited)
    end = start + len(text)
    if not claims:
        return Sentence(text, start, end, numbers, 0.0, "no claim")
    if not cited:
        return Sentence(text, start, end, numbers, 0.0, "unsupported", "no passage is cited for it")
    support = support_of(text, cited, embed)
    if support.figure >= threshold:
        return Sentence(text, start, end, numbers, support.figure, "supported")
    return Sentence(text, start, end, numbers, support.figure, "unsupported", support.reason)


def cite(
    sentence: Sentence, cited: Sequence[Evidence], threshold: float, embed: Embed | None, added: bool
) -> list[Citation]:
    """One citation a marker: how far that source alone carries the sentence."""
    citations = []
    for each in cited:
        support = support_of(sentence.text, [each], embed) if is_claim(sentence.text) else Support(0.0, None)
        supported = support.figure >= threshold
        citations.append(Citation(sentence.text, each.n, support.figure, supported, support.span, added))
    return citations


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
    return {n: merge(found) for n, found in spans.items()}


def merge(spans: Sequence[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
