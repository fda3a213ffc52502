"""Quoting well: what a paper is called, and how its sentences read outside their abstract."""

import re

from index import split_words
from rag.text import is_name


def third_person(verb: str) -> str:
    """`study` → `studies`, `address` → `addresses`, `propose` → `proposes`."""
    if verb.endswith("y"):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "sh", "ch")) else f"{verb}s"


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
    r"in contrast|instead|"
    r"remarkably|surprisingly|to this end|as a result|by contrast|conversely|likewise|similarly|that is|in fact|indeed|"
    r"again|subsequently|next|based on this(?: \w+)?|in doing so|by doing so|in this way|"
    r"building (?:up)?on (?:this|these) \w+|(?:inspired|motivated) by (?:this|these)(?: \w+){0,2}|"
    r"towards? (?:this|that) (?:goal|end|aim)|(?:for|to) this purpose|to (?:effectively )?"
    r"(?:address|tackle|overcome|solve|handle|mitigate|remedy|resolve|alleviate|achieve|do|counter|fill|bridge|reach) "
    r"(?:this|these|that|those|such|the above|the aforementioned)(?: [\w-]+){0,3}),\s+(?!and\b)",
    re.I,
)
"""What ties a sentence to the one before it and means nothing without it."""

SAYING = (
    "propose introduce present describe develop investigate explore examine show find demonstrate argue analyze "
    "analyse devise design offer provide establish reveal consider suggest conjecture formulate discuss evaluate "
    "tackle revisit report build put apply use extend prove compare unveil construct characterize address study"
).split()
THIRD_PERSON = {verb: third_person(verb) for verb in SAYING}

AND_SAYS = re.compile(rf"(,? and )({'|'.join(SAYING)})(?= that\b)")
"""`We compare heads, and show that ...`: the second verb has the same subject."""

SUBJECT = re.compile(
    r"^(?P<subject>we|this (?:paper|work|study|article|report|research)|the (?:paper|authors?)|"
    r"our (?:work|paper|study)) (?P<adverb>(?:\w+ly|first|also|further|here|then|thus|therefore) )?(?P<verb>\w+) ",
    re.I,
)
FIRST_PERSON = re.compile(r"\b(?:we|our|ours|us)\b", re.I)
UNRESOLVED = re.compile(
    r"^(?:it|this|these|they|its|their|such|that|both|the (?:proposed|former|latter|resulting|same|method|model|"
    r"approach|framework|system|network|paper|authors?|architecture|algorithm|results?|code))\b|"
    r"\bthe proposed\b|\bthis (?:paper|work|study|article|method|approach|model)\b",
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


def as_predicate(sentence: str) -> str:
    """What is said of the paper: `proposes a network` for `We propose a network`; "" for other sentences."""
    match = SUBJECT.match(sentence)
    if not match:
        return ""
    verb = match["verb"].lower()
    third = verb if verb in THIRD_PERSON.values() else THIRD_PERSON.get(verb, "")
    if not third or (match["subject"].lower() == "we" and verb not in THIRD_PERSON):
        return ""
    adverb = re.sub(r"^(?:then|also|thus|here|further) ", "", match["adverb"] or "", flags=re.IGNORECASE)
    rest = AND_SAYS.sub(lambda also: f"{also[1]}{THIRD_PERSON[also[2]]}", sentence[match.end() :])
    return f"{adverb}{third} {rest}"


def cite(text: str, numbers: tuple[int, ...] | list[int]) -> str:
    """The sentence with its markers before the full stop."""
    markers = "".join(f"[{n}]" for n in numbers)
    stop = text[-1:] if text[-1:] in ".!?" else "."
    body = text[:-1].rstrip() if text[-1:] in ".!?" else text.rstrip(" ;,:")
    return f"{body} {markers}{stop}"
