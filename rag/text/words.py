"""Words as questions and sentences are compared by: those that say what a text is about, slips of the pen forgiven."""

from collections.abc import Iterable

from index import PART, STOP_WORDS, nearest_words, split_words, stem_words

QUESTION_WORDS = frozenset(
    "abstract abstracts answer anyone article articles author authors called claim claimed claims collection compare "
    "comparison describe described differ exactly explain find idea kind kinds know list mean name named names paper "
    "papers please proposal propose proposed proposes publication question read report reported reports research show "
    "shown shows sort sorts studies study tell text type types work works".split()
)
"""Words of asking, which say how something is asked rather than what about."""


def is_common(word: str) -> bool:
    """Whether the word, whatever its case, says nothing of what a text is about: a stop word or a word of asking."""
    return (folded := word.casefold()) in STOP_WORDS or folded in QUESTION_WORDS


def content_stems(question: str) -> dict[str, str]:
    """Stem → word as written, for the words of a question that say what it is about."""
    words = split_words(question)
    folded = [word.casefold() for word in words]
    stems = stem_words(folded)
    by_stem: dict[str, str] = {}
    for stem, word, written in zip(stems, folded, words, strict=True):
        if not is_common(word) and (len(word) > 1 or not word.isascii()):
            by_stem.setdefault(stem, written)
    return by_stem or dict(zip(stems, words, strict=True))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a misspelling of, else None.

    The first letters may be swapped but not wrong.
    """
    return min(nearest_words(word, [one for one in known if one and one[0] in word[:2]]), default=None)


def fold_words(text: str) -> str:
    """The words of a text in lower case with one blank between them: for comparing names and titles."""
    return " ".join(PART.findall(text.casefold()))
