"""The text of an answer as small parts that a template can print: paragraphs, sentences, words and numbers.

Models write a little Markdown; only bold, code, lists, tables and headings are understood, the rest is plain text.
Nothing here makes HTML, so that every character of a model or an abstract is escaped by the template.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from index import split_sentences
from rag import Answer, Sentence, Span

RunKind = Literal["text", "strong", "emphasis", "code", "number", "link"]

BULLET = re.compile(r"\s*[-*•]\s+")
ORDINAL = re.compile(r"\s*\d{1,3}[.)]\s+")
HEADING = re.compile(r"\s*#{1,6}\s+")
TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
TABLE_RULE = re.compile(r"[\s|:-]+$")
CELL = re.compile(r"(?:[^|\\]|\\.)+")
INLINE = re.compile(
    r"[ \t]*\[(?P<number>\d+)\]|\*\*(?P<strong>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?=\S)(?P<emphasis>[^*\n]+)(?<=\S)\*(?![\w*])"
    r"|(?P<link>\bhttps?://[^\s<>\"'`*\[\]{}|]*[\w/])"
)

WORTH_HIDING = 160
"""Characters of an abstract: about two lines beside an answer."""


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


Line = tuple[Piece, ...]
BlockKind = Literal["paragraph", "heading", "bullets", "numbered", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: one for a paragraph or a heading, one an item for a list.

    A table has `rows` of cells instead; the first names the columns if `has_head`, and the first cell names its row.
    """

    kind: BlockKind
    lines: tuple[Line, ...] = ()
    rows: tuple[tuple[Line, ...], ...] = ()
    has_head: bool = False


def parts_of(answer: Answer) -> list[Block]:
    """The text of an answer in parts; two things or more that are compared stand in a table."""
    found = blocks(answer.text, answer.sentences, [source.n for source in answer.sources])
    is_comparison = answer.plan is not None and answer.plan.kind == "compare"
    return [side_by_side(block) for block in found] if is_comparison else found


def side_by_side(block: Block) -> Block:
    """A list each line of which begins with a bold name and a colon as a table; any other block as it is."""
    if block.kind != "bullets" or len(block.lines) < 2 or not all(map(is_named, block.lines)):
        return block
    return Block("table", rows=tuple(map(named_row, block.lines)))


def is_named(line: Line) -> bool:
    name, *rest = line[0].runs
    return name.kind == "strong" and bool(rest) and rest[0].kind == "text" and rest[0].text.startswith(":")


def named_row(line: Line) -> tuple[Line, ...]:
    first, *others = line
    name, told, *rest = first.runs
    said = Piece((Run("text", told.text.removeprefix(":").lstrip()), *rest), first.reason)
    return (Piece((name,)),), (said, *others)


def blocks(text: str, sentences: Sequence[Sentence] = (), known: Collection[int] | None = None) -> list[Block]:
    """`text` in parts. A marker whose number isn't `known` stays text; None takes every number as known."""
    found: list[Block] = []
    start = 0
    for line in text.splitlines(keepends=True):
        kind, skipped = kind_of_line(line)
        if kind == "table":
            add_row(found, line, start, lambda first, last: tuple(pieces_of_line(text, first, last, sentences, known)))
            start += len(line)
            continue
        pieces = tuple(pieces_of_line(text, start + skipped, start + len(line.rstrip()), sentences, known))
        start += len(line)
        if not pieces:
            continue
        if found and kind in ("bullets", "numbered") and found[-1].kind == kind:
            found[-1] = Block(kind, (*found[-1].lines, pieces))
        else:
            found.append(Block(kind, (pieces,)))
    return found


def add_row(found: list[Block], line: str, start: int, read: Callable[[int, int], Line]) -> None:
    """Puts a line of a table, which begins at `start`, to the table that it goes on with, or begins one."""
    if TABLE_RULE.match(line):
        return
    places = [(start + cell.start(), cell[0]) for cell in CELL.finditer(line.strip("\n")) if cell[0].strip()]
    row = tuple(read(at + len(cell) - len(cell.lstrip()), at + len(cell.rstrip())) for at, cell in places)
    if found and found[-1].kind == "table":
        found[-1] = replace(found[-1], rows=(*found[-1].rows, row))
    elif row:
        found.append(Block("table", rows=(row,), has_head=True))


def kind_of_line(line: str) -> tuple[BlockKind, int]:
    """What a line begins, and how many characters say so."""
    if TABLE_ROW.match(line):
        return "table", 0
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


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of an abstract; `is_far` from what is marked."""

    text: str
    is_marked: bool
    is_far: bool


def folded(text: str, spans: Sequence[Span]) -> list[Stretch]:
    """The abstract, with the sentences near a mark told from those far away; without a mark the first are near.

    Where hardly anything would be hidden, nothing is far.
    """
    sentences = split_sentences(text)
    touched = [at for at, (first, last) in enumerate(sentences) if any(s < last and first < e for s, e in spans)]
    near = {at + step for at in touched or [0] for step in ((-1, 0, 1) if touched else (0, 1))}
    ends = [first for first, _ in sentences[1:]] + [len(text)]
    begins = [0, *ends[:-1]]
    hidden = sum(end - begin for at, (begin, end) in enumerate(zip(begins, ends, strict=False)) if at not in near)
    found: list[Stretch] = []
    for at, (begin, end) in enumerate(zip(begins, ends, strict=False)):
        inside = [(max(s, begin) - begin, min(e, end) - begin) for s, e in spans if s < end and begin < e]
        is_far = at not in near and hidden >= WORTH_HIDING
        for part, is_marked in marked(text[begin:end], inside):
            if found and (found[-1].is_marked, found[-1].is_far) == (is_marked, is_far):
                found[-1] = replace(found[-1], text=found[-1].text + part)
            else:
                found.append(Stretch(part, is_marked, is_far))
    return found


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
