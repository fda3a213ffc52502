"""What a word is, which words say nothing, and which are forms of one: the same for the index and for all above it."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

import tantivy

WORD = re.compile(r"[^\W_]+(?:[-+*/^_.@&:()'’]+[^\W_]+)*(?:\([^\W_][\w^+*/ -]*\)|[+*#]+)?")
"""A word as papers write it; names held together by signs are one: E-Branchformer, O(n^2), TVQA+, BLEU-4."""

PART = re.compile(r"[^\W_]+")
"""Letters and digits without any sign between them."""

STOP_WORDS = frozenset(
    "a about above according after all also although am among an and another any apart are as aside at be because been "
    "before being besides between both but by can could did do does doing done during each either else ever every few "
    "for from further get gets give given gives go had has have having here how however i if in instead into is it its "
    "itself just let like made make makes many may me might more most much must my neither next no nor not now of off "
    "on once one only onto or other our out over own per put quite rather same say says see several shall should since "
    "so some still such take taken takes than that the their them themselves then there these they thing this those "
    "though through thus to together too toward towards under until up upon use used uses using very via was way we "
    "were what when where whether which while who whom whose why will with within without would yet you your".split()
)
"""Words that stand in any text, whatever it is about."""

LONGEST_TERM = 100
"""Characters of a word that the index keeps; a longer one is left out."""


def split_words(text: str) -> list[str]:
    """The words of `text` as written, in order; of one with signs in it, its parts follow."""
    words = []
    for word in WORD.findall(text):
        words.append(word)
        parts = PART.findall(word)
        if len(parts) > 1:
            words += parts
    return words


def stems_of(texts: Iterable[str]) -> list[list[str]]:
    """For each text the stems of its words that are not stop words, in order, repeated where they repeat."""
    return [
        [stem(word) for written in split_words(text) if (word := written.casefold()) not in STOP_WORDS]
        for text in texts
    ]


def stem_words(words: Iterable[str]) -> list[str]:
    """The stem of each word."""
    return [stem(word) for word in words]


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The English stem of a word, in lower case, as the index keeps it; a word with signs in it stays whole."""
    found = make_analyzer().analyze(word)
    return str(found[0]) if len(found) == 1 else word.casefold()


@cache
def make_analyzer() -> tantivy.TextAnalyzer:
    """tantivy's own: letters and digits, lower case, accents off, Snowball's English stemmer."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(LONGEST_TERM),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    ):
        builder = builder.filter(step)
    return builder.build()
