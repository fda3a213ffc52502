"""A paper with all that the index keeps of it."""

from dataclasses import dataclass

from index.embedding import Encoded
from index.paper import Paper, Passage
from index.sentence_vectors import SentenceVector


@dataclass(frozen=True, slots=True, eq=False)
class PaperContent:
    """A paper, its passages in order, their tokens and its sentences.

    `tokens` and `sentences` are empty where there are no token vectors (`index.token_vectors: false`, or not yet).
    Tokens' `offsets` refer to the abstract; those of the title, which come first in each passage, have (-1, -1).
    """

    paper: Paper
    passages: tuple[Passage, ...]
    tokens: tuple[Encoded, ...]
    sentences: tuple[SentenceVector, ...]
