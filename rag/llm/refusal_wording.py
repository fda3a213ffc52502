"""How a language model says that it can't answer: the sentence we ask for, and what models say instead."""

import re

from index import split_sentences

REFUSAL = "The abstracts do not answer this question."
"""The sentence that a model is asked to refuse with, in every language."""

MARKER = re.compile(r"[\[【]\s*\d[^\]】]*[\]】]")
LONGEST_REFUSAL = 3
"""Sentences that a refusal in a model's own words may have; a longer text without markers says something else too."""

EVIDENCE = (
    r"(?:abstracts?|evidence|passages?|sources?|documents?|context|texts?|papers?|information|excerpts?|materials?)"
)
NOT = r"(?:do(?:es)? not|don['’]t|doesn['’]t|did not|didn['’]t|can ?not|can['’]t|fails? to)"
HOLD = (
    r"(?:\w+ )?(?:answer|say|state|mention|contain|provide|include|specify|discuss|address|cover|give|report|describe"
    r"|offer|hold|support|indicate|tell|reveal|explain|have|allow)"
)
PATTERNS = (
    # "The provided abstracts do not mention …"
    rf"\b{EVIDENCE}(?: (?:given|provided|above|here|shown|listed|available))? {NOT} {HOLD}",
    # "I cannot find …", "I'm unable to …"
    r"\bI(?: am|['’]m)? ?(?:cannot|can['’]t|can not|could not|couldn['’]t|do not|don['’]t|unable to|not able to)"
    r" (?:\w+ )?(?:answer|find|know|determine|locate|provide|have|say|tell|identify|help|assist)",
    # "There is no information …"
    r"\b(?:there is|there['’]s|there are) (?:no|not enough|insufficient) (?:\w+ ){0,3}"
    r"(?:information|evidence|mention|answer|data|details?)",
    # "None of the passages mentions …", "No information is given …"
    rf"^(?:no|none of) (?:\w+ ){{0,3}}(?:{EVIDENCE}|mention|answer)(?: \w+){{0,8}}? "
    r"(?:is|are|was|were|answers?|contains?|mentions?|address(?:es)?|states?|provides?|found|provided|available|given)\b",
    # "… is not mentioned in the abstracts"
    r"\b(?:is|are|was|were) not (?:\w+ )?(?:mentioned|stated|specified|provided|answered|contained|addressed|covered"
    rf"|found|reported|given)\b[^.]*\b(?:in|by) [^.]*\b{EVIDENCE}",
    r"\b(?:insufficient|not enough) (?:information|evidence|context|data)\b",
    r"\b(?:enthalten|beantworten|nennen|erwähnen)\b[^.]{0,60}\b(?:nicht|keine)\b|\bkann\b[^.]{0,60}nicht beantwort",
    r"\bne (?:répond|contien|mentionn|permett)\w+ (?:pas|aucune)\b|\bno (?:contienen?|responden?|mencionan?)\b",
)
REFUSALS = re.compile("|".join(PATTERNS), re.IGNORECASE)


def is_refusal(text: str) -> bool:
    """Whether an answer says that the evidence holds no answer, in the fixed sentence or in words of its own.

    An answer that cites anything besides is a partial answer, no refusal.
    """
    spans = split_sentences(text)
    if not spans or MARKER.search(text):
        return False
    if says_refusal(text):
        return True
    return len(spans) <= LONGEST_REFUSAL and any(is_refusal_sentence(text[start:end]) for start, end in spans[:2])


def is_refusal_sentence(sentence: str) -> bool:
    """Whether one sentence says that something is not in the evidence (also as the last part of a partial answer)."""
    return not MARKER.search(sentence) and bool(says_refusal(sentence) or REFUSALS.search(sentence.strip(" *_\"'")))


def says_refusal(text: str) -> bool:
    return REFUSAL.rstrip(".").casefold() in text.casefold()
