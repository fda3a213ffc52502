"""JSON Lines: an object a line. JSON: a list of objects, alone or some levels deep in others."""

import io
import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from index.errors import ReadError
from index.readers.columns import find_named, name_columns
from index.readers.json_shapes import SHAPES, shape
from index.readers.json_streams import stream_objects
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.xml_files import is_xml, read_xml

LARGEST = 50_000_000
"""Bytes of JSON that are parsed at once: they take some ten times that in memory."""
SAMPLE = 20
"""Objects by which it is guessed which member is the title."""
DEEPEST = 3
"""Levels at which records are looked for."""

STARTS = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:["{\[\]\d-]|true|false|null)|"[^"\n]*"\s*$)')


def is_json_lines(file: SourceFile) -> bool:
    """Whether most lines of the beginning are objects of their own; of a single line the suffix decides."""
    is_named_so = file.suffix in (".jsonl", ".ndjson")
    lines = [line for line in file.beginning.split("\n") if line.strip()]
    if not lines or not (is_named_so or lines[0].lstrip().startswith("{")):
        return False
    objects = sum(map(is_object, lines[:10]))
    if is_named_so:
        return objects > 0 or not re.match(r"\s*\[\s*\{", file.beginning)
    return len(lines) > 1 and 2 * objects >= min(len(lines), 10)


def is_object(line: str) -> bool:
    try:
        return bool(line.lstrip().startswith("{") and json.loads(line))
    except (ValueError, RecursionError):
        return False


def is_json(file: SourceFile) -> bool:
    return file.suffix == ".json" or STARTS.match(file.beginning) is not None


def read_lines(file: SourceFile) -> Iterator[Row | Trouble]:
    """JSON Lines; empty lines don't count."""
    return name_members(rows_of_lines(file))


def rows_of_lines(file: SourceFile) -> Iterator[Row | Trouble]:
    for number, line in file.lines():
        if not line.strip():
            continue
        try:
            yield as_row(json.loads(line), line=number)
        except (ValueError, RecursionError) as error:
            yield Trouble(f"This is not valid JSON: {error or 'nested too deeply'}.", number)


def read_json(file: SourceFile, at_once: int = LARGEST) -> Iterator[Row | Trouble]:
    """The records of a list of objects, wherever it is, or of a single object.

    A file above `at_once` bytes is read object by object. Raises ReadError when there is no such list.
    """
    if file.size > at_once:
        yield from name_members(rows_of_stream(file))
        return
    text = file.read_text(at_once)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise not_json(file, error) from None
    if reply := recorded_reply(content, file):
        yield from read_xml(reply)
        return
    entries = find_records(content)
    if entries is None:
        raise no_list(file)
    yield from name_members(as_row(entry, record=number) for number, entry in enumerate(entries, 1))


def rows_of_stream(file: SourceFile) -> Iterator[Row | Trouble]:
    """The objects of the first list that has one like a paper, in a file too large to look through first."""
    found: tuple[str, ...] | None = None
    number = 0
    try:
        with file.open_text() as stream:
            for path, entry in stream_objects(stream):
                if found is None and isinstance(entry, Mapping) and is_like_paper(unwrap(entry)):
                    found = path
                if path == found:
                    number += 1
                    yield as_row(entry, record=number)
    except (ValueError, RecursionError) as error:
        raise not_json(file, error) from None
    if found is None:
        raise no_list(file)


def as_row(entry: Any, line: int = 0, record: int = 0) -> Row | Trouble:
    if not isinstance(entry, Mapping):
        return Trouble(f"This is a {type(entry).__name__}, not an object with `title` and `abstract`.", line, record)
    return Row(shape(unwrap(entry)), line, record)


def name_members(rows: Iterator[Row | Trouble]) -> Iterator[Row | Trouble]:
    """The same rows, with title and abstract named so where that had to be guessed; guesses are told first."""
    sample = list(islice(rows, SAMPLE))
    values = [row.values for row in sample if isinstance(row, Row)]
    names = list(dict.fromkeys(name for one in values for name in one))
    renamed: dict[str, str] = {}
    if names and (find_named(names, "title") is None or find_named(names, "abstract") is None):
        cells = [[one[name] if isinstance(one.get(name), str) else "" for name in names] for one in values]
        if columns := name_columns(names, cells):
            renamed = {name: new for name, new in zip(names, columns.names, strict=True) if name.strip() != new}
            for guess in columns.guesses:
                yield Trouble(guess, remedy="Name the members title and abstract.", is_lost=False)
    for row in chain(sample, rows):
        if renamed and isinstance(row, Row):
            yield Row({renamed.get(name, name): value for name, value in row.values.items()}, row.line, row.record)
        else:
            yield row


def find_records(content: Any) -> list[Any] | None:
    """The nearest list with an object like a paper in it, else the nearest list of objects, else any list."""
    level = [content]
    others: list[list[Any]] = []
    for _ in range(DEEPEST + 1):
        for value in level:
            records = records_in(value)
            if any(isinstance(one, Mapping) and is_like_paper(unwrap(one)) for one in records):
                return records
            if isinstance(value, list):
                others.append(records)
        level = [inner for value in level for inner in inner_values(value)]
    with_objects = (records for records in others if any(isinstance(one, Mapping) for one in records))
    return next(with_objects, next(iter(others), None))


def records_in(value: Any) -> list[Any]:
    """What may be the records of this value: itself, its members, the lists in it joined."""
    if isinstance(value, list):
        return (
            [one for part in value for one in part] if value and all(isinstance(one, list) for one in value) else value
        )
    if not isinstance(value, Mapping):
        return []
    if is_like_paper(value):
        return [value]
    if len(value) > 1 and all(isinstance(one, Mapping) for one in value.values()):
        return [{"id": name, **one} for name, one in value.items()]
    return []


def inner_values(value: Any) -> list[Any]:
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return [one for one in inner if isinstance(one, list | Mapping)]


def is_like_paper(entry: Mapping[str, Any]) -> bool:
    names = list(map(str, entry))
    has_both = find_named(names, "title") is not None and find_named(names, "abstract") is not None
    return has_both or "title" in entry or any(fits(entry) for fits, _ in SHAPES)


def unwrap(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is in an envelope: the only member that is like a paper, of an object that isn't (`data`, `_source`)."""
    if is_like_paper(entry):
        return entry
    inner = [value for value in entry.values() if isinstance(value, Mapping) and is_like_paper(value)]
    return inner[0] if len(inner) == 1 else entry


def recorded_reply(content: Any, file: SourceFile) -> SourceFile | None:
    """XML in a member of an object: what a service answered, kept beside its address."""
    values = content.values() if isinstance(content, dict) else ()
    found = next((value for value in values if isinstance(value, str) and value.lstrip().startswith("<?xml")), "")
    # It is text by now, whatever encoding it declares.
    xml = re.sub(r"^\s*<\?xml[^>]*\?>", "", found).encode("utf-8", "replace")
    reply = SourceFile(file.name, lambda: io.BytesIO(xml), len(xml))
    return reply if xml.strip() and is_xml(reply) else None


def not_json(file: SourceFile, error: BaseException) -> ReadError:
    return ReadError(f"{file.name} is not valid JSON ({error}). Mend it, or make it JSON Lines: an object a line.")


def no_list(file: SourceFile) -> ReadError:
    return ReadError(f"{file.name} holds no list of papers. Make it a list of objects with `title` and `abstract`.")
