"""Whether a question can be understood without what was said before it."""

import re
from typing import TYPE_CHECKING

from index import WORD, stem_words
from rag.text import COMMON_WORDS, mentions, names_in, paper_names_in

if TYPE_CHECKING:
    from index import PaperIndex

INTERJECTION = re.compile(
    r"^(?:\s*(?:ok(?:ay)?|fine|thanks?(?: you)?|great|good|nice|sure|yes|no|well|hm+|right|i see|interesting)\b"
    r"[,.!;:–-]+)+\s*",
    re.IGNORECASE,
)
GOES_ON = re.compile(
    r"^(?:and|but|so|then|also|or|plus|(?:what|how) about|what else|why not|by how much)\b", re.IGNORECASE
)
NEW_TOPIC = re.compile(
    r"^(?:now|next)\b[^,:.]{0,40}[:,]|"
    r"^(?:a |on a |let's )?(?:new|different|another|change|changing|switch)\b[^,:.]{0,30}\b(?:topic|question|subject)",
    re.IGNORECASE,
)

VERBS = (
    r"is|are|was|were|be|does|do|did|has|have|had|can|could|will|would|should|might|may|meant|needs?|works?|helps?|compares?|"
    r"means?|comes?|goes|go|takes?|happens?|costs?|requires?|scales?|differs?"
)
THINGS = (
    r"papers?|works?|study|studies|articles?|authors?|methods?|models?|approach(?:es)?|networks?|systems?|frameworks?|"
    r"architectures?|techniques?|team|group|results?|idea|mechanism|datasets?|benchmark|algorithm|tool"
)
PRONOUN = re.compile(r"\b(?:it|its|itself|they|them|their|theirs|themselves|he|she|his|her)\b(?!-)", re.IGNORECASE)
# `that` points back after a verb or a preposition and before a verb or the end; after a noun it opens a clause.
POINTER = re.compile(
    r"(?:^|[,;.?!]\s*|\b(?:is|was|are|were|does|do|did|has|have|can|could|will|would|of|for|on|with|than|from|like|about|to|in|by|"
    r"how|why|when|where|and|but|so|at|after|before|because|using)\s+)(?:this|that|these|those)"
    rf"(?=\s*(?:[?.,;:!]|$)|\s+(?:(?:{VERBS})\b|(?:one|ones|{THINGS})\b(?!\s+(?:that|which|who))))",
    re.IGNORECASE,
)
BARE_THING = re.compile(
    rf"\bthe (?:{THINGS})\b"
    r"(?!\s+(?:that|which|who|of|on|with|for|from|by|in|called|behind|about|to|using|where|here)\b)|"
    r"\bthe (?!only )(?:\w+ ){1,3}ones\b",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:the other(?: one| paper| method)?|other one|not that one|namesake|of (?:that|the same) name)\b",
    re.IGNORECASE,
)
NEIGHBOUR = re.compile(
    r"\bthe (?:year|one|version|edition) (?:after|before)\b|"
    r"\b(?:next|following|previous) (?:year|one|version|edition)\b",
    re.IGNORECASE,
)
# `the second` points to something mentioned, `the second layer` does not.
ORDERED = (
    r"\b(?! (?:stage|step|layer|token|author|place|time|edition|version|challenge|half|part|phase|order|head|"
    r"sentence|frame|derivative|moment|track|row|to|in|of)\b)"
)
FIRST = re.compile(rf"\bthe (?:first|former){ORDERED}", re.IGNORECASE)
SECOND = re.compile(rf"\bthe (?:second|latter|last){ORDERED}", re.IGNORECASE)
DEFINITE = re.compile(r"\b(?:the|these|those)\s+((?:[\w'’-]+\s*){1,3})", re.IGNORECASE)

OWN_SUBJECT = 3
"""Content words that make a subject; with fewer, as in `On which data sets?`, the subject is what was spoken of."""

SHORT = 5
"""Content words of a question that may leave out its subject because it is on the table."""


def without_interjection(question: str) -> str:
    """The question without `Fine.` or `Thanks!` before it."""
    return INTERJECTION.sub("", question).strip() or question.strip()


def why_dependent(question: str, transcript: str, index: "PaperIndex | None" = None) -> str:
    """Why the question can't be understood without the `transcript` of the talk before it; empty when it can."""
    others = [match for match in (OTHER.search(question), NEIGHBOUR.search(question)) if match]
    if any(stands_early(question, match) for match in others):
        return "asks for another one of what was mentioned"
    pointers = [*PRONOUN.finditer(question), *POINTER.finditer(question), *BARE_THING.finditer(question)]
    if any(stands_early(question, match) for match in pointers):
        return "refers to what was said before"
    if NEW_TOPIC.search(question):
        return ""
    if any(stands_early(question, match) for match in (FIRST.search(question), SECOND.search(question)) if match):
        return "asks for one of those mentioned"
    goes_on = GOES_ON.search(question)
    if names_something_new(question, transcript, index) and not (goes_on and len(content(question)) <= OWN_SUBJECT):
        return ""
    if goes_on:
        return "goes on from what was said before"
    if len(content(question)) < OWN_SUBJECT and "?" in question:
        return "has no subject of its own"
    if speaks_of(question, transcript):
        return "speaks of what was mentioned"
    return ""


def speaks_of(question: str, transcript: str) -> bool:
    """Whether a short question takes something as known, `the two structures`, that was mentioned before."""
    if len(content(question)) > SHORT:
        return False
    mentioned = set(stem_words(content(transcript)))
    return any(mentioned.intersection(stem_words(content(match[1]))) for match in DEFINITE.finditer(question))


def stands_early(question: str, match: re.Match[str]) -> bool:
    """Whether nothing that could be meant stands before it, as in `Which method helps models when they forget?`."""
    return len(content(question[: match.start()])) < OWN_SUBJECT


def content(text: str) -> list[str]:
    return [word for word in map(str.casefold, WORD.findall(text)) if word not in COMMON_WORDS]


def names_something_new(question: str, transcript: str, index: "PaperIndex | None") -> bool:
    names = names_in(question) + (paper_names_in(question, index) if index else [])
    return any(not mentions(transcript, name) for name in names)
