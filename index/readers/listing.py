"""Plain text copied from a page of papers: a title on one line, its abstract on the next."""

import re
from collections.abc import Iterator

from index.readers.appearance import REFERENCES, refusal, refusal_of
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

MOST_TITLE = 0.5
"""The words of a title to those of its abstract, at most, for half of the pairs: lines of one length are a list."""

REFERENCE = re.compile(
    r"\b(?:1[89]|20)\d\d[a-z]?\b.*(?:\d\s*[:,(]|\bpp?\.?)\s*\w?\d+\s*[-–—]\s*\w?\d+\W*$|"
    r"\b(?:1[89]|20)\d\d[a-z]?\b.*\bdoi\b.*$",
    re.IGNORECASE,
)
LONGEST_REFERENCE = 60
"""Words. A year and pages at the end make a reference of a line; of a longer one, nothing."""

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
    papers = [row for row in found if isinstance(row, Row)]
    shares = sorted(len(row.values["title"].split()) / len(row.values["abstract"].split()) for row in papers)
    if 2 * len(papers) < FEWEST_PAIRED * len(lines) or not papers or shares[len(shares) // 2] > MOST_TITLE:
        are_references = sum(is_reference(line) for _, line in lines) > len(lines) / 4
        raise refusal(file, REFERENCES) if are_references else refusal_of(file)
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
            what = "a reference" if is_reference(title) else what
            yield Trouble(f"This looks like {what}: it was left out.", number)
            at += 1


def is_title(text: str) -> bool:
    return len(text.split()) <= LONGEST_TITLE and any(map(str.isalpha, text)) and not is_reference(text)


def is_abstract(text: str) -> bool:
    """Long, or at least a few words that end as a sentence does: titles of twelve words rarely do."""
    words = len(text.split())
    if is_reference(text):
        return False
    return words > LONGEST_TITLE or (words >= SHORTEST_ABSTRACT and text[-1] in ".!)")


def is_reference(text: str) -> bool:
    return (
        len(text) < 15 * LONGEST_REFERENCE
        and len(text.split()) <= LONGEST_REFERENCE
        and REFERENCE.search(text) is not None
    )
