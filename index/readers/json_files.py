"""JSON Lines: an object a line. JSON: a list of objects, alone or as a member of an object."""

import json
from collections.abc import Iterator
from typing import Any

from index.errors import ReadError
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile

LARGEST = 200_000_000
"""Bytes of JSON that are parsed at once: they take some ten times that in memory."""


def is_json_lines(file: SourceFile) -> bool:
    """Whether the first line is an object of its own and another follows, or the suffix says so."""
    if file.suffix in (".jsonl", ".ndjson"):
        return True
    lines = file.beginning.lstrip().split("\n", 1)
    if not lines[0].startswith("{"):
        return False
    try:
        json.loads(lines[0])
    except (ValueError, RecursionError):
        return False
    return len(lines) > 1 and bool(lines[1].strip())


def is_json(file: SourceFile) -> bool:
    return file.suffix == ".json" or file.beginning.lstrip()[:1] in ("{", "[")


def read_lines(file: SourceFile) -> Iterator[Row | Trouble]:
    """JSON Lines; empty lines don't count."""
    for number, line in file.lines():
        if not line.strip():
            continue
        try:
            yield as_row(json.loads(line), line=number)
        except (ValueError, RecursionError) as error:
            yield Trouble(f"This is not valid JSON: {error or 'nested too deeply'}.", number)


def read_json(file: SourceFile) -> Iterator[Row | Trouble]:
    """A list of objects, or an object with such a list in it. Raises ReadError when there is none."""
    try:
        content = json.loads(file.read_text(LARGEST))
    except (ValueError, RecursionError) as error:
        raise ReadError(
            f"{file.name} is not valid JSON ({error}). Mend it, or make it JSON Lines: an object a line."
        ) from None
    entries = find_list(content)
    if entries is None:
        raise ReadError(f"{file.name} holds no list of papers. Make it a list of objects with `title` and `abstract`.")
    for number, entry in enumerate(entries, 1):
        yield as_row(entry, record=number)


def as_row(entry: Any, line: int = 0, record: int = 0) -> Row | Trouble:
    if isinstance(entry, dict):
        return Row(entry, line, record)
    return Trouble(f"This is a {type(entry).__name__}, not an object with `title` and `abstract`.", line, record)


def find_list(content: Any) -> list[Any] | None:
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        if "title" in content:
            return [content]
        return next((value for value in content.values() if isinstance(value, list)), None)
    return None
