"""The checker: every marker of an answer names evidence of this turn, every sentence gets a verdict.

Knows nothing of how the answer was made: a model's text, the offline answerer's and a hostile string are all the same.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from index import Span, split_sentences
from rag.answer import Citation, Evidence, Sentence, Source, Verdict
from rag.checking.support import Support, strip_markdown, support_of
from rag.checking.support_model import ClaimReader
from rag.llm import claim_in, is_refusal_sentence
from rag.text import drop_half_marker, marker_numbers, resolve_markers, without_markers

FEWEST_WORDS = 3
"""A shorter sentence without a figure ("Yes.", a heading) claims nothing that could be checked."""
NOTHING = Support(0.0, None)
ADD_FROM = 0.6
"""An uncited sentence gets the citation that supports it at least this well: stricter than the verdict, since a
citation nobody asked for must not be a guess."""


PACKAGED = "packaged"
"""Gave a verdict: the check that ships."""

FEWEST_IN_CLAUSE = 5
"""Words of a clause that can be judged by itself: "A [1] and B [2] differ in size" has none."""
MARKERS = re.compile(r"(?:[ \t]*\[\d+\])+")


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence's support by all that it cites, and by each source alone."""

    together: Support
    alone: Mapping[int, Support]


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer's final text and what stands behind each of its sentences; `supports` are theirs, in their order."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    removed_markers: tuple[str, ...]
    highlights: Mapping[int, tuple[Span, ...]]
    supports: tuple[Support, ...] = ()


def check(
    text: str,
    evidence: Sequence[Evidence],
    threshold: float = 0.5,
    reader: ClaimReader | None = None,
    refused: bool = False,
    lacking: Collection[str] = (),
) -> Checked:
    """Resolves markers against `evidence`, adds citations that were left out, and judges each sentence.

    `threshold` is the support from which a sentence counts as supported. `reader` reads what is no quote; without it,
    as for an answer of quotes, words, figures and names decide. Of a text that refuses (`refused`), sentences without a
    marker speak of the question, not of the papers: they claim nothing. Nor do those of `lacking`, which tell what the
    evidence does not hold.
    """
    numbered = {e.n: e for e in evidence}
    resolved = resolve_markers(drop_half_marker(text), numbered.keys())
    final = ""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    supports: list[Support] = []
    place = 0
    for start, end in answer_sentences(resolved.text):
        final += resolved.text[place:start]
        place = end
        written = resolved.text[start:end]
        numbers = marker_numbers(written)
        claims = is_claim(written) and not (refused and not numbers) and written.strip() not in lacking
        added = False
        if claims and not numbers and (best := find_support(written, evidence, reader)):
            written, numbers, added = with_marker(written, best), (best,), True
        start = len(final)
        final += written
        judged = judge(claim_in(written), numbers, numbered, reader) if claims else Judged(NOTHING, {})
        supports.append(judged.together)
        sentences.append(with_verdict(written, start, numbers, judged.together, threshold, claims))
        for n in numbers:
            support = judged.alone.get(n, NOTHING)
            supported = support.figure >= threshold
            citations.append(Citation(written, n, support.figure, supported, support.span, added))
    final += resolved.text[place:]
    highlights = highlights_of(citations)
    return Checked(final, tuple(sentences), tuple(citations), resolved.removed, highlights, tuple(supports))


def judge(
    sentence: str, numbers: Sequence[int], numbered: Mapping[int, Evidence], reader: ClaimReader | None
) -> Judged:
    """Each clause by what is cited behind it, where markers stand behind clauses; else the whole sentence by all."""
    found = [
        judge_clause(clause, [numbered[n] for n in cited], reader) for clause, cited in clauses_of(sentence, numbers)
    ]
    weakest = min((one.together for one in found), key=lambda support: support.figure)
    return Judged(weakest, {n: support for one in reversed(found) for n, support in one.alone.items()})


def judge_clause(clause: str, cited: Sequence[Evidence], reader: ClaimReader | None) -> Judged:
    if len(cited) == 1:
        # One source alone and all sources together are the same where there is only one.
        support = support_of(clause, cited, reader)
        return Judged(support, {cited[0].n: support})
    return Judged(support_of(clause, cited, reader), {one.n: support_of(clause, [one], reader) for one in cited})


def clauses_of(sentence: str, numbers: Sequence[int]) -> list[tuple[str, tuple[int, ...]]]:
    """(clause, numbers cited behind it). The whole sentence where markers stand together or a clause is a scrap."""
    groups = [*MARKERS.finditer(sentence)]
    if len(groups) < 2:
        return [(sentence, tuple(numbers))]
    ends = [match.end() for match in groups[:-1]] + [len(sentence)]
    parts = [sentence[start:end].lstrip(" ,;:") for start, end in zip([0, *ends], ends, strict=False)]
    if any(len(re.findall(r"\w+", without_markers(part))) < FEWEST_IN_CLAUSE for part in parts):
        return [(sentence, tuple(numbers))]
    return [(part, marker_numbers(part)) for part in parts]


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
    verdict: Verdict = "unsupported"
    if numbers and support.figure >= threshold:
        verdict = "supported"
    elif numbers and support.finding == "not checked":
        verdict = "not checked"
    reason = "" if verdict == "supported" else support.reason
    return Sentence(text, start, end, numbers, support.figure, verdict, reason, PACKAGED)


def find_support(sentence: str, evidence: Sequence[Evidence], reader: ClaimReader | None) -> int | None:
    """The number of the evidence that carries an uncited sentence best, if any does well: the one with most of its
    words, where the `reader`, too, finds it there."""
    best = max(evidence, key=lambda e: support_of(sentence, [e]).figure, default=None)
    if best is None or support_of(sentence, [best], reader).figure < ADD_FROM:
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
