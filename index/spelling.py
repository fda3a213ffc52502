"""Which known words a mistyped one may stand for."""

from collections.abc import Mapping

import numpy as np

MOST_GUESSES = 3


class Vocabulary:
    """The words of a collection, with the number of papers that hold each. Looking up takes milliseconds."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._counts = dict(counts)
        self._words = list(self._counts)
        self._letters = np.array([letters(word) for word in self._words], dtype=np.uint32)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int16)

    def nearest(self, word: str) -> list[str]:
        """The known words at the smallest distance from `word`, those in most papers first; at most three.

        One slip (a letter more, less, other, or two swapped) is allowed from four letters on, two from seven on.
        """
        allowed = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
        if not allowed or not self._words:
            return []
        best: list[str] = []
        for index in self._candidates(word, allowed):
            known = self._words[index]
            slips = edit_distance(word, known, allowed)
            if slips < allowed:
                best, allowed = [known], slips
            elif slips == allowed:
                best.append(known)
        return sorted(best, key=lambda known: (-self._counts[known], known))[:MOST_GUESSES]

    def _candidates(self, word: str, allowed: int) -> list[int]:
        """Words that may be near: of like length, and with almost the same letters."""
        near = np.flatnonzero(np.abs(self._lengths - len(word)) <= allowed)
        differing = np.bitwise_count(self._letters[near] ^ np.uint32(letters(word)))
        found: list[int] = near[differing <= 2 * allowed].tolist()
        return found


def letters(word: str) -> int:
    """A bit for each letter that occurs; other signs share the rest of the bits."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) % 32)
    return mask


def edit_distance(one: str, other: str, limit: int) -> int:
    """Slips between two words, swapped neighbours counting once; `limit + 1` for anything above `limit`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, against in enumerate(other, 1):
            slips = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                slips = min(slips, before[j - 2] + 1)
            row.append(slips)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return min(last[-1], limit + 1)
