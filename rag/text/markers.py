"""Citation markers in an answer's text: whatever a model writes becomes `[n]`, and n is a number that was given out."""

import re
from collections.abc import Collection
from dataclasses import dataclass

NUMBERS = r"\s*(?:(?:source|evidence|passage|ref)s?\s*)?\^?\d+(?:\s*(?:,|;|-|–|—|and|&)\s*\^?\d+)*\s*"
SQUARE_MARKER = re.compile(rf"(?P<blank>[ \t]*)[\[【［](?P<numbers>{NUMBERS})[\]】］](?:\([^()\s]*\))?", re.IGNORECASE)
ROUND_MARKER = re.compile(r"(?P<blank>[ \t]*)\((?P<numbers>\d{1,2}(?:\s*,\s*\d{1,2})*)\)(?=[ \t]*[.!?,;:]|\s*$)")
UNFINISHED = re.compile(r"[ \t]*[\[【［][^\[\]【】［］\n]{0,40}$|[ \t]+$")
LINK_MAY_FOLLOW = re.compile(rf"[ \t]*[\[【［]{NUMBERS}[\]】］](?:\([^()\s]{{0,2000}})?$", re.IGNORECASE)
HALF_MARKER = re.compile(r"[ \t]*[\[【［][\d\s,;^–—-]*$")
RANGE = re.compile(r"(\d+)(?:\s*[-–—]\s*\^?(\d+))?")
PLAIN = re.compile(r"\[(\d+)\]")
LONGEST_RANGE = 50
DIGITS = 7
"""Of a number in a marker these are looked at: with so many it names nothing, and Python reads no endless one."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """`text` holds only markers of the form `[n]` with an n given out; `removed` are the others, as written."""

    text: str
    removed: tuple[str, ...]


def resolve_markers(text: str, given: Collection[int]) -> Resolved:
    """Rewrites `[1, 2]`, `[1-3]`, `【1】`, `[^1]` and `[Source 1]` as `[n]` markers and takes out unknown numbers.

    `(1)` before punctuation counts as a marker only in a text without any square one: models that drift use it
    throughout. An interval such as `[0, 1]` is no marker and stays. Text outside markers is unchanged, except for a
    blank before a marker that was removed.
    """
    removed: list[str] = []
    # Taking a marker out of "[[9]1]" makes another: go on until nothing changes.
    while (changed := SQUARE_MARKER.sub(lambda m: rewrite(m, given, removed), text)) != text:
        text = changed
    if not PLAIN.search(text):
        text = ROUND_MARKER.sub(lambda m: rewrite_round(m, given), text)
    return Resolved(text, tuple(removed))


def rewrite(match: re.Match[str], given: Collection[int], removed: list[str]) -> str:
    written = match[0].strip()
    numbers = expand(match["numbers"])
    if 0 in numbers and len(numbers) > 1:
        return match[0]
    valid = [n for n in dict.fromkeys(numbers) if n in given]
    if len(valid) < len(set(numbers)):
        removed.append(written)
    if not valid:
        return ""
    return match["blank"] + "".join(f"[{n}]" for n in valid)


def rewrite_round(match: re.Match[str], given: Collection[int]) -> str:
    numbers = expand(match["numbers"])
    if all(n in given for n in numbers):
        return match["blank"] + "".join(f"[{n}]" for n in numbers)
    return match[0]


def expand(numbers: str) -> list[int]:
    """The numbers that `1, 3-5` stands for. A range too long to be meant gives its two ends."""
    expanded: list[int] = []
    for first, last in RANGE.findall(numbers):
        low, high = int(first[:DIGITS]), int((last or first)[:DIGITS])
        expanded += range(low, high + 1) if low <= high <= low + LONGEST_RANGE else [low, high]
    return expanded


def marker_numbers(text: str) -> tuple[int, ...]:
    """The numbers of the `[n]` markers in resolved text, each once, in order."""
    return tuple(dict.fromkeys(int(n[:DIGITS]) for n in PLAIN.findall(text)))


def without_markers(text: str) -> str:
    """`text` with its `[n]` markers, and the blanks before them, taken out."""
    return re.sub(r"[ \t]*\[\d+\]", "", text)


def drop_half_marker(text: str) -> str:
    """Cuts a marker that was never closed off the end, as when a model runs out of tokens."""
    return HALF_MARKER.sub("", text)


class MarkerStream:
    """Passes text on as it comes, but holds back what may become a marker until it is whole and resolved."""

    def __init__(self, given: Collection[int]) -> None:
        self.given = given
        self.pending = ""

    def feed(self, delta: str) -> str:
        """What can be shown after `delta` arrived; may be empty."""
        self.pending += delta
        cut = len(self.pending)
        for pattern in (UNFINISHED, LINK_MAY_FOLLOW):
            if match := pattern.search(self.pending):
                cut = min(cut, match.start())
        ready, self.pending = self.pending[:cut], self.pending[cut:]
        return self.resolved(ready)

    def close(self) -> str:
        """The rest, once no more text comes."""
        rest, self.pending = drop_half_marker(self.pending), ""
        return self.resolved(rest)

    def resolved(self, text: str) -> str:
        # Round markers need the whole text to be told from brackets: they are left to the final answer.
        return resolve_markers(text, self.given).text if SQUARE_MARKER.search(text) else text
