"""Words as questions and sentences are compared by: those that say what a text is about, slips of the pen forgiven.

Also whether they are English, which is what the offline search understands.
"""

import re
from collections.abc import Iterable

from index import STOP_WORDS, nearest_words, split_words, stem_words

QUESTION_WORDS = frozenset(
    "abstract abstracts answer anyone article articles author authors called claim claimed claims collection compare "
    "comparison describe described differ exactly explain find idea kind kinds know list mean name named names paper "
    "papers please proposal propose proposed proposes publication question read report reported reports research show "
    "shown shows sort sorts studies study tell text type types work works".split()
)
"""Words of asking, which say how something is asked rather than what about."""


COMMON_WORDS = STOP_WORDS | QUESTION_WORDS
"""Words, in lower case, that say nothing of what a text is about."""


def content_stems(question: str) -> dict[str, str]:
    """Stem → word as written, for the words of a question that say what it is about."""
    words = split_words(question)
    folded = [word.casefold() for word in words]
    stems = stem_words(folded)
    by_stem: dict[str, str] = {}
    for stem, word, written in zip(stems, folded, words, strict=True):
        if word not in COMMON_WORDS and (len(word) > 1 or not word.isascii()):
            by_stem.setdefault(stem, written)
    return by_stem or dict(zip(stems, words, strict=True))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a misspelling of, else None.

    The first letters may be swapped but not wrong.
    """
    return min(nearest_words(word, [one for one in known if one and one[0] in word[:2]]), default=None)


OTHER_STOP_WORDS = frozenset(
    # German, French, Spanish, Italian, Portuguese and Dutch
    "aber auf auch aus bei beim das dass dem den der des durch ein eine einem einen einer eines für gibt haben "
    "ich ihr im ist kann mit nach nicht oder sich sie sind über und uns vom von war welche welchem welchen "
    "welcher welches wenn wer werden wie wieviel wird wurde wurden zu zum zur zwischen au aux avec ce ces cette "
    "comment dans de du elle elles en entre est et il ils je la le les leur lui mais même nous où par pas peut "
    "plus pour pourquoi quand que quel quelle quelles quels qui quoi sa ses son sont sur une un vous été al como "
    "con cómo cual cuál cuáles cuánto cuántos cuántas del desde dónde el ella ellos es esta este fue ha hay las "
    "lo los más muy no para pero por porque qué quién se según ser si sin sobre su sus también una unos y alla "
    "che chi come cosa così da dal dalla dei della delle di dove gli hanno nel nella non per perché più quale "
    "quali quanto questo sono sul uno e ao aos até dos é ela eles em foi isso não na nas nos o os ou pela pelo "
    "qual quais quantos são sua tem um uma aan bij dat deze die door een geen heeft het hoe hoeveel ik is kan "
    "maar meer met naar niet nog om ook onder op te tot uit van veel voor waar waarom wat welk worden zijn".split()
)
SHARED = STOP_WORDS | frozenset("die das son des no me as at in an on is was do per man of data met".split())

LETTERS = re.compile(r"[^\W\d_]+")

NOTICE = (
    "The offline search understands English only; for a question in another language it goes by names and shared words."
)


def is_english(text: str) -> bool:
    """Whether the text can be taken for English; bare names and keywords, which belong to no language, can.

    Decided by the script and by the little words: it needs a sentence to tell languages of one script apart.
    """
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" for letter in letters)
    if latin < 0.7 * len(letters):
        return False
    words = [word.casefold() for word in LETTERS.findall(text)]
    english = sum(word in STOP_WORDS for word in words)
    other = sum(word in OTHER_STOP_WORDS and word not in SHARED for word in words)
    return other < 2 or english >= other
