"""Other true sentences made of true ones: as they stand, in other words, cut, joined, turned round and back."""

import random
import re

from train.claim_changes import Around, Change
from train.claim_patterns import (
    NUMBER,
    SMALL,
    SMALL_NUMBER,
    THAN,
    opposites,
    pairs,
    replaced,
    uncapitalised,
    whole_words,
    wordings,
)

COMPARATIVES = frozenset(
    "higher lower more fewer less greater smaller larger faster slower longer shorter better worse stronger weaker "
    "earlier later warmer cooler wider narrower deeper shallower easier harder cheaper dearer richer poorer "
    "safer older younger drier wetter heavier lighter thicker thinner denser sparser closer farther steeper flatter "
    "brighter darker".split()
)
WE_DID = re.compile(r"^We ([a-z]+ed) ((?:[\w'-]+ ){0,5}?[\w'-]+)(?= (?:in|at|with|on|from|for|by|using|of)\b|[.,;])")
LEADING = re.compile(
    r"^((?:In|At|On|During|After|Before|Under|With|Among|For|Over|Across|By|From|Of|Within|Between) [^,]{3,60}), "
)
TRAILING = re.compile(r"^(.{30,}?)(?:, (?:which|where|although|whereas|while|but|and|with|because|when|as)\b|; )")


def reworded(text: str, around: Around, rng: random.Random) -> tuple[str, str]:
    """(kind, true sentence): the sentence itself, or one made of it; now and then two things are done in turn."""
    kinds = sorted(REWORDINGS, key=lambda kind: -(rng.random() ** (1 / WEIGHTS.get(kind, 1.0))))
    for kind in kinds if rng.random() > 0.08 else ():
        new = REWORDINGS[kind](text, around, rng)
        if new and new != text:
            if rng.random() < 0.5:
                new = other_words(new, around, rng) or new
            return kind, new
    return "copy", text


def other_words(text: str, around: Around, rng: random.Random) -> str | None:
    """Words and phrases exchanged for others of the same meaning: as many as there are, with luck."""
    new = text
    table = pairs("alike", "|")
    for one, other in rng.sample(table, len(table)):
        for old, fresh in ((one, other), (other, one)):
            match = whole_words(old).search(new)
            if match and rng.random() < 0.8:
                new = replaced(new, match, fresh)
                break
    new = re.sub(r"\bWe\b", "The authors", new)
    new = re.sub(r"\bwe\b", "they", new)
    new = re.sub(r"\b[Oo]ur\b", lambda match: "The authors'" if match[0][0] == "O" else "their", new)
    return None if new == text else new


def lead_in(text: str, around: Around, rng: random.Random) -> str | None:
    plain = re.sub(r"\bwe\b", "they", uncapitalised(text))
    return rng.choice(wordings()["lead_ins"]).format(s=plain.rstrip(". ")) + "."


def move_beginning(text: str, around: Around, rng: random.Random) -> str | None:
    """ "In 2018, owls were rare." becomes "Owls were rare in 2018." """
    match = LEADING.match(text)
    if not match:
        return None
    rest = text[match.end() :].rstrip(". ")
    return f"{rest[:1].upper()}{rest[1:]} {match[1][0].lower()}{match[1][1:]}."


def as_passive(text: str, around: Around, rng: random.Random) -> str | None:
    """ "We counted owls in May." becomes "Owls were counted in May." """
    match = WE_DID.match(text)
    if not match:
        return None
    what = match[2]
    verb = (
        "were"
        if re.search(r"(?:s|children|people|women|men)$", what.split(" that ")[0]) or NUMBER.match(what)
        else "was"
    )
    return f"{what[0].upper()}{what[1:]} {verb} {match[1]}{text[match.end() :]}"


def shorten(text: str, around: Around, rng: random.Random) -> str | None:
    """The main clause, without what is hung on to it before and behind."""
    new = text
    if match := TRAILING.match(new):
        new = f"{match[1]}."
    if (match := LEADING.match(new)) and len(new) - match.end() > 30:
        new = new[match.end()].upper() + new[match.end() + 1 :]
    new = re.sub(r" ?\([^()]*\)", "", new)
    return None if new == text else new


def rewrite_figures(text: str, around: Around, rng: random.Random) -> str | None:
    """Figures in words, words in figures, percent for %, thousands with and without their comma."""
    new = re.sub(r"(?<=\d) ?%", rng.choice((" percent", " per cent")), text) if rng.random() < 0.7 else text

    def rewritten(match: re.Match[str]) -> str:
        written = match[0]
        if "," in written and re.fullmatch(r"\d{1,3}(?:,\d{3})+", written):
            return written.replace(",", "")
        if written.isdigit() and 2 <= int(written) <= 12:
            return SMALL[int(written) - 2]
        if re.fullmatch(r"\d{4,6}", written) and not 1500 <= int(written) <= 2100:
            return f"{int(written):,}"
        if re.fullmatch(r"\d{2}\.\d", written) and rng.random() < 0.5:
            return f"about {round(float(written))}"
        return written

    new = NUMBER.sub(rewritten, new)
    if new == text:
        new = SMALL_NUMBER.sub(lambda match: str(SMALL.index(match[0].casefold()) + 2), text)
    return None if new == text else f"{new[0].upper()}{new[1:]}"


def turn_twice(text: str, around: Around, rng: random.Random) -> str | None:
    """ "More owls in A than in B" becomes "fewer owls in B than in A": two wrongs that make a right."""
    found = [
        m
        for m in THAN.finditer(text)
        if m["than"] == "than" and m["again"] and m["one"].casefold() != m["other"].casefold()
    ]
    if len(found) != 1:
        return None
    match = found[0]
    between = text[match.end("one") : match.start("other")]
    new = text[: match.start("one")] + match["other"] + between + match["one"] + text[match.end("other") :]
    words = [word for word in re.finditer(r"[A-Za-z]+", new) if word[0].casefold() in COMPARATIVES]
    if len(words) != 1:
        return None
    return replaced(new, words[0], opposites()[words[0][0].casefold()][0])


def join(text: str, around: Around, rng: random.Random) -> str | None:
    """Two sentences of the abstract in one."""
    others = [other for other in around.sentences if other != text and 30 < len(other) < 160]
    if not others or len(text) > 180:
        return None
    other = rng.choice(others)
    first, second = (text, other) if rng.random() < 0.5 else (other, text)
    first = (shorten(first, around, rng) or first).rstrip(". ")
    second = shorten(second, around, rng) or second
    return f"{first}{rng.choice((', and ', '; ', ', while '))}{uncapitalised(second).rstrip('. ')}."


REWORDINGS: dict[str, Change] = {
    "other-words": other_words,
    "lead-in": lead_in,
    "reordered": move_beginning,
    "passive": as_passive,
    "shortened": shorten,
    "number-reformatted": rewrite_figures,
    "converse": turn_twice,
    "joined": join,
}
WEIGHTS = {"converse": 8.0, "passive": 5.0, "reordered": 4.0, "lead-in": 0.4, "joined": 0.4}
"""How soon a rewording is tried: the rarer the sentences it fits, the sooner."""
