"""Whether a question can be understood without what was said before it: a learned judgement; and which one it means."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.text import is_english, mentions, names_in, paper_names_in
from rag.understanding.head import Heard, hear, leaning

if TYPE_CHECKING:
    from index import PaperIndex

LEANS = 0.5
LEANS_DESPITE_A_NAME = 0.97
"""From which probability on it leans on the talk; the second where it names something that was not spoken of. By the
first, 92% of 2,141 held-out phrasings and fields are told right."""

HEARD_OF_AN_ANSWER = 300
"""Characters of the last answer, from its beginning, that are heard: the head learned from short ones."""

FIRST = re.compile(r"\b(?:first|former|1st)\b", re.IGNORECASE)
SECOND = re.compile(r"\b(?:second|latter|last|2nd)\b", re.IGNORECASE)
OTHER = re.compile(r"\bother\b", re.IGNORECASE)


def leans_on(question: str, said: Sequence[tuple[str, str]], index: "PaperIndex", heard: Heard | None = None) -> bool:
    """Whether it leans on the talk: `said` are questions with their answers, the last one last."""
    if not is_english(question):
        return False
    asked, answered = said[-1]
    talk = [index.encode(asked), index.encode(answered[:HEARD_OF_AN_ANSWER])]
    heard = heard or hear(question, index.encode(question))
    chance = leaning(heard, talk)
    if LEANS < chance < LEANS_DESPITE_A_NAME and not (FIRST.search(question) or SECOND.search(question)):
        return not names_something_new(question, heard, " ".join(map(" ".join, said)), index)
    return chance >= LEANS


def without_people(question: str, heard: Heard) -> str:
    """`Only those by Ruiz`: whoever is named narrows down what was spoken of, and is no subject."""
    for tag, start, end in heard.spans:
        if tag == "person":
            question = question[:start] + " " * (end - start) + question[end:]
    return question


def names_something_new(question: str, heard: Heard, transcript: str, index: "PaperIndex") -> bool:
    """What the title of a paper has is no person, whatever was heard."""
    names = names_in(without_people(question, heard)) + paper_names_in(question, index)
    return any(not mentions(transcript, name) for name in names)
