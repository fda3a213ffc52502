"""Lines of delimited text into records, with what can be mended mended."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

DELIMITERS = (",", "\t", ";", "|")
LONGEST_FIELD = 10_000_000
"""Characters: csv's own limit of 131,072 would end the file at the first long field."""
LONGEST_RECORD = 1_000_000
MOST_LINES = 1_000
"""Characters and lines of a record in quotes: beyond them the quote was never closed."""


@dataclass(frozen=True, slots=True)
class Dialect:
    delimiter: str
    quote: str = '"'
    """Empty where quotes are signs like any other."""
    has_backslashes: bool = False
    r"""A quote in a field is written `\"`, not `""`."""

    def split(self, text: str) -> list[str]:
        """The fields of one record, line ends within quotes kept."""
        return list(chain.from_iterable(self._read(text)))

    def is_open(self, text: str) -> bool:
        """Whether a quote in it is not closed."""
        # What follows then goes on the same record.
        return len(list(self._read(f"{text}\nmore"))) == 1

    def is_well_formed(self, text: str) -> bool:
        """Whether each quote is either doubled, or at an end of a field."""
        try:
            return len(list(self._read(text, is_strict=True))) == 1
        except csv.Error:
            return False

    def _read(self, text: str, is_strict: bool = False) -> Iterator[list[str]]:
        parts = text.split("\n")
        lines = [part + "\n" for part in parts[:-1]] + parts[-1:]
        if not self.quote:
            return csv.reader(lines, delimiter=self.delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            doublequote=not self.has_backslashes,
            escapechar="\\" if self.has_backslashes else None,
            strict=is_strict,
        )

    def count_quotes(self, line: str) -> int:
        if not self.quote or self.quote not in line:
            return 0
        return line.count(self.quote) - (line.count("\\" + self.quote) if self.has_backslashes else 0)

    def scan(self, text: str) -> tuple[list[tuple[str, bool]], bool]:
        """Each field with whether it stood in quotes, and whether the last quote is not closed; as `split`, slower."""
        fields: list[tuple[str, bool]] = []
        value: list[str] = []
        was_quoted = is_inside = False
        at = 0
        while at < len(text):
            sign, pair = text[at], text[at : at + 2]
            if self.has_backslashes and sign == "\\" and len(pair) == 2:
                value.append(pair[1])
                at += 1
            elif is_inside and sign == self.quote:
                if pair == 2 * self.quote and not self.has_backslashes:
                    value.append(sign)
                    at += 1
                else:
                    is_inside = False
            elif not is_inside and sign == self.quote and not value and not was_quoted:
                was_quoted = is_inside = True
            elif not is_inside and sign == self.delimiter:
                fields.append(("".join(value), was_quoted))
                value, was_quoted = [], False
            else:
                value.append(sign)
            at += 1
        fields.append(("".join(value), was_quoted))
        return fields, is_inside


@dataclass(frozen=True, slots=True)
class Record:
    """`line` is its first. `text` is what stands there; `is_open` when a quote in it is not closed."""

    line: int
    cells: list[str]
    text: str = ""
    is_open: bool = False


def find_delimiter(lines: Sequence[str]) -> str:
    """What parts most lines into the same number of fields, more than one; a comma when nothing does."""
    best, found = (0, 0), ","
    for delimiter in DELIMITERS:
        counts = Counter(len(Dialect(delimiter).split(line)) for line in lines if line.count('"') % 2 == 0)
        counts.pop(1, None)
        if counts:
            fields, alike = counts.most_common(1)[0]
            if (alike, fields) > best:
                best, found = (alike, fields), delimiter
    return found


def find_quoting(delimiter: str, lines: Sequence[str]) -> Dialect:
    """How quotes are written in these lines."""
    text = "\n".join(lines)
    edge = re.escape(delimiter)

    def share_in(quote: str) -> int:
        return len(re.findall(rf"(?:^|{edge}){quote}(?=[^\n]*?{quote}(?:{edge}|$))", text, re.M))

    if share_in("'") > 2 * share_in('"') and text.count("\n'") + text.startswith("'") >= len(lines) / 2:
        return Dialect(delimiter, "'")
    escaped = len(re.findall(rf'\\"(?!\s*(?:{edge}|$))', text, re.M))
    doubled = len(re.findall(rf'(?<![{edge}"\n])""(?!")', text))
    return Dialect(delimiter, '"', has_backslashes=escaped > doubled)


def split_records(lines: Iterable[tuple[int, str]], dialect: Dialect, fields: int) -> Iterator[Record]:
    """The records of numbered lines; `fields` is how many one should have.

    A quote that is never closed, or that is closed only in a later record, costs no record but its own.
    """
    waiting: list[tuple[int, str]] = []
    rest = iter(lines)
    while True:
        following = waiting.pop(0) if waiting else next(rest, None)
        if following is None:
            return
        number, text = following
        if not text.strip():
            continue
        # Quotes within a field that has none around it (5" wide) open nothing.
        if dialect.count_quotes(text) % 2 == 0 or not dialect.is_open(text):
            yield record_of(number, text, dialect)
            continue
        taken = gather(following, chain(waiting, islice(rest, MOST_LINES)), dialect)
        used = {line for line, _ in taken}
        waiting = [line for line in waiting if line[0] not in used]
        whole = "\n".join(text for _, text in taken)
        is_closed = sum(dialect.count_quotes(text) for _, text in taken) % 2 == 0
        if is_closed and (dialect.is_well_formed(whole) or not swallows(taken, dialect, fields)):
            yield record_of(number, whole, dialect)
        else:
            yield record_of(number, text, dialect, is_open=True)
            waiting = taken[1:] + waiting


def gather(first: tuple[int, str], more: Iterator[tuple[int, str]], dialect: Dialect) -> list[tuple[int, str]]:
    """The lines up to the one that closes the quote, or as many as a record may have."""
    taken, size = [first], len(first[1])
    for line in more:
        taken.append(line)
        size += len(line[1])
        if dialect.count_quotes(line[1]) % 2 or size > LONGEST_RECORD or len(taken) > MOST_LINES:
            break
    return taken


def swallows(taken: Sequence[tuple[int, str]], dialect: Dialect, fields: int) -> bool:
    """Whether lines in the quote begin records of their own, so that it should have been closed before them."""
    return any(
        dialect.is_open(text) if dialect.count_quotes(text) % 2 else len(dialect.split(text)) == fields > 1
        for _, text in taken[1:]
    )


def record_of(line: int, text: str, dialect: Dialect, is_open: bool = False) -> Record:
    return Record(line, dialect.split(text), text, is_open)
