"""JSON Lines and CSV: every field of a paper under its own name."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields

from index.paper import Paper

LISTS = ("authors", "topics", "keywords")


def write_jsonl(papers: Iterable[Paper]) -> Iterator[str]:
    for paper in papers:
        yield json.dumps({name: value for name, value in asdict(paper).items() if value}, ensure_ascii=False) + "\n"


def write_csv(papers: Iterable[Paper]) -> Iterator[str]:
    """Lists are joined by semicolons. The last of one that holds a comma is followed by one, so that it stays whole."""
    names = [field.name for field in fields(Paper)]
    yield csv_line(names)
    for paper in papers:
        row = asdict(paper)
        yield csv_line([join(row[name]) if name in LISTS else str(row[name] or "") for name in names])


def join(values: Iterable[str]) -> str:
    listed = [value.replace(";", ",") for value in values]
    only_one = len(listed) == 1 and any(mark in listed[0] for mark in (",", " and ", " & ", "|"))
    return "; ".join(listed) + (";" if only_one else "")


def csv_line(values: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
