"""Where sentences begin and end in scientific English.

Our own rules rather than nltk's Punkt, which costs half a second of CPU to import and cuts after "Fig.", "vs." and
"resp."; what is needed here is narrow: abstracts, and answers made from them.
"""

import re

Span = tuple[int, int]
"""(start, end) offsets of characters, end exclusive."""

ABBREVIATIONS = frozenset(
    "al approx arxiv cf ch co corp dept dr e.g eg eq eqs eqn esp est etc ex fig figs i.e ie inc jr ltd max min mr mrs "
    "ms no nos p pp ph.d prof ref refs resp sec sect sr st std tab u.k u.s viz vol vs w.r.t wrt".split()
)
"""Words, in lower case and without their last dot, after which a dot does not end a sentence."""

CAN_END = frozenset(
    {"al", "etc", "u.s", "u.k", "ph.d", "inc", "co", "corp", "ltd", "ex", "max", "min", "no", "st", "est"}
)
"""Abbreviations and words alike: a capital that starts a usual sentence opener after them ends the sentence."""

OPENERS = frozenset(
    "a additionally after also although an and as at because besides both but by code consequently despite each "
    "experiments experimental extensive finally first for from further furthermore given here however if in inspired "
    "instead it its last lastly many more moreover most motivated next notably on one our recently results second "
    "several since so some specifically such that the their then there therefore these they third this those through "
    "thus to two under unlike using via we what when where whereas while with within without yet you".split()
)

WIDE_STOPS = "。！？｡।॥؟۔։።፧།။។៕\u037e᠃᠉᱾᱿꧉꯫"
"""Stops that end a sentence by themselves, with no blank after them: of Chinese and Japanese, Devanagari, Arabic and
Urdu, Armenian, Ethiopic, Tibetan, Burmese and Khmer, the Greek question mark, Mongolian, Santali, Javanese, Meitei."""
GREEK = "\u0370-\u03ff\u1f00-\u1fff"
"""Letters of Greek words: three in a row, since one or two are a symbol."""
UNSTOPPED = "\u0e01-\u0eff\u1780-\u17d3"
"""Letters of Thai, Lao and Khmer, which end sentences with a blank, as they do clauses: a citation marker tells."""
MARKER = r"[\[【][\d,;\s–-]+[\]】]"
CLOSERS = rf"(?P<{{}}>[\"'”’»)\]】」』）]*(?:\s?{MARKER})*)"

# A stop, what may close after it (quotes, brackets, citation markers), then blanks; a wide stop; the semicolon that
# asks in Greek; a marker where sentences have no stop; or a blank line.
BOUNDARY = re.compile(
    rf"(?P<stop>[.!?。！？]+){CLOSERS.format('close')}(?P<gap>\s+|$)"
    rf"|(?P<wide>[{WIDE_STOPS}]+){CLOSERS.format('closed')}"
    rf"|(?P<ending>(?<=[{GREEK}]{{3}});(?:\s?{MARKER})*|(?<=[{UNSTOPPED}])(?:\s?{MARKER})+)(?=\s)"
    r"|\s*\n\s*\n\s*"
)
CLOSING_QUOTES = tuple("\"'”’»」』")
LAST_WORD = re.compile(r"[^\s(\[\"“'‘]+$")
ONE_LETTER = re.compile(r"[A-Za-z]\.\s")
"""What follows the first letter of an abbreviation that is written with blanks: z. B., d. h., e. g."""
LIST_NUMBER = re.compile(r"(?:^|\n)\s*(?:\d{1,2}|[A-Za-z])$")


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans (start, end) of the sentences of `text`, in order, without the blanks around them.

    Everything but blanks belongs to exactly one span. Dots of abbreviations, initials, decimals, URLs and list numbers
    do not end a sentence; citation markers after a full stop belong to the sentence before them.
    """
    spans = []
    start = 0
    for match in BOUNDARY.finditer(text):
        if match["stop"] and not ends_sentence(text, start, match):
            continue
        if match["wide"] and match["closed"][:1] in CLOSING_QUOTES and text[match.end() :][:1].isalpha():
            continue  # of the words quoted within a sentence that goes on
        kept = next((name for name in ("close", "closed", "ending") if match[name] is not None), None)
        spans.append((start, match.end(kept) if kept else match.start()))
        start = match.end()
    spans.append((start, len(text)))
    return [trimmed for span in spans if (trimmed := trim(text, span))[0] < trimmed[1]]


def ends_sentence(text: str, start: int, match: re.Match[str]) -> bool:
    """Whether the stop that `match` found really closes the sentence that began at `start`."""
    following = text[match.end() :]
    if not following.strip() or "\n\n" in match["gap"]:
        return True
    first = following.lstrip("\"'“‘«([*_-–")[:1]
    if match["stop"] != ".":
        return not is_small(first)
    before = text[start : match.start()]
    if LIST_NUMBER.search(before) and ("\n" in before or not before.strip()[1:].strip(" 0123456789")):
        return False
    found = LAST_WORD.search(before)
    word = found[0].lower().rstrip(".") if found else ""
    if word in CAN_END:
        return following.split(maxsplit=1)[0].strip(",;:").lower() in OPENERS and following[:1].isupper()
    if word in ABBREVIATIONS:
        return False
    if len(word) == 1 and ONE_LETTER.match(following):
        return False
    if len(word) == 1 and word.isalpha() and found and found[0].isupper() and following[:1].isupper():
        return following.split(maxsplit=1)[0].strip(",").lower() in OPENERS
    return not is_small(first)


def is_small(letter: str) -> bool:
    """Whether sentences don't begin with it. Georgian writes none of its letters large."""
    return letter.islower() and not "ა" <= letter <= "ჿ"


def trim(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
