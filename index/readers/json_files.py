"""JSON Lines: an object a line. JSON: a list of objects, alone or as a member of an object."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from index.errors import ReadError
from index.readers.fields import Row, Trouble
from index.readers.text import find_encoding


def read_lines(file: Path) -> Iterator[Row | Trouble]:
    """JSON Lines; empty lines don't count."""
    with file.open(encoding=find_encoding(file), errors="replace", newline="\n") as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                yield as_row(json.loads(line), number)
            except (ValueError, RecursionError) as error:
                yield number, f"This is not valid JSON: {error or 'nested too deeply'}."


def read_json(file: Path) -> Iterator[Row | Trouble]:
    """A list of objects, an object with such a list in it, or JSON Lines under another name."""
    text = file.read_text(find_encoding(file), "replace")
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        if text.lstrip().startswith("{") and "\n" in text.strip():
            yield from read_lines(file)
            return
        raise ReadError(
            f"{file} is not valid JSON ({error}). Mend it, or make it JSON Lines: an object a line."
        ) from None
    entries = find_list(content)
    if entries is None:
        raise ReadError(f"{file} holds no list of papers. Make it a list of objects with `title` and `abstract`.")
    for number, entry in enumerate(entries, 1):
        row = as_row(entry, 0)
        yield row if isinstance(row, Row) else (0, f"Entry {number}: {row[1]}")


def as_row(entry: Any, line: int) -> Row | Trouble:
    if isinstance(entry, dict):
        return Row(line, entry)
    return line, f"This is a {type(entry).__name__}, not an object with `title` and `abstract`."


def find_list(content: Any) -> list[Any] | None:
    if isinstance(content, list):
        return content
    if isinstance(content, dict):
        if "title" in content:
            return [content]
        return next((value for value in content.values() if isinstance(value, list)), None)
    return None
