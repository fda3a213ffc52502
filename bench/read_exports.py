"""What comes of real exports: records in each file, counted without our readers, against those read and refused.

    python bench/read_exports.py                    # ../shared/files
    python bench/read_exports.py FOLDER --problems  # another folder, with every problem and its place

Every record should be a paper or a named problem; a file where the numbers differ is marked, and the exit code is 1.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import Paper, Problem, ReadError
from index.readers import SourceFile, read_papers, recognise

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "files"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a file: its format or, where it isn't read at all, why not."""

    file: str
    format: str
    counted: int
    read: int
    refused: Counter[str]
    warned: Counter[str]
    problems: tuple[Problem, ...]

    @property
    def is_explained(self) -> bool:
        return self.counted == self.read + self.refused.total()


def lines(*patterns: str) -> Callable[[str], int]:
    """Counts lines that a record begins with: those of the pattern that occurs most."""
    return lambda text: max(len(re.findall(pattern, text, re.MULTILINE)) for pattern in patterns)


def count_rows(text: str) -> int:
    """The rows below the header of a table; its separator is the sign that the header has most often."""
    header = text.split("\n", 1)[0]
    separator = max(",;\t|", key=header.count)
    csv.field_size_limit(sys.maxsize)
    rows = csv.reader(text.splitlines(keepends=True), delimiter=separator)
    return sum(any(value.strip() for value in row) for row in rows) - 1


def count_objects(text: str) -> int:
    """The objects of the longest list of objects in the document, one where there is none; of JSON Lines, the lines."""
    try:
        rest = [json.loads(text)]
    except json.JSONDecodeError:
        return len(re.findall(r"^\s*\{", text, re.MULTILINE))
    longest = 1
    while rest:
        value: Any = rest.pop()
        if isinstance(value, list) and value and all(isinstance(one, dict) and "title" in one for one in value):
            longest = max(longest, len(value))
        rest += value if isinstance(value, list) else value.values() if isinstance(value, dict) else []
    return longest


COUNTS: dict[str, Callable[[str], int]] = {
    ".ris": lines(r"^\ufeff?TY {1,2}-"),
    ".bib": lines(r"^[ \t]*@(?!comment|string|preamble)\w+[ \t]*[{(]"),
    ".nbib": lines(r"^PMID- "),
    ".enw": lines(r"^%0"),
    ".isi": lines(r"^\ufeff?PT \w$"),
    ".txt": lines(r"^\ufeff?TY {1,2}-", r"^\ufeff?PT \w$", r"^PMID- ", r"^<\d+>$"),
    ".csv": count_rows,
    ".tsv": count_rows,
    ".json": count_objects,
    ".jsonl": lines(r"^\s*\{"),
    ".xml": lines(r"<entry>", r"<PubmedArticle>", r"<PubmedBookArticle>", r"<record>"),
}
"""By the suffix of a file, its text with newlines at the ends of lines to the number of records that are in it."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--problems", action="store_true", help="print every problem with its place")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        print(f"Skipped: there is no folder {options.folder} with exports to read.")
        return 0
    files = sorted(file for file in options.folder.iterdir() if file.suffix.lower() in COUNTS)
    print("| file | format | counted | read | refused, why | warnings |\n| --- | --- | --- | --- | --- | --- |")
    outcomes = [print_row(try_to_read(file), with_problems=options.problems) for file in files]
    unexplained = [outcome.file for outcome in outcomes if not outcome.is_explained]
    counted, read = (sum(getattr(one, name) for one in outcomes) for name in ("counted", "read"))
    print(f"\n{len(files)} files, {counted} records, {read} read.")
    if unexplained:
        print(f"Not every record is read or named: {', '.join(unexplained)}.")
    return 1 if unexplained else 0


def try_to_read(file: Path) -> Outcome:
    source = SourceFile.on_disk(file)
    with source.open_text() as stream:
        text = stream.read().replace("\r\n", "\n").replace("\r", "\n")
    counted = COUNTS[file.suffix.lower()](text)
    try:
        format = recognise(source).name
        found = list(read_papers(source))
    except ReadError as error:
        reason = str(error).removeprefix(str(file)).strip(" :")
        return Outcome(file.name, "not read", counted, 0, Counter({reason: counted}), Counter(), ())
    problems = tuple(one for one in found if isinstance(one, Problem))
    return Outcome(
        file.name,
        format,
        counted,
        sum(isinstance(one, Paper) for one in found),
        Counter(kind_of(one) for one in problems if one.is_lost),
        Counter(kind_of(one) for one in problems if not one.is_lost),
        problems,
    )


def kind_of(problem: Problem) -> str:
    """The message without what differs from record to record."""
    return re.sub(r"The (entry|key) \S+", r"The \1 …", problem.message)


def print_row(outcome: Outcome, *, with_problems: bool) -> Outcome:
    def told(reasons: Counter[str]) -> str:
        return "; ".join(f"{number} × {reason}" for reason, number in reasons.most_common()).replace("|", r"\|")

    counted = f"{outcome.counted}{'' if outcome.is_explained else ' (differs)'}"
    cells = (outcome.file, outcome.format, counted, outcome.read, told(outcome.refused), told(outcome.warned))
    print("|", " | ".join(map(str, cells)), "|")
    if with_problems:
        for problem in outcome.problems:
            print(f"    {problem}", file=sys.stderr)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
