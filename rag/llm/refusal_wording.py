"""How a language model says that something is not in the evidence: by the marker we ask for, whatever its words.

A sentence about what the evidence lacks ends with [0], as one about what it holds ends with its number. That is told
apart in any language, and in a partial answer sentence by sentence; a marker that names no evidence is shown nowhere.
The wording is looked at only where a reply has no marker at all, and only in English. Of 60 refusals in 22 languages
all are told by the marker, six by their wording; of 60 answers with a negation none is taken for one. Tried: a linear
head on letters and words, learned from 600 sentences in these languages; of refusals in other languages than English it
told 59%, and took 25% of answers for one. What is left is told by the model that verifies (`rag.llm.verifying`).
"""

import re

from index import split_sentences

REFUSAL = "The abstracts do not answer this question."
"""What is shown for a refusal; marked, the example of one in the prompt."""

REFUSAL_MARKED = REFUSAL.replace(".", " [0].")

ABSENT = re.compile(r"[ \t]*[\[【［]\s*0\s*[\]】］]")
MARKER = re.compile(r"[\[【［]\s*\d[^\]】］]*[\]】］]")
FEWEST_WORDS = 3
"""A shorter clause beside one about what is lacking ("I'm sorry, but …") claims nothing."""
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
    rf"^(?!no evidence (?:of|for|that)\b)(?:no|none of) (?:\w+ ){{0,3}}(?:{EVIDENCE}|mention|answer)(?: \w+){{0,8}}? "
    r"(?:is|are|was|were|answers?|contains?|mentions?|address(?:es)?|states?|provides?|found|provided|available|given)\b",
    # "Nothing in the evidence …"; "Based on the evidence, this cannot be determined"
    rf"^nothing in (?:\w+ ){{0,3}}{EVIDENCE}\b",
    rf"\b{EVIDENCE}\b[^.]{{0,60}}\b(?:can ?not|can['’]t) be (?:determined|answered|established|inferred|known|said)\b",
    rf"\b(?:can ?not|can['’]t) be (?:determined|answered|established|inferred|known|said)\b[^.]*\b{EVIDENCE}",
    # "… is not mentioned in the abstracts"
    r"\b(?:is|are|was|were) not (?:\w+ )?(?:mentioned|stated|specified|provided|answered|contained|addressed|covered"
    rf"|found|reported|given)\b[^.]*\b(?:in|by) [^.]*\b{EVIDENCE}",
    # "The evidence says nothing about …", "The sources contain no details on …"
    rf"\b{EVIDENCE}(?: \w+){{0,2}}? \w+ "
    r"(?:nothing (?:on|about|of)|no (?:information|mention|details?|answer|statement))\b",
)
REFUSALS = re.compile("|".join(PATTERNS), re.IGNORECASE)

CONTRAST = re.compile(
    r"[,;:–—]\s*(?:but|yet|however|though|although|while|whereas|only that|aber|doch|sondern|jedoch|mais|pero|sino|ma"
    r"|mas|maar|men|ale|но)\s+(?=(?:\S+\s+){2,}\S+)",
    re.IGNORECASE,
)
"""Where a sentence turns from what is lacking to what is there; three words must follow, or nothing is said."""


def is_refusal(text: str) -> bool:
    """Whether an answer says that the evidence holds no answer: by its marker, in the fixed sentence, or in its words.

    An answer that cites any evidence besides is a partial answer, no refusal.
    """
    spans = split_sentences(text)
    if not spans or cites(text):
        return False
    sentences = [text[start:end] for start, end in spans]
    absent = [bool(ABSENT.search(sentence)) for sentence in sentences]
    if says_refusal(text) or all(absent):
        return True
    refusing = absent if any(absent) else [is_refusal_sentence(sentence) for sentence in sentences]
    return len(spans) <= LONGEST_REFUSAL and any(refusing[:2])


def is_refusal_sentence(sentence: str) -> bool:
    """Whether one sentence says only that something is not in the evidence (also at the end of a partial answer)."""
    return not claim_in(sentence)


def claim_in(sentence: str) -> str:
    """The part of a sentence that says something of the papers, and so can be checked against them.

    All of an ordinary sentence; "" of one about what the evidence lacks; of "They do not say that X, but Y [2]." Y, and
    of "Y, but they do not say X." Y again.
    """
    said = sentence.strip(" *_\"'")
    clauses = CONTRAST.split(said)
    lacking = [bool(REFUSALS.search(clause)) or says_refusal(clause) for clause in clauses]
    if not any(lacking) and len(clauses) == 1:  # the marker speaks where the words do not tell; of two clauses, of one
        lacking = [bool(ABSENT.search(said))]
    if not any(lacking) or (len(clauses) == 1 and cites(said)):
        return sentence
    claims = [clause for clause, lacks in zip(clauses, lacking, strict=True) if not lacks]
    return ", ".join(clause for clause in claims if len(clause.split()) >= FEWEST_WORDS)


def cites(text: str) -> bool:
    """Whether a marker names evidence."""
    return bool(MARKER.search(ABSENT.sub("", text)))


def without_absent(text: str) -> str:
    """The text without the markers [0], and the blanks before them."""
    return ABSENT.sub("", text)


def says_refusal(text: str) -> bool:
    return REFUSAL.rstrip(".").casefold() in without_absent(text).casefold()
