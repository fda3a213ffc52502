"""Records of tagged lines (`TY  - JOUR`, `PMID- 1`, `PT J`, `%0 Journal Article`), each format by its grammar."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile

LONGEST_RECORD = 2_000_000
"""Characters. A Web of Science record with a thousand references has a tenth of that."""
HEADER = re.compile(r"[A-Za-z][\w ]{0,30}:")
"""What some publishers put before the first record: `Provider: Springer`."""
BROKEN_WORD = re.compile(r"[^\W\d_]-$")
JOINING_WORD = re.compile(r"(?:and|or|to|nor|versus|vs)\b")


@dataclass(frozen=True, slots=True)
class Grammar:
    """How the lines of a format read.

    `tag` matches a line that begins a field; its groups are the tag and its value. `opener` matches the tag that begins
    a record, `closer` is the one that ends it. With `blank_parts` a tag after a blank line begins a record, too.
    `around` are tags that stand outside of records, `title` is the one that no record has twice.
    """

    tag: re.Pattern[str]
    opener: re.Pattern[str]
    title: str
    closer: str = ""
    blank_parts: bool = False
    around: frozenset[str] = frozenset()


@dataclass(slots=True)
class TaggedRecord:
    """The fields of a record in the order of the file: tag, and lines without what indents them.

    `line` is its first line and `number` its place among the records, each counted from 1.
    """

    line: int
    number: int
    is_opened: bool
    fields: list[tuple[str, list[str]]] = field(default_factory=list)
    size: int = 0

    def text(self, *tags: str) -> str:
        """The fields of the first of these tags that holds something, as one text; a field that is told twice once."""
        for tag in tags:
            if texts := self.texts(tag):
                return " ".join(dict.fromkeys(texts))
        return ""

    def first(self, *tags: str) -> str:
        """The first field that holds something of the first of these tags that has one."""
        return next((text for tag in tags for text in self.texts(tag)), "")

    def texts(self, *tags: str) -> list[str]:
        """What the fields of these tags hold, each its lines joined, in the order of the file."""
        joined = (join_lines(lines) for tag, lines in self.fields if tag in tags)
        return [text for text in joined if text]

    def lines(self, *tags: str) -> list[str]:
        """The lines of these fields, each a value of its own."""
        return [line for tag, lines in self.fields if tag in tags for line in lines if line]

    def items(self, *tags: str, parted_by: str = ";") -> list[str]:
        """The values of these fields, several in one parted by a sign."""
        return [item.strip() for text in self.texts(*tags) for item in text.split(parted_by) if item.strip()]


def join_lines(lines: list[str]) -> str:
    """Wrapped lines as one. A word wrapped at its hyphen is put together: follow-|up, but not pre-|and post-test."""
    parts: list[str] = []
    for line in lines:
        is_one_word = parts and BROKEN_WORD.search(parts[-1][-2:]) and line[:1].isalnum()
        if parts and not (is_one_word and not JOINING_WORD.match(line)):
            parts.append(" ")
        parts.append(line)
    return "".join(parts).strip()


def first_lines(file: SourceFile) -> str:
    """The beginning of the file with every kind of line end as a newline, to look for lines in."""
    return file.beginning.replace("\r\n", "\n").replace("\r", "\n")


def read_rows(
    file: SourceFile, grammar: Grammar, values: Callable[[TaggedRecord], Mapping[str, Any]]
) -> Iterator[Row | Trouble]:
    """The records as rows of what `values` finds in each, without what is empty.

    Raises ReadError where the file can't be read further.
    """
    for found in read_records(file, grammar):
        if isinstance(found, Trouble):
            yield found
            continue
        if found.size > LONGEST_RECORD:
            reason = f"The record has more than {LONGEST_RECORD // 1_000_000} million characters."
            yield Trouble(reason, found.line, found.number, "Is the line missing that ends it?")
            continue
        yield from warnings(found, grammar)
        yield Row({name: value for name, value in values(found).items() if value}, found.line, found.number)


def warnings(record: TaggedRecord, grammar: Grammar) -> Iterator[Trouble]:
    """What is odd about a record that is read all the same."""
    titles = list(dict.fromkeys(record.texts(grammar.title)))
    if len(titles) > 1:
        reason = f"The record has {len(titles)} titles ({grammar.title}): are these two records?"
        yield Trouble(reason, record.line, record.number, "The first was kept.", is_lost=False)
    if grammar.closer and not record.is_opened:
        reason = f"The record does not begin with {grammar.opener.pattern}: is its beginning missing?"
        yield Trouble(reason, record.line, record.number, is_lost=False)


def read_records(file: SourceFile, grammar: Grammar) -> Iterator[TaggedRecord | Trouble]:
    """The records one by one, also those without an opener or a closer; lines outside of records are a Trouble.

    Of a record above LONGEST_RECORD only the beginning is kept. Raises ReadError where the file can't be read further.
    """
    record: TaggedRecord | None = None
    count, is_after_blank, has_closers = 0, False, False
    stray: list[int] = []

    def open_record(line: int, *, is_opened: bool) -> TaggedRecord:
        nonlocal count
        count += 1
        return TaggedRecord(line, count, is_opened)

    for number, raw in file.lines():
        # Exports that were put together by hand have a byte order mark in the middle.
        line = raw.lstrip("\ufeff").rstrip()
        if not line:
            is_after_blank = True
            continue
        match = grammar.tag.match(line)
        tag, value = (match[1], (match[2] or "").strip()) if match else ("", line.strip())
        if not tag and record is None:
            if count or not HEADER.match(line):
                stray.append(number)
            continue
        if tag and (tag == grammar.closer or tag in grammar.around):
            has_closers = has_closers or tag == grammar.closer
            if record:
                yield record
            record = None
            continue
        is_opener = bool(tag) and grammar.opener.fullmatch(tag) is not None
        is_parted = bool(tag) and grammar.blank_parts and is_after_blank
        is_after_blank = False
        if record and (is_parted or (is_opener and (record.is_opened or not grammar.blank_parts))):
            if has_closers:
                reason = f"The record has no {grammar.closer} line: it was read up to the next."
                yield Trouble(reason, record.line, record.number, is_lost=False)
            yield record
            record = None
        if record is None:
            yield from report_stray(stray)
            stray.clear()
            record = open_record(number, is_opened=is_opener)
        record.is_opened = record.is_opened or is_opener
        record.size += len(line)
        if record.size > LONGEST_RECORD:
            continue
        if tag or not record.fields:
            record.fields.append((tag, [value]))
        else:
            record.fields[-1][1].append(value)
    yield from report_stray(stray)
    if record:
        if grammar.closer and record.is_opened:
            reason = f"The last record has no {grammar.closer} line: was the file cut off?"
            yield Trouble(reason, record.line, record.number, "Compare it with the source.", is_lost=False)
        yield record


def report_stray(numbers: list[int]) -> Iterator[Trouble]:
    if numbers:
        what = "This line belongs" if len(numbers) == 1 else f"{len(numbers)} lines from here belong"
        yield Trouble(f"{what} to no record: left out.", numbers[0], is_lost=False)
