"""Where a sentence can be changed: figures, verbs, comparisons, names, and the words of `wordings.yaml`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

WORDINGS = Path(__file__).resolve().parent / "wordings.yaml"
NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*(?![\w]*\d)")
SMALL = "two three four five six seven eight nine ten eleven twelve".split()
SMALL_NUMBER = re.compile(rf"\b(?:{'|'.join(SMALL)})\b", re.IGNORECASE)
ENDS_IN_FIGURE = re.compile(rf"(?:\d|\b(?:{'|'.join(SMALL)}))$")
AUXILIARY = re.compile(
    r"\b(was|were|is|are|did|does|do|can|could|will|would|has|have|had|may|might|should)\b(?! not\b)"
)
DENIED = re.compile(
    r"\b(was|were|is|are|did|does|do|can|could|will|would|has|have|had|may|might|should) not\b|\bcannot\b"
)
NO = re.compile(r"\b(no|No|neither|Neither|none of|None of|never|hardly|without)\b ")
VERB = re.compile(
    r" (was|were|is|are|did|does|do|had|has|have|can|could|may|might|will|should|fell|rose|grew|led|made|gave|took"
    r"|found|showed|reduced|increased|decreased|improved|explained|predicted|remained|reached|required|produced|"
    r"caused|became"
    r"|held|kept|needed|[a-z]{3,}ed|[a-z]{3,}s)\b "
)
COMPARED = re.compile(
    r"(?P<one>(?<![\w.])[\w'-]+(?: [\w'-]+){0,3}) (?P<verb>(?:outperform|exceed|precede|predict|cause|reduce|increase|"
    r"outnumber|follow|replace|improve|explain|determine|influence|raise|lower|surpass|promote|suppress|inhibit|"
    r"affect|drive|"
    r"favour|dominate|shape)(?:s|d|ed|es)?|led to|leads to|depends on|resulted in|results in|gave way to|came "
    r"from|rests on) "
    r"(?P<other>(?:the |a |an )?[\w'-]+(?: [\w'-]+){0,2})"
)
THAN = re.compile(
    r"(?P<prep>\b(?:in|for|with|among|at|by|under|on|of|from)) (?P<one>[\w'-]+(?: [\w'-]+){0,3}?) "
    r"(?P<than>than|but not|rather than|as against|instead of|and not)"
    r"(?: (?P<again>in|for|with|among|at|by|under|on|of|from))? "
    r"(?P<other>[\w'-]+(?: [\w'-]+){0,3}?)(?=[,.;:]|$| (?:and|but|in|when|where|which|was|were)\b)"
)
FROM_TO = re.compile(r"\bfrom (?P<one>[\w.,%'-]+(?: [\w%'-]+)?) to (?P<other>[\w.,%'-]+(?: [\w%'-]+)?)(?=[,.; ]|$)")
PHRASE = re.compile(
    r"\b(?P<prep>in|of|for|with|among|by|at|to|on|from|under|between|during|over) "
    r"(?P<words>(?:(?:the|a|an|their|its|these|this) )?[\w'-]+(?: [\w'-]+){0,2}?)"
    r"(?=[,.;:)]|$| (?:and|or|but|in|of|for|with|among|by|at|to|on|from|was|were|is|are|that|which|than|when|where|did"
    r"|had)\b)"
)
NAME = re.compile(r"(?<!^)(?<![.?!:] )\b(?:[A-Z][\w-]+|[a-z]+[A-Z][\w-]*)(?: [A-Z][\w-]+)*\b")
FIRST = re.compile(
    r"(?:The|A|An|In|On|At|We|It|This|These|Of|For|From|With|Under|After|Before|When|Where|Because|Although|While|"
    r"There|They|Most|Many|Some|All|No|None|Both|Each|Its|Their|Our|By|To|If|Only|Whether|What|How|During|Among|Over) "
)


@cache
def wordings() -> Mapping[str, list[str]]:
    words: Mapping[str, list[str]] = yaml.safe_load(WORDINGS.read_text("utf-8"))
    return words


@cache
def opposites() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in wordings()["opposites"]:
        one, other = line.split()
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found


@cache
def pairs(name: str, sign: str) -> list[tuple[str, str]]:
    return [(one.strip(), other.strip()) for one, _, other in (line.partition(sign) for line in wordings()[name])]


@cache
def whole_words(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(words)}\b", re.IGNORECASE)


@cache
def with_unit(unit: str) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<=\d)|(?<=[a-z]))(?P<gap>[ -]?){re.escape(unit)}(?!\w)")


def replaced(text: str, match: re.Match[str], new: str) -> str:
    if match[0][:1].isupper():
        new = new[:1].upper() + new[1:]
    return text[: match.start()] + new + text[match.end() :]


def uncapitalised(text: str) -> str:
    """The sentence as it reads after a lead-in; one that begins with what may be a name stays."""
    return text[0].lower() + text[1:] if FIRST.match(text) else text
