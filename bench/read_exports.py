"""What comes of real exports: records in each file, counted without our readers, against those read and refused.

    python bench/read_exports.py                    # ../shared/files
    python bench/read_exports.py FOLDER --problems  # another folder, with every problem and its place

Every record should be a paper or a named problem; a file where the numbers differ is marked, and the exit code is 1.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.record_counts import count_json, count_json_lines, count_table, count_workbook, count_xml, decoded
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


def lines(*patterns: str) -> Callable[[bytes], int]:
    """Counts lines that a record begins with: those of the pattern that occurs most."""

    def count(content: bytes) -> int:
        text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
        return max(len(re.findall(pattern, text, re.MULTILINE)) for pattern in patterns)

    return count


COUNTS: dict[str, Callable[[bytes], int]] = {
    ".ris": lines(r"^\ufeff?TY {1,2}-"),
    ".bib": lines(r"^[ \t]*@(?!comment|string|preamble)\w+[ \t]*[{(]"),
    ".nbib": lines(r"^PMID- "),
    ".enw": lines(r"^%0"),
    ".isi": lines(r"^\ufeff?PT \w$"),
    ".txt": lines(r"^\ufeff?TY {1,2}-", r"^\ufeff?PT \w$", r"^PMID- ", r"^<\d+>$"),
    ".csv": count_table,
    ".tsv": count_table,
    ".json": count_json,
    ".jsonl": count_json_lines,
    ".xml": count_xml,
    ".xlsx": count_workbook,
}
"""By the suffix of a file, its bytes to the number of records that are in it."""


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
    counted = COUNTS[file.suffix.lower()](file.read_bytes())
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
