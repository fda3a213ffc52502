"""Authors whom a question names, found in the record however either writes them: `Y. Bengio`, `Bengio, Yoshua`."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import Span, nearest_words
from rag.text import COMMON_WORDS

NAME_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
INITIALS = re.compile(r"[A-Z]{1,3}")
"""Given names as some services write them: `Langor, DW`."""


@dataclass(frozen=True, slots=True)
class Person:
    """An author: `written` as the record has it; the rest folded, given names in full or by their first letters."""

    written: str
    surname: str
    given: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """Who is named: `authors` as the record writes them, `strangers` whom it doesn't have, `spans` of their names."""

    authors: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()


def fold_name(text: str) -> str:
    """In lower case, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).replace("ø", "o").replace("ł", "l")


def as_person(written: str) -> Person | None:
    """`Ramakreshnan, L`, `Y. H. Pong` and `David Callan` by surname and given names; None for what is no name."""
    last, comma, first = written.partition(",")
    words = NAME_WORD.findall(last)
    if not words:
        return None
    given = NAME_WORD.findall(first) if comma else words[:-1]
    if len(words) > 1 and not comma and INITIALS.fullmatch(words[-1]):
        # `Langor DW`
        words, given = words[:-1], words[-1:]
    parts = [part for word in given for part in (word if INITIALS.fullmatch(word) else [word])]
    return Person(written, fold_name(words[-1]), tuple(map(fold_name, parts)))


def find_people(question: str, authors: Iterable[str], spans: Sequence[Span], titles: Iterable[str] = ()) -> People:
    """Authors whom the question names. `spans` are words taken for a person; elsewhere a full name is needed.

    A slip in a name is forgiven, but not in a word that one of the `titles` has: `TPLinker` is not Flinker.
    """
    by_surname: dict[str, list[Person]] = defaultdict(list)
    for person in filter(None, map(as_person, dict.fromkeys(authors))):
        by_surname[person.surname].append(person)
    givens = {person.given[0] for some in by_surname.values() for person in some if person.given}
    words = [(word[0], word.start(), word.end()) for word in NAME_WORD.finditer(question)]
    found: list[str] = []
    used: list[Span] = []
    for at, (word, start, end) in enumerate(words):
        is_person = any(left <= start < right for left, right in spans)
        follows_given = at > 0 and len(words[at - 1][0]) > 2 and fold_name(words[at - 1][0]) in givens
        surname = surname_of(word, by_surname, forgiving=is_person or follows_given)
        if not surname or (surname != plain_name(word) and is_in(word, titles)):
            continue
        before = [fold_name(one[0]) for one in words[max(0, at - 3) : at]]
        after = [fold_name(one[0]) for one in words[at + 1 : at + 2]]
        called = [one for one in by_surname[surname] if is_called(one, before, after)]
        in_full = [one for one in called if has_given(one, before, after)]
        if in_full or (is_person and not is_after_a_name(question, words, at)):
            found += [one.written for one in in_full or by_surname[surname]]
            used.append((start, end))
    strangers = [question[left:right] for left, right in spans if not any(left <= start < right for start, _ in used)]
    return People(tuple(dict.fromkeys(found)), tuple(strangers), tuple(used))


def surname_of(word: str, known: Mapping[str, object], *, forgiving: bool) -> str:
    folded = plain_name(word)
    if folded in known or not forgiving:
        return folded if folded in known else ""
    return next(iter(nearest_words(folded, list(known))), "")


def plain_name(word: str) -> str:
    return fold_name(word).removesuffix("'s").removesuffix("’s")


def is_in(word: str, titles: Iterable[str]) -> bool:
    wanted = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    return any(map(wanted.search, titles))


def is_called(person: Person, before: Sequence[str], after: Sequence[str]) -> bool:
    return not person.given or has_given(person, before, after)


def has_given(person: Person, before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a given name stands beside the surname, in full, or one of both by its first letter."""
    first = person.given[0] if person.given else ""
    beside = [*before[-2:], *after]
    return bool(first) and any(
        word == first or (min(len(word), len(first)) == 1 and word[:1] == first[:1]) for word in beside
    )


def is_after_a_name(question: str, words: Sequence[tuple[str, int, int]], at: int) -> bool:
    """Whether the word before a surname is somebody's given name, which is not the author's: `Carlos` Ruiz."""
    if at == 0:
        return False
    word, start, end = words[at - 1]
    is_next = question[end : words[at][1]].strip(" .") == ""
    return is_next and start > 0 and word[:1].isupper() and word.casefold() not in COMMON_WORDS
