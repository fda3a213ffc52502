"""Names of methods, models and data sets, as questions and titles write them."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from index import WORD
from rag.text.language import is_english
from rag.text.words import is_common

if TYPE_CHECKING:
    from index import Paper, PaperIndex

QUOTED = re.compile(r"“([^”]{3,90})”|\"([^\"]{3,90})\"|(?<!\w)'([^']{3,90})'(?!\w)|(?<!\w)‘([^’]{3,90})’(?!\w)")
POSSESSIVE = re.compile(r"['’]s$")
OPENING_WORD = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘(]*([A-Z][a-z]+(?:-[a-z]+)*) $")
OPENS_SENTENCE = re.compile(r"(?:^|[.!?:\n])[\s\"'“‘(]*$")

LONGEST_TITLE_NAME = 4
"""Words before the colon of a title that still make a name: `Frozen in Time: A Joint Video and Image Encoder`."""

RARE = 3
"""A word that so many papers have may be the name of something; one that more have is part of the language."""

LOOKED_AT = 10


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
    for found in WORD.finditer(text):
        word = POSSESSIVE.sub("", found[0])
        has_capital = is_capital_telling and word[:1].isupper() and not is_common(word)
        if is_name(word) or (has_capital and not OPENS_SENTENCE.search(text[: found.start()])):
            yield word, found.start(), found.start() + len(word)


def names_in(text: str) -> list[str]:
    """The names in a text, in order: `Does X-Pool use CLIP as in 'Frozen in Time'?` -> X-Pool, CLIP, Frozen in Time.

    Words with capitals side by side are one name, Star Attention, also at the beginning of a sentence.
    """
    quoted = [(match.start(), match.end()) for match in QUOTED.finditer(text)]
    names = [(start, text[start + 1 : end - 1]) for start, end in quoted]
    spans: list[tuple[int, int]] = []
    for word, start, end in find_name_words(text):
        if any(left <= start < right for left, right in quoted):
            continue
        first = OPENING_WORD.search(text[:start])
        if spans and spans[-1][1] == start - 1 and text[start - 1] == " " and not is_name(text[slice(*spans[-1])]):
            spans[-1] = spans[-1][0], end
        elif first and not is_name(word) and not is_common(first[1]):
            spans.append((first.start(1), end))
        else:
            spans.append((start, end))
    names += [(start, text[start:end]) for start, end in spans]
    return list(dict.fromkeys(name for _, name in sorted(names) if len(name) > 2))


def title_name(title: str) -> str:
    """The name that a title gives its work: what stands before the colon, if short; else empty."""
    name, colon, _ = title.partition(":")
    return name.strip() if colon and len(name.split()) <= LONGEST_TITLE_NAME else ""


def calls_paper(paper: "Paper", question: str) -> bool:
    """Whether the question calls the paper by the name that its title gives it: `the HeadMask authors`.

    A name that may be an ordinary word, Combiner or FAST, must be written as in the title.
    """
    name = title_name(paper.title)
    if name.isalpha() and (name.istitle() or name.isupper()):
        return re.search(rf"(?<![\w-]){name}(?![\w-])", question) is not None
    return bool(name) and mentions(question, name)


def paper_names_in(text: str, index: "PaperIndex") -> list[str]:
    """Names that titles of the index give their works, in the order in which the text mentions them."""
    names = {
        name for paper in found_by_words(text, index) if (name := title_name(paper.title)) and mentions(text, name)
    }
    kept = [name for name in names if is_telling(name, index)]
    return sorted(kept, key=lambda name: text.casefold().find(name.casefold()))


def is_telling(name: str, index: "PaperIndex") -> bool:
    """Whether the name can't be mistaken for an ordinary word, as `Attention` can."""
    return re.fullmatch(r"[A-Z][a-z]+(?:-[A-Za-z]+)*", name) is None or len(papers_naming(name, index)) <= RARE


def papers_naming(name: str, index: "PaperIndex") -> list["Paper"]:
    """Papers, ten at most, that mention the name in title or abstract."""
    return [paper for paper in found_by_words(name, index) if mentions(f"{paper.title}. {paper.abstract}", name)]


def found_by_words(text: str, index: "PaperIndex") -> list["Paper"]:
    return list(index.papers([id for id, _ in index.search_words(text, LOOKED_AT)]).values())


def mentions(text: str, name: str) -> bool:
    """Whether the text holds the name as whole words, without regard to case."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None
