"""Names of methods, models and data sets, as questions and titles write them."""

import re
from collections.abc import Iterator

from index import WORD
from rag.text.language import is_english
from rag.text.words import COMMON_WORDS

QUOTED = re.compile(r"“([^”]{3,90})”|\"([^\"]{3,90})\"|(?<!\w)'([^']{3,90})'(?!\w)|(?<!\w)‘([^’]{3,90})’(?!\w)")
POSSESSIVE = re.compile(r"['’]s$")
SENTENCE_START = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘(]*")
FIRST_WORD = re.compile(rf"{SENTENCE_START.pattern}(?P<word>[A-Z][a-z]+(?:-[a-z]+)*) ")


def is_name(word: str) -> bool:
    """Whether a word by itself is written as only names are, with capitals or digits within: EliteKV, CLIP, GPT-2."""
    has_inner_capital = any(letter.isupper() for letter in word[1:])
    return has_inner_capital or (word[:1].isalpha() and any(letter.isdigit() for letter in word))


def name_words(text: str) -> list[str]:
    """The words of a text that are names: `Is Reformer faster than GPT-2?` -> Reformer, GPT-2.

    Where capitals mark names, in English and not at the beginning of a sentence, a capital makes one.
    """
    return [name for name, _, _ in find_name_words(text)]


def find_name_words(text: str) -> Iterator[tuple[str, int, int]]:
    """`name_words` with the place of each, (word, start, end), without the `'s` of a possessive."""
    is_capital_telling = is_english(text)
    starts = {match.end() for match in SENTENCE_START.finditer(text)}
    for found in WORD.finditer(text):
        word = POSSESSIVE.sub("", found[0])
        has_capital = is_capital_telling and word[:1].isupper() and word.casefold() not in COMMON_WORDS
        if is_name(word) or (has_capital and found.start() not in starts):
            yield word, found.start(), found.start() + len(word)


def names_in(text: str) -> list[str]:
    """The names in a text, in order: `Does X-Pool use CLIP as in 'Frozen in Time'?` -> X-Pool, CLIP, Frozen in Time.

    Words with capitals side by side are one name, Star Attention, also at the beginning of a sentence.
    """
    quoted = [(match.start(), match.end()) for match in QUOTED.finditer(text)]
    names = [(start, text[start + 1 : end - 1]) for start, end in quoted]
    after_first = {match.end(): match for match in FIRST_WORD.finditer(text)}
    spans: list[tuple[int, int]] = []
    is_open = False
    for word, start, end in find_name_words(text):
        if any(left <= start < right for left, right in quoted):
            continue
        first = after_first.get(start)
        if is_open and text[spans[-1][1] : start] == " ":
            spans[-1] = spans[-1][0], end
            continue
        is_open = not is_name(word)
        begins_name = first and is_open and first["word"].casefold() not in COMMON_WORDS
        spans.append((first.start("word") if first and begins_name else start, end))
    names += [(start, text[start:end]) for start, end in spans]
    return list(dict.fromkeys(name for _, name in sorted(names) if len(name) > 2))


def mentions(text: str, name: str) -> bool:
    """Whether the text holds the name as whole words, without regard to case."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None
