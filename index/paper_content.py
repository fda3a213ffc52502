"""A paper with all that the index keeps of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from index.embedding import Encoded
from index.paper import Paper, Passage
from index.recent import Recent
from index.sentence_vectors import SentenceVector, sentence_vectors


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


def gather(
    papers: Mapping[str, Paper],
    passages: Mapping[str, Sequence[Passage]],
    tokens: Mapping[str, Encoded],
    recent: Recent[list[SentenceVector]],
) -> dict[str, PaperContent]:
    """Paper id -> its content, in the order of `papers`; sentences that are not among the recent ones are made."""

    def find_sentences(ids: Collection[str]) -> dict[str, list[SentenceVector]]:
        pairs = {id: [(one, tokens[one.id]) for one in passages.get(id, ()) if one.id in tokens] for id in ids}
        return {id: sentence_vectors(papers[id].abstract, some) for id, some in pairs.items() if some}

    sentences = recent.get(papers, find_sentences)
    return {
        id: PaperContent(
            paper=paper,
            passages=tuple(passages.get(id, ())),
            tokens=tuple(tokens[one.id] for one in passages.get(id, ()) if one.id in tokens),
            sentences=tuple(sentences.get(id, ())),
        )
        for id, paper in papers.items()
    }
