"""What of a question is searched: its words without those of asking, slips of the pen mended."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index import PART
from rag.text import COMMON_WORDS, NOTICE, is_english, is_name

if TYPE_CHECKING:
    from index import Encoded, PaperIndex

ENDINGS = frozenset(("", "s", "es", "ed", "d", "ing", "er", "ers", "ly"))

LONG_QUESTION = 7
"""One unknown word among more words than this is left as it is: the others find the paper, and it may be right."""

JOINED = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Query:
    """`text` is what is looked for by meaning, `words` what is looked for by words, `tokens` what the packaged model
    reads in `text`; `notice` tells what was changed."""

    text: str
    words: str
    tokens: "Encoded"
    notice: str = ""


def make_query(question: str, index: "PaperIndex") -> Query:
    """The question ready to be searched in this index."""
    tokens = index.encode(question)
    if not is_english(question):
        return Query(question, without_common_words(question), tokens, NOTICE)
    corrected = correct(question, tokens, index)
    if corrected == question:
        return Query(question, without_common_words(question), tokens)
    return Query(corrected, without_common_words(corrected), index.encode(corrected), f"Searched for “{corrected}”.")


def without_common_words(text: str) -> str:
    """The text without stop words and words of asking (which paper, authors), unless nothing else is there.

    Names stay whole: of `O(n^2)` or `E-Branchformer` nothing is taken away.
    """
    kept = [word for word in JOINED.findall(text) if not is_noise(word)]
    return " ".join(kept) if kept else text


def is_noise(word: str) -> bool:
    bare = word.strip("\"'“”‘’.,;:!?()[]").casefold().removesuffix("'s").removesuffix("’s")
    return bare in COMMON_WORDS or not any(map(str.isalnum, bare))


def correct(question: str, tokens: "Encoded", index: "PaperIndex") -> str:
    """The question with slips of the pen mended: each word that nobody knows becomes the nearest that is in the index.

    A word is known when it occurs in the index, or when the packaged model has a token of its own for it or for all of
    it but its ending, as it has for 30,000 of the commonest: a rare but right word must not be bent into another.
    What is written like a name (MOSE) stays, too.
    """
    guesses = index.words.guess(question)
    ends = dict(tokens.offsets)
    slips = [
        word
        for word in PART.finditer(question)
        if word[0].lower() in guesses
        and question[ends.get(word.start(), word.start()) : word.end()] not in ENDINGS
        and not is_name(word[0])
    ]
    if len(slips) < 2 and len(without_common_words(question).split()) > LONG_QUESTION:
        return question
    for slip in reversed(slips):
        question = question[: slip.start()] + guesses[slip[0].lower()][0] + question[slip.end() :]
    return question
