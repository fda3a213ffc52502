"""Titles and abstracts as a person reads them, and what stands in an abstract's place without being one."""

import re

from index.paper import fold_title
from index.readers.latex import read_latex
from index.readers.markup import read_markup
from index.readers.text import clean

SOFT_HYPHEN = re.compile("\u00ad[ \t]*(?:\r?\n)?[ \t]*")
DIVIDED = re.compile(
    r"(?<![\w-])([^\W\d_]{2,})[-\u2010][ \t]*\r?\n[ \t]*(?!(?:and|or|und|oder|et|ou|y|o|to)\b)([^\W\d_]{2,})"
)
"""A word at a line end and its rest on the next; `long-` before `and short-term` is whole."""

LABEL = r"(?:Aims?|Background|Objectives?|Purpose|Introduction|Context|Importance|Motivation|Methods?|Results?)"
OPENER = rf"(?:We|This|These|The|Our|In|It|A|An|To|Here|There|{LABEL}|{LABEL.upper()})\b"
HEAD = re.compile(
    rf"\s*(?i:abstract|summary)\s*(?:[:.\u2014\u2013]|-(?=\s)|\r?\n)\s*(?=\S)|"
    rf"\s*(?:Abstract|ABSTRACT|Summary|SUMMARY)\s*(?={OPENER})"
)
"""The word over an abstract. Before other words it belongs to the sentence: Abstract interpretation is..."""

END = r"(?:^|(?<=[.!?;)\]\"”>])\s*)"
NAME = r"(?:[^.©]|\.(?=[A-Z]\.)|\.(?=,)|(?<=\d)\.(?=\d))"
SIGN = r"(?:Copyright\s*(?:©|\([cC]\))?|Crown Copyright\s*©?|©\s*(?:Copyright)?|\([cC]\)(?=\s*(?:Copyright\s*)?\d{4}))"
OWNED = rf"{SIGN},?\s*(?:(?:19|20)\d\d|(?:by |the |The )?[A-Z])"
TAIL = re.compile(
    rf"{END}(?:{OWNED}.{{0,300}}|"
    rf"Published by (?=[A-Z]){NAME}{{2,120}}\.?(?:\s*All rights reserved\.?)?|"
    rf"All rights reserved\.?|"
    rf"\((?:PsycINFO|PsycInfo|PsycTESTS) Database Record.{{0,200}})\s*$",
    re.DOTALL,
)
FRONT = re.compile(
    rf"^\s*{OWNED}{NAME}{{0,150}}\.(?:\s*(?:All rights reserved|Published by {NAME}{{2,100}})\.)*\s*(?=\S)"
)

NOTHING = re.compile(
    r"\W*(?:n\s*[/.]?\s*[ad]\.?|none|null|nan|nil|unknown|undefined|missing|to be (?:added|announced)|tba|"
    r"(?:(?:sorry|there is|this \w+ has),?\s*)?no (?:abstract|summary)(?: is| was)?"
    r"(?: available| provided| found| given)?(?: for this \w+)?|"
    r"(?:abstract|summary)?(?: is| was)?\s*(?:not|un) ?-?(?:available|provided|given|found)|abstract|summary)?\W*",
    re.IGNORECASE,
)
RETRACTED = re.compile(
    r"\W*(?:(?:this|the (?:above|following)) (?:article|paper|publication|submission|preprint|manuscript|work)"
    r"(?: [\w.:/()-]+){0,8} (?:has been|was|is being|is) (?:temporarily )?(?:retracted|withdrawn|removed)\b|"
    r"(?:retraction|withdrawal|expression of concern) (?:notice|note|statement)\b|\[?retracted\]?\W*$|withdrawn\W*$)",
    re.IGNORECASE,
)
NOTICE = re.compile(
    r"\W*(?:(?:retraction|withdrawal)(?: (?:notice|note)\b| to\b| of\b|:)|notice of (?:retraction|withdrawal)\b)",
    re.IGNORECASE,
)
UNKNOWN = re.compile(r"\W*+(?:n/?a|n\.a\.?|null|nan|none|nil|unknown|undefined)?\W*+", re.IGNORECASE)

ROUNDS = 6
"""What is clean stays as it is; what was packed several times over needs another round each."""


def clean_title(text: str) -> str:
    """One readable line. The same again for what is clean."""
    return settle(text)


def clean_abstract(text: str) -> str:
    """One readable line without the word "Abstract" over it and the owner of its rights under it."""
    text = settle(text[head.end() :] if (head := HEAD.match(text)) else text)
    for _ in range(ROUNDS):
        bare = text[head.end() :] if (head := HEAD.match(text)) else text
        bare = TAIL.sub("", FRONT.sub("", bare)).strip()
        if bare == text or not bare:
            break
        text = bare
    return text


def settle(text: str) -> str:
    for _ in range(ROUNDS):
        plain = clean(read_latex(read_markup(join_lines(text))))
        if plain == text:
            break
        text = plain
    return text


def join_lines(text: str) -> str:
    """Words that a line end or a soft hyphen divides, whole; a compound stands elsewhere with its hyphen, too."""
    text = SOFT_HYPHEN.sub("", text)

    def join(found: re.Match[str]) -> str:
        first, rest = found[1], found[2]
        has_compound = re.search(rf"\b{re.escape(first)}-{re.escape(rest)}", text, re.IGNORECASE)
        is_compound = not (first[-1].islower() and rest[0].islower()) or has_compound
        return f"{first}-{rest}" if is_compound else first + rest

    return DIVIDED.sub(join, text) if "\n" in text else text


def is_unknown(text: str) -> bool:
    """Whether a value only says that there is none: NA, n/a, null, `-`."""
    return UNKNOWN.fullmatch(text) is not None


def why_no_abstract(abstract: str, title: str) -> str:
    """Why what stands in the abstract's place is none, in a sentence; empty when it is one."""
    if not abstract or UNKNOWN.fullmatch(abstract):
        return "There is no abstract."
    if len(abstract) < 100 and NOTHING.fullmatch(abstract):
        return f"There is no abstract: it reads “{abstract}”."
    if RETRACTED.match(abstract) or NOTICE.match(title):
        return "This is the notice of a retraction, not an abstract."
    if fold_title(abstract) == fold_title(title):
        return "There is no abstract: the title stands in its place."
    return ""
