"""Figures of a claim held against those of a passage: value, unit and sign, and what each is said of.

Exact on purpose: a figure that the passage does not give, gives in another unit or gives of something else is wrong,
however well the words agree. What may stand for a figure is a closed class: number words, rounding, units of one
dimension.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from index import PART, split_sentences, stem_words
from rag.checking.units import ONES, SCALES, UNITS, WORD_VALUES
from rag.text import COMMON_WORDS

DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
UNIT = "|".join(sorted((re.escape(unit.strip()) for unit in UNITS), key=len, reverse=True))
SCALE = "|".join(SCALES)
WORDS = "|".join(sorted(WORD_VALUES, key=len, reverse=True))
FIGURE = re.compile(
    rf"(?<![\w.,])(?P<sign>[-−–])?(?:(?P<low>{DIGITS})|(?P<word>(?i:\b(?:{WORDS})\b)))"
    rf"(?:(?P<low_unit>\s?%)?\s?[-–—]\s?(?P<high>{DIGITS}))?"
    rf"(?:\s?(?P<scale>{SCALE})\b)?(?:(?:\s|-)?(?P<unit>{UNIT})(?![\w°]))?",
)
NUMERAL = rf"(?:\d+|(?:{'|'.join(ONES[1:])}))"
SHARE = re.compile(
    rf"\b(?P<few>{NUMERAL})(?: [a-z]+)? (?P<link>in|of|out of)(?: the| a| every| all| these)?[ ]"
    rf"(?P<all>{NUMERAL}|hundred)\b(?![.,]\d)",
    re.IGNORECASE,
)
FRACTIONS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
}
FRACTION = re.compile(
    rf"\b(?:(?P<count>one|two|three|four|five|a)[ -])?(?P<part>{'|'.join(FRACTIONS)})s?\b", re.IGNORECASE
)
APART = re.compile(r"[,;:()]|\b(?:and|but|whereas|while|or|versus|against|than|compared|to)\b")
CLOSE = 0.005


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as it stands in a text: its value (of a range both ends), what it is measured in, and its place."""

    low: float
    high: float | None
    unit: str
    factor: float
    is_word: bool
    written: str
    start: int
    end: int
    is_negative: bool = False

    @property
    def values(self) -> tuple[float, ...]:
        return (self.low,) if self.high is None else (self.low, self.high)


def figures_of(text: str) -> list[Figure]:
    """The figures of a text in order; digits inside names such as GPT-4 are none."""
    found = []
    for match in FIGURE.finditer(text):
        scale = SCALES[match["scale"]] if match["scale"] else 1.0
        low = float(match["low"].replace(",", "")) if match["low"] else WORD_VALUES[match["word"].casefold()]
        high = float(match["high"].replace(",", "")) * scale if match["high"] else None
        unit, factor = UNITS.get(match["unit"] or ("%" if match["low_unit"] else ""), ("", 1.0))
        after = text[match.end() : match.end() + 1]
        # A figure that something is glued to is a name, or has a unit that isn't known here.
        if after.isalpha() and match["low"] and not match["unit"]:
            unit = "?"
        is_negative = bool(match["sign"]) and not text[: match.start()].rstrip()[-1:].isdigit()
        found.append(
            Figure(
                low * scale, high, unit, factor, bool(match["word"]), match[0].strip(" -"), *match.span(), is_negative
            )
        )  # fmt: skip
    return found


def wrong_figures(claim: str, passage: str) -> list[str]:
    """The figures of `claim`, as written, that `passage` does not give: neither as they are, nor rounded, nor reckoned
    from two that belong together; or not in this unit; or of something else."""
    given = figures_of(passage)
    claimed = figures_of(claim)
    shares = [match.span() for match in SHARE.finditer(claim) if match["link"] != "of"]
    said = {value for one in claimed for value in one.values}
    wrong = [
        one.written
        for one in claimed
        if not any(start <= one.start < end for start, end in shares) and not is_given(one, given, claim, passage, said)
    ]
    return wrong or misplaced(claim, claimed, passage, given)


def is_given(one: Figure, given: Sequence[Figure], claim: str, passage: str, said: set[float]) -> bool:
    """Whether the passage gives a figure of the claim, in which the values `said` stand."""
    if one.is_word and (one.low <= 1 or one.unit in ("%", "x")):
        return True
    if any(agrees(one, other, said) for other in given):
        return True
    if one.is_word:
        # In words, as a rule, is said what was counted or rounded: wrong is what the passage counts otherwise.
        if one.unit:
            return not any(one.unit == other.unit and one.factor == other.factor for other in given)
        return not any(counts_otherwise(one, other, claim, passage) for other in given)
    if one.is_negative:
        return False
    if one.high is not None:
        ends = {value for other in given if other.high is None for value in other.values}
        return {one.low, one.high} <= ends
    return any(close(one.low, value, one.written) for value in reckoned(one, given, passage))


def agrees(one: Figure, other: Figure, said: set[float]) -> bool:
    """Whether the passage's figure is the claim's, its unit written in another way, or rounded.

    A range is not one of its ends: both must be said.
    """
    if one.is_negative and not other.is_negative:
        return False
    if one.high is not None and (other.high is None or other.high != one.high):
        return False
    if other.high is not None and one.high is None and not {other.low, other.high} <= said:
        return False
    if one.unit in ("", "?") or other.unit == "?":
        return any(close(one.low, value, one.written) for value in other.values)
    if other.unit == "":
        return one.unit not in ("%", "x") and one.low in other.values
    if one.unit != other.unit:
        return False
    factor = one.factor / other.factor
    return any(close(one.low * factor, value, one.written, factor != 1) for value in other.values)


def close(value: float, given: float, written: str, is_converted: bool = False) -> bool:
    """Whether they are equal, or `value` is `given` rounded to the digits it is written with."""
    if value == given:
        return True
    if is_converted:
        return abs(value - given) <= 0.03 * abs(given)
    digits = re.match(r"[-−–]?[\d,]*\.?(\d*)", written)
    decimals = len(digits[1]) if digits and "." in written else 0
    if given != round(given, decimals):
        return round(given, decimals) == value
    # 62 as 60, 1,948 as 1,900 or 2,000: rounded figures end in noughts, and are not far off.
    return value == round(value, -1) and value >= 10 and abs(value - given) <= CLOSE * 10 * abs(given)


def reckoned(one: Figure, given: Sequence[Figure], passage: str) -> Iterator[float]:
    """What can be reckoned from figures that belong together: shares, ratios, what is left of a hundred, spans."""
    if one.unit == "%":
        yield from (100 - other.low for other in given if other.unit == "%")
        yield from (round(100 * share) for share in shares_of(passage))
        yield from (round(100 * other.low, 1) for other in given if other.unit == "" and 0 < other.low < 1)
        yield from (round(100 * (other.low - 1), 1) for other in given if other.unit in ("", "x") and 1 < other.low < 3)
    if one.unit == "x":
        yield from (other.low for other in given if other.unit == "")
        places = max(0, len(one.written.partition(".")[2].partition(" ")[0]))
        values = [other for other in given if other.low and not other.is_word]
        yield from (round(a.low / b.low, places) for a, b in product(values, values) if a.unit == b.unit)
    # The difference of two that stand side by side.
    yield from (
        round(abs(a.low - b.low), 3)
        for a, b in pairwise(given)
        if a.unit == b.unit and one.unit in ("", "?", a.unit) and "." not in passage[a.end : b.start]
    )
    years = sorted(
        {value for other in given for value in other.values if 1000 <= value <= 2100 and other.unit in ("", "?")}
    )
    if one.unit in ("time", ""):
        yield from ((b - a) for a, b in product(years, years) if b > a)


def shares_of(text: str) -> Iterator[float]:
    """The shares that a text gives in words or as a part of a whole: two thirds, one in seven, 22 of 31."""
    for match in FRACTION.finditer(text):
        yield WORD_VALUES.get((match["count"] or "one").casefold(), 1.0) / FRACTIONS[match["part"].casefold()]
    for match in SHARE.finditer(text):
        few, all = (WORD_VALUES.get(match[name].casefold()) or float(match[name]) for name in ("few", "all"))
        if all:
            yield few / all


def counts_otherwise(one: Figure, other: Figure, claim: str, passage: str) -> bool:
    """Whether the passage says of the same noun that there is another number of them."""
    if other.unit or other.low == one.low:
        return False
    return bool(next_stems(claim, one.end, 1) & next_stems(passage, other.end, 1))


def next_stems(text: str, place: int, count: int) -> set[str]:
    words = [word for word in PART.findall(text[place : place + 60].casefold()) if word.isalpha()]
    return {stem for stem in stem_words(words[:count]) if stem not in COMMON_WORDS}


def misplaced(claim: str, claimed: Sequence[Figure], passage: str, given: Sequence[Figure]) -> list[str]:
    """Figures of the claim that the passage gives, but of what the claim says of another one.

    Decided by the words of the clause around each: those that tell two clauses of one sentence apart.
    """
    sentences = split_sentences(passage)
    said = set(stem_words(word for word in PART.findall(claim.casefold())))
    values = {value for one in claimed for value in one.values}
    around = [clause_stems(claim, one, claimed) for one in claimed]
    wrong = []
    for one, mine in zip(claimed, around, strict=True):
        own = [other for other in given if agrees(one, other, values)]
        if not own or one.is_word:
            continue
        of_others = set[str]().union(*(words for words in around if words is not mine))
        here = said - (of_others - mine)
        if all(is_of_another(mine, here, other, passage, given, sentences) for other in own):
            wrong.append(one.written)
    return wrong


def is_of_another(
    mine: set[str],
    said: set[str],
    own: Figure,
    passage: str,
    given: Sequence[Figure],
    sentences: Sequence[tuple[int, int]],
) -> bool:
    start, end = next((span for span in sentences if span[0] <= own.start < span[1]), (0, len(passage)))
    here = [other for other in given if start <= other.start < end]
    theirs = clause_stems(passage, own, here)
    for rival in here:
        if rival is own or rival.unit != own.unit or set(rival.values) & set(own.values):
            continue
        others = clause_stems(passage, rival, here)
        if (mine & others) - theirs and (theirs - others) and not ((theirs - others) & said):
            return True
    return False


def clause_stems(text: str, one: Figure, figures: Sequence[Figure]) -> set[str]:
    """Stems of the words around a figure, up to where the next clause begins or the next figure stands."""
    before = max((other.end for other in figures if other.end <= one.start), default=0)
    after = min((other.start for other in figures if other.start >= one.end), default=len(text))
    left = text[before : one.start]
    cuts = [match.end() for match in APART.finditer(left)]
    left = left[cuts[-1] :] if cuts else left
    right = text[one.end : after]
    cut = APART.search(right)
    right = right[: cut.start()] if cut else right
    words = [
        word
        for word in PART.findall(f"{left} {right}".casefold())
        if word not in COMMON_WORDS and not word[0].isdigit()
    ]
    return set(stem_words(words))
