"""Names of methods, models and data sets, as questions and titles write them."""

import re
from typing import TYPE_CHECKING

from index import split_sentences
from rag.text.words import QUESTION_WORDS, STOP_WORDS

if TYPE_CHECKING:
    from index import Paper, PaperIndex

# EliteKV, 3DIS-FLUX, X-Pool, MHA2MLA, CNVSRC, GPT-4o: capitals or digits where an ordinary word has none.
ODD = r"(?:[A-Za-z0-9]+[A-Z][\w+-]*|[A-Za-z]+-?\d[\w.+-]*|\d+[A-Z][\w+-]*|[A-Z]\w*-[A-Z0-9][\w-]*)"
PLAIN = r"[A-Z][a-z]+(?:-[A-Za-z]+)*"
QUOTED = r"“[^”]{3,90}”|\"[^\"]{3,90}\"|(?<!\w)'[^']{3,90}'(?!\w)|(?<!\w)‘[^’]{3,90}’(?!\w)"
NAME = re.compile(rf"{QUOTED}|(?<![\w.-])(?:{PLAIN}(?: (?:{ODD}(?![\w-])|{PLAIN}))+|{ODD}|{PLAIN}(?![\w-]))")

LONGEST_TITLE_NAME = 4
"""Words before the colon of a title that still make a name: `Frozen in Time: A Joint Video and Image Encoder`."""

RARE = 3
"""A word that so many papers have may be the name of something; one that more have is part of the language."""

LOOKED_AT = 10


def names_in(text: str) -> list[str]:
    """What is written like a name, in order: `Does X-Pool use CLIP as in 'Frozen in Time'?` -> X-Pool, CLIP, Frozen ...

    At the beginning of a sentence a capital says nothing: `Attention sorting` is no name there, `EliteKV` is.
    """
    starts = {start for start, _ in split_sentences(text)}
    found = []
    for match in NAME.finditer(text):
        name = match[0].strip("“”\"'‘’").rstrip(".,-+")
        first, _, rest = name.partition(" ")
        if match.start() in starts and re.fullmatch(PLAIN, first) and (not rest or is_common(first)):
            name = rest
        if len(name) > 2 and not is_common(name):
            found.append(name)
    return list(dict.fromkeys(found))


def is_common(word: str) -> bool:
    return word.casefold() in STOP_WORDS or word.casefold() in QUESTION_WORDS


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
    return re.fullmatch(PLAIN, name) is None or len(papers_naming(name, index)) <= RARE


def papers_naming(name: str, index: "PaperIndex") -> list["Paper"]:
    """Papers, ten at most, that mention the name in title or abstract."""
    return [paper for paper in found_by_words(name, index) if mentions(f"{paper.title}. {paper.abstract}", name)]


def found_by_words(text: str, index: "PaperIndex") -> list["Paper"]:
    return list(index.papers([id for id, _ in index.search_words(text, LOOKED_AT)]).values())


def mentions(text: str, name: str) -> bool:
    """Whether the text holds the name as whole words, without regard to case."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None
