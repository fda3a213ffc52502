"""Quoting well: what a paper is called, and how its sentences read outside their abstract."""

import re

from index import split_words
from rag.text import is_name

IN_THIS_PAPER = re.compile(
    r"^(?:in (?:this|our) (?:paper|work|study|article|research|survey|letter|report|position paper)|here(?:in)?|"
    r"in this regard|in summary|overall),? +(?=(?:we|the|i|a|an|our)\b)",
    re.I,
)
SECTION_LABEL = re.compile(r"^[A-Z][A-Z /&,-]{3,40}: +(?=\S)")
"""`RESULTS: `, as structured abstracts have it."""
LEADING_NUMBER = re.compile(r"^\(?(?:\d{1,2}|i{1,3}|iv|[a-e])\) ")
CONNECTIVE = re.compile(
    r"^(?:moreover|furthermore|additionally|in addition|besides|also|however|(?:more )?specifically|in particular|"
    r"concretely|finally|lastly|meanwhile|consequently|therefore|thus|hence|notably|importantly|nevertheless|"
    r"nonetheless|interestingly|first(?:ly)?|second(?:ly)?|third(?:ly)?|then|accordingly|on the other hand|"
    r"in contrast|instead|remarkably|surprisingly|as a result|by contrast|conversely|likewise|similarly|that is|"
    r"in fact|indeed|again|subsequently|next|in this way|(?:in|by) doing so|"
    r"(?:for|towards?|based on|building (?:up)?on|(?:inspired|motivated) by) (?:this|these|that|such)(?: \w+){0,2}|"
    r"to (?:\w+ ){0,2}(?:this|these|that|those|such|so|it|them|the above)\b(?: [\w-]+){0,3}),\s+(?!and\b)",
    re.I,
)
"""What ties a sentence to the one before it and means nothing without it."""

ITSELF = re.compile(
    r"^(?:we|this (?:paper|work|study|article|report|research)|the (?:paper|authors?)|our (?:work|paper|study)) ", re.I
)
FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us)\b", re.I)
UNRESOLVED = re.compile(
    r"^(?:it|this|these|they|its|their|such|that|both|the (?:former|latter|same))\b|\bthe proposed\b|"
    r"\bthis (?:paper|work|study|article)\b",
    re.I,
)


def quote(sentence: str, *, after_its_neighbour: bool = False) -> str:
    """The sentence without what only its abstract made sense of: "In this paper, ", "Moreover, ".

    Such words stay when the sentence before it is quoted too (`after_its_neighbour`).
    """
    text = LEADING_NUMBER.sub("", SECTION_LABEL.sub("", " ".join(sentence.split())))
    shorter = IN_THIS_PAPER.sub("", text)
    if not after_its_neighbour:
        for _ in range(2):
            shorter = CONNECTIVE.sub("", shorter)
        shorter = IN_THIS_PAPER.sub("", shorter)
    return capitalise(shorter) if shorter != text else text


def capitalise(text: str) -> str:
    first = split_words(text)[:1]
    return text if not first or is_name(first[0]) else text[:1].upper() + text[1:]


def is_unresolved(sentence: str) -> bool:
    """Whether the reader needs to be told whose "we", "our method" or "it" this is."""
    return bool(FIRST_PERSON.search(sentence) or UNRESOLVED.search(sentence))


def introduces(sentence: str, name: str) -> bool:
    """Whether the sentence says what `name` is: `we propose EliteKV, ...`, `Visual Attention Redistribution (VAR)`."""
    return (
        bool(name)
        and re.search(
            rf"\({re.escape(name)}\)|\b(?:propos\w+|introduc\w+|present\w*|develop\w*|termed|named|called|dubbed)"
            rf"(?: [\w-]+){{0,8}}?,? {re.escape(name)}\b|^{re.escape(name)} (?:is|are)\b",
            sentence,
        )
        is not None
    )


def speaks_of_its_paper(sentence: str) -> bool:
    """Whether the paper or its authors are what the sentence is about: `We study heads.`"""
    return ITSELF.search(sentence) is not None


def cite(text: str, numbers: tuple[int, ...] | list[int]) -> str:
    """The sentence with its markers before the full stop."""
    markers = "".join(f"[{n}]" for n in numbers)
    stop = text[-1:] if text[-1:] in ".!?" else "."
    body = text[:-1].rstrip() if text[-1:] in ".!?" else text.rstrip(" ;,:")
    return f"{body} {markers}{stop}"
