"""Names that papers of an index have, or mention."""

import re
from typing import TYPE_CHECKING

from rag.text.names import mentions, name_of

if TYPE_CHECKING:
    from index import Paper, PaperIndex

RARE = 3
"""A word that so many papers have may be the name of something; one that more have is part of the language."""

PAPERS_TRIED = 10

ORDINARY = re.compile(r"[A-Z][a-z]+(?:-[A-Za-z]+)*")
"""How a word looks that is a name only by its capital."""


def paper_names_in(text: str, index: "PaperIndex") -> list[str]:
    """Names by which papers of the index are known, in the order in which the text mentions them."""
    names = {
        name
        for paper in found_by_words(text, index)
        if (name := name_of(paper.title, paper.abstract)) and mentions(text, name)
    }
    kept = [name for name in names if is_telling(name, index)]
    return sorted(kept, key=lambda name: text.casefold().find(name.casefold()))


def is_telling(name: str, index: "PaperIndex") -> bool:
    """Whether the name can't be mistaken for an ordinary word, as `Attention` can."""
    return ORDINARY.fullmatch(name) is None or len(papers_naming(name, index)) <= RARE


def papers_naming(name: str, index: "PaperIndex") -> list["Paper"]:
    """Papers, ten at most, that mention the name in title or abstract."""
    return [paper for paper in found_by_words(name, index) if mentions(f"{paper.title}. {paper.abstract}", name)]


def found_by_words(text: str, index: "PaperIndex") -> list["Paper"]:
    return list(index.papers([id for id, _ in index.search_words(text, PAPERS_TRIED)]).values())
