"""Words as questions and sentences are compared by: those that say what a text is about, slips of the pen forgiven."""

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
