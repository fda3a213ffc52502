"""Words as the offline parts compare them: split, stemmed lightly, stop words told apart, slips of the pen forgiven."""

import re
from collections.abc import Iterable
from functools import lru_cache

from index import edit_distance

WORD = re.compile(r"[^\W_]+(?:[-'’.+][^\W_]+)*\+*")
PART = re.compile(r"[^\W_]+")

STOP_WORDS = frozenset(
    "a about above according after all also although am among an and another any apart are as aside at be because been "
    "before being besides between both but by can could did do does doing done during each either else ever every few "
    "for from further get gets give given gives go had has have having here how however i if in instead into is it its "
    "itself just let like made make makes many may me might more most much must my neither next no nor not now of off "
    "on once one only onto or other our out over own per put quite rather same say says see several shall should since "
    "so some still such take taken takes than that the their them themselves then there these they thing this those "
    "though through thus to together too toward towards under until up upon use used uses using very via was way we "
    "were what when where whether which while who whom whose why will with within without would yet you your".split()
)

QUESTION_WORDS = frozenset(
    "abstract abstracts answer anyone article articles author authors called claim claimed claims collection compare "
    "comparison describe described differ exactly explain find idea kind kinds know list mean name named names paper "
    "papers please proposal propose proposed proposes publication question read report reported reports research show "
    "shown shows sort sorts studies study tell text type types work works".split()
)
"""Words of questions that say little about which sentence answers."""

SUFFIXES = (
    ("ational", "ate"), ("ization", "ize"), ("isation", "ize"), ("fulness", "ful"), ("ously", "ous"), ("ically", "ic"),
    ("ments", ""), ("ation", "ate"), ("ment", ""), ("ness", ""), ("ibly", "ible"), ("ably", "able"), ("ings", ""),
    ("ance", ""), ("ence", ""), ("ions", ""), ("ally", "al"), ("ily", "y"), ("ise", "ize"), ("ied", "y"), ("ies", "y"),
    ("ing", ""), ("ion", ""), ("ers", ""), ("ity", ""), ("ed", ""), ("ly", ""), ("er", ""), ("es", ""), ("al", ""),
    ("s", ""),
)  # fmt: skip
"""Endings and what replaces them, longest first; a stem keeps at least four letters."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The word without its usual English endings; names with digits or inner dots stay whole."""
    if not word.isalpha() or not word.isascii() or len(word) < 5:
        return word.removesuffix("s") if len(word) == 4 and word.isalpha() and not word.endswith("ss") else word
    for ending, instead in SUFFIXES:
        if word.endswith(ending) and len(word) - len(ending) + len(instead) >= 4 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return word


def split_words(text: str) -> list[str]:
    """The words of `text` as written; hyphenated words whole, then their parts."""
    words = []
    for found in WORD.findall(text):
        words.append(found)
        parts = PART.findall(found)
        if len(parts) > 1:
            words += parts
    return words


def stems(text: str) -> list[str]:
    """Stems of all words of `text` that are not stop words, in order, repeated where they repeat."""
    return [stem(word) for found in split_words(text) if (word := found.casefold()) not in STOP_WORDS]


def content_stems(question: str) -> dict[str, str]:
    """Stem → word as written, for the words of a question that say what it is about."""
    found: dict[str, str] = {}
    for written in split_words(question):
        word = written.casefold()
        if word not in STOP_WORDS and word not in QUESTION_WORDS and (len(word) > 1 or not word.isascii()):
            found.setdefault(stem(word), written)
    return found or {stem(written.casefold()): written for written in split_words(question)}


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a misspelling of, else None.

    One slip is forgiven in words of four letters, two from seven on; the first letters may be swapped but not wrong.
    """
    allowed = 0 if len(word) < 4 else 1 if len(word) < 7 else 2
    best, best_distance = None, allowed + 1
    for candidate in known:
        if abs(len(candidate) - len(word)) > allowed or not candidate or candidate[0] not in word[:2]:
            continue
        slips = edit_distance(word, candidate, best_distance - 1)
        if slips < best_distance:
            best, best_distance = candidate, slips
    return best


def is_name(word: str) -> bool:
    """Whether a word as written looks like a name of its own: capitals or digits inside (EliteKV, COVIDx, GPT-2)."""
    letters = [character for character in word if character.isalpha()]
    inner_capital = any(character.isupper() for character in word[1:])
    return bool(letters) and (inner_capital or any(character.isdigit() for character in word))


def fold_words(text: str) -> str:
    """The words of a text in lower case with one blank between them: for comparing names and titles."""
    return " ".join(PART.findall(text.casefold()))
