"""How many records a file of a structured format holds, counted without our readers: for checking that none is lost.

One function a format, from bytes to a number, by regular expressions, csv, json and zipfile only.
"""

import csv
import io
import json
import re
import sys
import zipfile
from typing import Any

XML_RECORDS = (
    rb"<(?:\w+:)?entry[\s>]",
    rb"<PubmedArticle[\s>]",
    rb"<PubmedBookArticle[\s>]",
    rb"<record[\s>]",
    rb"<(?:\w+:)?article[\s>]",
)
TITLES = ("title", "Title", "TITLE", "display_name", "metadata", "data", "_source")
"""Members by which an object shows that it is a paper, or the envelope of one."""


def count_table(content: bytes) -> int:
    """The records below the header of CSV or TSV: the delimiter is the sign that the header has most often.

    The header is the first line that has `title` in it, else the first line.
    """
    csv.field_size_limit(sys.maxsize)
    text = decoded(content).replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.splitlines(keepends=True)
    start = next((at for at, line in enumerate(lines[:100]) if re.search(r"\btitle\b|^PT\tAU", line, re.I)), 0)
    delimiter = max(",;\t|", key=lines[start].count) if lines else ","
    quoting = csv.QUOTE_NONE if lines and lines[start].startswith("PT\t") else csv.QUOTE_MINIMAL
    rows = csv.reader(lines[start:], delimiter=delimiter, quoting=quoting)
    return max(0, sum(any(value.strip() for value in row) for row in rows) - 1)


def count_json_lines(content: bytes) -> int:
    """The lines that hold something."""
    return sum(bool(line.strip()) for line in decoded(content).split("\n"))


def count_json(content: bytes) -> int:
    """The objects of the longest list of papers, wherever it is; 1 without such a list; the records of XML within."""
    whole = json.loads(decoded(content))
    rest, longest = [whole], 1
    while rest:
        value: Any = rest.pop()
        if isinstance(value, str) and value.lstrip().startswith("<?xml"):
            longest = max(longest, count_xml(value.encode()))
        elif isinstance(value, list):
            if any(isinstance(one, dict) and any(name in one for name in TITLES) for one in value):
                longest = max(longest, len(value))
            rest += [one for one in value if isinstance(one, list)]
        elif isinstance(value, dict):
            rest += value.values()
    return longest


def count_xml(content: bytes) -> int:
    """Start tags of records: of a PubMed article those of what it cites have other names."""
    counts = [len(re.findall(tag, content)) for tag in XML_RECORDS]
    if counts[1] or counts[2]:
        return counts[1] + counts[2]
    return next((count for count in counts if count), 0)


def count_workbook(content: bytes) -> int:
    """The rows with a value of the first sheet of an .xlsx, less its header."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        sheets = sorted(name for name in packed.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
        rows = re.findall(rb"<row\b.*?</row>", packed.read(sheets[0]), re.DOTALL)
    return sum(b"<v>" in row or b"<t>" in row or b"<t " in row for row in rows) - 1


def decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")
