"""Plain text copied from a page of papers: a title on one line, its abstract on the next."""

import re
from collections.abc import Iterator

from index.readers.appearance import refusal_of
from index.readers.latex import untangle
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.text import clean

LONGEST_TITLE = 40
"""Words."""
SHORTEST_ABSTRACT = 12
"""Words."""
FEWEST_PAIRED = 0.5
"""The share of lines that must be a title or its abstract: below it the file is something else."""

PROMOTION = re.compile(
    r"\b(subscribe|newsletter|inbox|e-?mail|sign (?:up|in)|log ?in|cookies?|follow us|upvote|trending papers)\b", re.I
)
BUTTON = re.compile(r"^(?:Subscribe|Sign up|Sign in|Log in)(?=[A-Z\d\"“])")


def is_listing(file: SourceFile) -> bool:
    """Whatever nothing else reads; `read_listing` refuses what isn't one."""
    return bool(file.beginning)


def read_listing(file: SourceFile) -> Iterator[Row | Trouble]:
    """Titles as they stand, abstracts with what is left of LaTeX made readable. Empty lines don't count.

    Lines that advertise something before the first title are passed over, and so is a button's text glued to it.
    Raises ReadError when most lines are neither a title nor an abstract.
    """
    lines = [(number, text) for number, line in file.lines() if (text := clean(line))]
    found = list(pair(without_promotion(lines)))
    papers = sum(isinstance(row, Row) for row in found)
    if not papers or 2 * papers < FEWEST_PAIRED * len(lines):
        raise refusal_of(file)
    yield from found


def without_promotion(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    first = 0
    while first < len(lines) and PROMOTION.search(lines[first][1]) and not BUTTON.match(lines[first][1]):
        # A title about e-mail is followed by its abstract, an advertisement by a title or by another one.
        if first + 1 < len(lines) and is_abstract(lines[first + 1][1]):
            break
        first += 1
    rest = lines[first:]
    if rest and BUTTON.match(rest[0][1]):
        rest[0] = (rest[0][0], BUTTON.sub("", rest[0][1]))
    return rest


def pair(lines: list[tuple[int, str]]) -> Iterator[Row | Trouble]:
    at = 0
    while at < len(lines):
        number, title = lines[at]
        following = lines[at + 1][1] if at + 1 < len(lines) else ""
        if is_title(title) and is_abstract(following):
            yield Row({"title": title, "abstract": untangle(following)}, number)
            at += 2
        else:
            what = "an abstract without a title" if is_abstract(title) else "a title without an abstract"
            yield Trouble(f"This looks like {what}: it was left out.", number)
            at += 1


def is_title(text: str) -> bool:
    return len(text.split()) <= LONGEST_TITLE


def is_abstract(text: str) -> bool:
    """Long, or at least a few words that end as a sentence does: titles of twelve words rarely do."""
    words = len(text.split())
    return words > LONGEST_TITLE or (words >= SHORTEST_ABSTRACT and text[-1] in ".!)")
