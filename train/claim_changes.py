"""False sentences made of true ones by changing one thing: a figure, a sign, a role, a name, a condition.

Each change takes a true sentence and what stands around it and gives the changed sentence, or None where there is
nothing to change. Applied to sentences of an abstract and to paraphrases of them alike, so that the words which a claim
shares with its passage tell nothing about whether it is true.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from train.claim_patterns import (
    AUXILIARY,
    COMPARED,
    DENIED,
    ENDS_IN_FIGURE,
    FROM_TO,
    NAME,
    NO,
    NUMBER,
    PHRASE,
    SMALL,
    SMALL_NUMBER,
    THAN,
    VERB,
    opposites,
    pairs,
    replaced,
    uncapitalised,
    whole_words,
    with_unit,
    wordings,
)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around a sentence: the other sentences of its abstract, and those of a paper like it."""

    sentences: Sequence[str]
    neighbours: Sequence[str] = ()

    @property
    def text(self) -> str:
        return " ".join(self.sentences)


Change = Callable[[str, Around, random.Random], str | None]


def changed(text: str, around: Around, rng: random.Random) -> tuple[str, str] | None:
    """(kind, false sentence) by one of the changes that fit; those that fit few sentences are tried first, mostly."""
    whole = around.text.casefold()
    for kind in sorted(CHANGES, key=lambda kind: -(rng.random() ** (1 / WEIGHTS.get(kind, 1.0)))):
        new = CHANGES[kind](text, around, rng)
        # Not so by chance: what is word for word in the abstract is true.
        if new and new != text and new.strip(" .").casefold() not in whole:
            return kind, new
    return None


def change_figure(text: str, around: Around, rng: random.Random) -> str | None:
    """A figure that this sentence does not have, mostly one that stands elsewhere in the abstract."""
    found = [*NUMBER.finditer(text)]
    words = [*SMALL_NUMBER.finditer(text)]
    if words and (not found or rng.random() < 0.3):
        match = rng.choice(words)
        return replaced(text, match, rng.choice([word for word in SMALL if word != match[0].casefold()]))
    if not found:
        return None
    match = rng.choice(found)
    others = [
        other for other in NUMBER.findall(around.text) if other not in text and ("." in other) == ("." in match[0])
    ]
    if others and rng.random() < 0.6:
        return replaced(text, match, rng.choice(others))
    digits = list(match[0])
    place = rng.choice([at for at, sign in enumerate(digits) if sign.isdigit()])
    digits[place] = rng.choice([sign for sign in "123456789" if sign != digits[place]])
    return replaced(text, match, "".join(digits))


def swap_figures(text: str, around: Around, rng: random.Random) -> str | None:
    found = [*NUMBER.finditer(text)]
    choices = [(a, b) for a in found for b in found if a.start() < b.start() and a[0] != b[0]]
    choices = [(a, b) for a, b in choices if ("." in a[0]) == ("." in b[0]) or len(a[0]) == len(b[0])]
    return swapped(text, *rng.choice(choices)) if choices else None


def swapped(text: str, one: re.Match[str], other: re.Match[str]) -> str:
    between = text[one.end() : other.start()]
    return f"{text[: one.start()]}{other[0]}{between}{one[0]}{text[other.end() :]}"


def change_unit(text: str, around: Around, rng: random.Random) -> str | None:
    units: Mapping[str, str] = wordings()["units"]  # type: ignore[assignment]
    found = [
        (match, new)
        for unit, new in units.items()
        if unit in text
        for match in with_unit(unit).finditer(text)
        if ENDS_IN_FIGURE.search(text[: match.start()])
    ]
    decimals = [match for match in NUMBER.finditer(text) if "." in match[0]]
    if decimals and (not found or rng.random() < 0.3):
        match = rng.choice(decimals)
        whole, _, part = match[0].rpartition(".")
        return replaced(text, match, f"{whole}{part}".lstrip("0") or "1")
    if not found:
        return None
    match, new = rng.choice(found)
    return text[: match.start()] + (match["gap"] if new != "-fold" else "") + new + text[match.end() :]


def flip_negation(text: str, around: Around, rng: random.Random) -> str | None:
    """A "not" or "no" taken away, or put in."""
    if match := DENIED.search(text):
        return text[: match.start()] + (match[1] or "can") + text[match.end() :]
    if match := NO.search(text):
        new = {"neither": "both", "none of": "all of", "never": "always", "hardly": "clearly", "without": "with"}
        return replaced(
            text, match, f"{new[old]} " if (old := match[1].casefold()) in new else rng.choice(("a ", "some "))
        )
    if matches := [*AUXILIARY.finditer(text)]:
        match = rng.choice(matches[:2])
        return f"{text[: match.end()]} not{text[match.end() :]}"
    if match := re.search(r"(?<= )([a-z]{3,})(ed) (?!by\b|to be\b)", text):
        stem = match[1] if match[1][-1] in "wyxtkpnl" else f"{match[1]}e"
        return f"{text[: match.start()]}did not {stem} {text[match.end() :]}"
    return None


def turn_round(text: str, around: Around, rng: random.Random) -> str | None:
    """A word of direction or comparison turned into its opposite."""
    found = [match for match in re.finditer(r"[A-Za-z-]+", text) if match[0].casefold() in opposites()]
    if not found:
        return None
    match = rng.choice(found)
    return replaced(text, match, rng.choice(opposites()[match[0].casefold()]))


def swap_roles(text: str, around: Around, rng: random.Random) -> str | None:
    """Who did what to whom, which is more than which, from where to where."""
    for pattern in rng.sample((COMPARED, THAN, FROM_TO), 3):
        found = [m for m in pattern.finditer(text) if m["one"].casefold() != m["other"].casefold()]
        if not found:
            continue
        match = rng.choice(found)
        one, other = match["one"], match["other"]
        if match.start("one") == 0 and one[1:].islower():
            one, other = one[0].lower() + one[1:], other[0].upper() + other[1:]
        between = text[match.end("one") : match.start("other")]
        return text[: match.start("one")] + other + between + one + text[match.end("other") :]
    return None


def change_name(text: str, around: Around, rng: random.Random) -> str | None:
    """A name, or a word that the abstract has elsewhere, in the place of another."""
    names = list(NAME.finditer(text))
    others = [
        name for name in {*NAME.findall(around.text), *NAME.findall(" ".join(around.neighbours))} if name not in text
    ]
    if names and others and rng.random() < 0.6:
        return replaced(text, rng.choice(names), rng.choice(sorted(others)))
    return change_phrase(text, around, rng)


def change_phrase(text: str, around: Around, rng: random.Random) -> str | None:
    """The words after a preposition exchanged for those after the same preposition elsewhere: another condition."""
    source = around.text if rng.random() < 0.65 or not around.neighbours else " ".join(around.neighbours)
    other: dict[str, list[str]] = {}
    for match in PHRASE.finditer(source):
        if match["words"].casefold() not in text.casefold() and len(match["words"]) > 3:
            other.setdefault(match["prep"].casefold(), []).append(match["words"])
    found = [match for match in PHRASE.finditer(text) if other.get(match["prep"]) and len(match["words"]) > 3]
    if not found:
        return None
    match = rng.choice(found)
    like = [
        words for words in other[match["prep"]] if bool(NUMBER.search(words)) == bool(NUMBER.search(match["words"]))
    ]
    if not like:
        return None
    return text[: match.start("words")] + rng.choice(like) + text[match.end("words") :]


def change_noun(text: str, around: Around, rng: random.Random) -> str | None:
    """A longer word exchanged for one of the abstract with the same ending."""
    mine = list(re.finditer(r"(?<= )[a-z]{5,}\b", text))
    theirs = [word for word in re.findall(r"(?<= )[a-z]{5,}\b", around.text) if word not in text]
    choices = [(m, word) for m in mine for word in theirs if m[0][-2:] == word[-2:] and m[0][:4] != word[:4]]
    if not choices:
        return None
    match, word = rng.choice(choices)
    return replaced(text, match, word)


def change_subject(text: str, around: Around, rng: random.Random) -> str | None:
    """What is said of one thing said of another: the beginning of one sentence with the end of another."""
    mine = VERB.search(text)
    others = [
        (sentence, match)
        for sentence in around.sentences
        if sentence not in text
        for match in (VERB.search(sentence),)
        if match
    ]
    if not mine or not others or mine.start() > 60:
        return None
    sentence, match = rng.choice(others)
    if match.start() > 60 or sentence[: match.start()].casefold() == text[: mine.start()].casefold():
        return None
    return sentence[: match.start()] + text[mine.start() :]


def mix(text: str, around: Around, rng: random.Random) -> str | None:
    """The first half of the sentence with the last clause of another."""
    others = [other for other in around.sentences if other != text and ", " in other]
    cuts = [m.start() for m in re.finditer(r", | and | because | while | whereas | when | where ", text)]
    if not others or not cuts:
        return None
    other = rng.choice(others)
    cut = rng.choice(cuts)
    if cut < 25:
        return None
    last = other.rpartition(", ")[2].rstrip(". ")
    return f"{text[:cut]}, {last}." if rng.random() < 0.5 else f"{text[:cut]} and {last.removeprefix('and ')}."


def drop_hedge(text: str, around: Around, rng: random.Random) -> str | None:
    return by_table(text, pairs("hedges", "=>"), rng)


def claim_cause(text: str, around: Around, rng: random.Random) -> str | None:
    return by_table(text, pairs("causes", "=>"), rng)


def by_table(text: str, table: Sequence[tuple[str, str]], rng: random.Random) -> str | None:
    found = [(match, new) for old, new in table for match in whole_words(old).finditer(text)]
    if not found:
        return None
    # The longest fits best: "may be" before "may".
    longest = max(len(match[0]) for match, _ in found)
    match, new = rng.choice([one for one in found if len(one[0][0]) >= longest - 2])
    return replaced(text, match, new)


def claim_too_much(text: str, around: Around, rng: random.Random) -> str | None:
    bare = text.rstrip(". ")
    template = rng.choice(wordings()["overclaims"])
    if not template.startswith("{s}"):
        bare = uncapitalised(bare)
    return template.format(s=bare) + "."


def invent(text: str, around: Around, rng: random.Random) -> str | None:
    """Something that the abstract does not say, hung on to what it says."""
    clauses = [part for other in around.neighbours for part in re.split(r", |; ", other)[1:] if 20 < len(part) < 90]
    if not clauses:
        return None
    link = rng.choice((", ", ", and ", "; "))
    return f"{text.rstrip('. ')}{link}{rng.choice(clauses).rstrip('. ')}."


CHANGES: Mapping[str, Change] = {
    "wrong-number": change_figure,
    "numbers-swapped": swap_figures,
    "unit-or-magnitude": change_unit,
    "negation-flipped": flip_negation,
    "direction-reversed": turn_round,
    "roles-swapped": swap_roles,
    "entity-swapped": change_name,
    "noun-swapped": change_noun,
    "condition-changed": change_phrase,
    "subject-swapped": change_subject,
    "mixture": mix,
    "hedge-dropped": drop_hedge,
    "cause-from-association": claim_cause,
    "overclaim": claim_too_much,
    "invented": invent,
}
WEIGHTS: Mapping[str, float] = {
    "roles-swapped": 5.0, "cause-from-association": 5.0, "hedge-dropped": 3.0, "numbers-swapped": 2.0,
    "unit-or-magnitude": 1.5, "noun-swapped": 0.4, "invented": 0.25, "overclaim": 0.25, "subject-swapped": 0.7,
}  # fmt: skip
"""How soon a change is tried: the rarer the sentences it fits, the sooner."""
NOT_SAID = frozenset(
    {"invented", "overclaim", "mixture", "other-paper", "removed", "hedge-dropped", "cause-from-association"}
)
"""Kinds of false claims that the passage does not contradict: it says less, or nothing of the matter."""
