"""The text of an answer as small parts that a template can print: paragraphs, sentences, words and numbers.

Models write a little Markdown; only bold, code, lists and headings are understood, the rest is plain text. Nothing
here makes HTML, so that every character of a model or an abstract is escaped by the template.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from rag import Sentence, Span

RunKind = Literal["text", "strong", "emphasis", "code", "number", "link"]

BULLET = re.compile(r"\s*[-*•]\s+")
ORDINAL = re.compile(r"\s*\d{1,3}[.)]\s+")
HEADING = re.compile(r"\s*#{1,6}\s+")
INLINE = re.compile(
    r"[ \t]*\[(?P<number>\d+)\]|\*\*(?P<strong>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?=\S)(?P<emphasis>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?P<link>\bhttps?://[^\s<>\"'`*\[\]{}|]*[\w/])"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text of one kind; a "number" is a citation, its `text` the digits, a "link" is an address."""

    kind: RunKind
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or part of one; `reason` is empty unless its sources don't support it."""

    runs: tuple[Run, ...]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: one for a paragraph or a heading, one an item for a list."""

    kind: Literal["paragraph", "heading", "bullets", "numbered"]
    lines: tuple[tuple[Piece, ...], ...]


def blocks(text: str, sentences: Sequence[Sentence] = (), known: Collection[int] | None = None) -> list[Block]:
    """`text` in parts. A marker whose number isn't `known` stays text; None takes every number as known."""
    found: list[Block] = []
    start = 0
    for line in text.splitlines(keepends=True):
        kind, skipped = kind_of_line(line)
        pieces = tuple(pieces_of_line(text, start + skipped, start + len(line.rstrip()), sentences, known))
        start += len(line)
        if not pieces:
            continue
        if found and kind in ("bullets", "numbered") and found[-1].kind == kind:
            found[-1] = Block(kind, (*found[-1].lines, pieces))
        else:
            found.append(Block(kind, (pieces,)))
    return found


def kind_of_line(line: str) -> tuple[Literal["paragraph", "heading", "bullets", "numbered"], int]:
    """What a line begins, and how many characters say so."""
    if match := BULLET.match(line):
        return "bullets", match.end()
    if match := ORDINAL.match(line):
        return "numbered", match.end()
    if match := HEADING.match(line):
        return "heading", match.end()
    return "paragraph", 0


def pieces_of_line(
    text: str, start: int, end: int, sentences: Sequence[Sentence], known: Collection[int] | None
) -> Iterator[Piece]:
    """text[start:end] cut where sentences begin and end."""
    position = start
    for sentence in sentences:
        first, last = max(sentence.start, position), min(sentence.end, end)
        if first >= last:
            continue
        if first > position:
            yield Piece(tuple(runs(text[position:first], known)))
        reason = ""
        if sentence.verdict in ("unsupported", "not checked"):
            reason = sentence.reason or "The cited passages don't say this."
        yield Piece(tuple(runs(text[first:last], known)), reason)
        position = last
    if position < end:
        yield Piece(tuple(runs(text[position:end], known)))


def inline(text: str) -> tuple[Run, ...]:
    """One line, a question or a title say, in runs; numbers in it are text."""
    return tuple(runs(text, ()))


def runs(text: str, known: Collection[int] | None) -> Iterator[Run]:
    position = 0
    for match in INLINE.finditer(text):
        if match["number"] and known is not None and int(match["number"]) not in known:
            continue
        if match.start() > position:
            yield Run("text", text[position : match.start()])
        kind = cast(RunKind, match.lastgroup)
        yield Run(kind, match[kind])
        position = match.end()
    if position < len(text):
        yield Run("text", text[position:])


def marked(text: str, spans: Sequence[Span]) -> list[tuple[str, bool]]:
    """`text` cut into (part, is it marked); overlapping spans become one."""
    parts: list[tuple[str, bool]] = []
    position = 0
    for start, end in sorted(spans):
        start, end = max(start, position), min(end, len(text))
        if start >= end:
            continue
        if start > position:
            parts.append((text[position:start], False))
        parts.append((text[start:end], True))
        position = end
    if position < len(text):
        parts.append((text[position:], False))
    return parts
