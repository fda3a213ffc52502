"""A paper with all that the index keeps of it, and what was read lately kept in memory."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

import numpy as np

from index.embedding import Encoded, Vector, normalise
from index.paper import Paper, Passage
from index.sentences import split_sentences


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVector:
    """The sentence `abstract[start:end]` of a paper, and its vector (d,): float32, L2-normalised."""

    start: int
    end: int
    vector: Vector


@dataclass(frozen=True, slots=True, eq=False)
class PaperVectors:
    """The tokens of a paper's passages, in order, and its sentences.

    Both are empty where there are no token vectors (`index.token_vectors: false`, or not yet). Tokens' `offsets` refer
    to the abstract; those of the title, which come first in each passage, have (-1, -1).
    """

    tokens: tuple[Encoded, ...] = ()
    sentences: tuple[SentenceVector, ...] = ()


NO_VECTORS = PaperVectors()


@dataclass(frozen=True, slots=True, eq=False)
class PaperContent:
    """A paper and its passages in order. `read_vectors`: paper id -> vectors, of this paper and those read with it."""

    paper: Paper
    passages: tuple[Passage, ...]
    read_vectors: Callable[[], Mapping[str, PaperVectors]]

    @property
    def vectors(self) -> PaperVectors:
        """Read when first asked for, then for all papers of the same search at once: not each search needs them."""
        return self.read_vectors().get(self.paper.id, NO_VECTORS)


Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by id, at most `size` of them; the one that was not asked for longest goes first. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._cleared = 0
        self._lock = threading.Lock()

    def get(self, ids: Collection[str], read: Callable[[Sequence[str]], Mapping[str, Value]]) -> dict[str, Value]:
        """The values of `ids`, in their order; `read` brings those that are not here. Unknown ones are left out."""
        with self._lock:
            known = {id: self._values[id] for id in ids if id in self._values}
            for id in known:
                self._values.move_to_end(id)
            cleared = self._cleared
        new = read(missing) if (missing := [id for id in ids if id not in known]) else {}
        with self._lock:
            # What was read before a `clear` may be out of date.
            if cleared == self._cleared:
                self._values.update(new)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        found = {**known, **new}
        return {id: found[id] for id in ids if id in found}

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._cleared += 1


def gather(
    papers: Mapping[str, Paper],
    passages: Mapping[str, Sequence[Passage]],
    read_tokens: Callable[[Collection[str]], Mapping[str, Encoded]],
    recent: Callable[[], Recent[list[SentenceVector]]],
) -> dict[str, PaperContent]:
    """Paper id -> its content, in the order of `papers`; sentences that are not among the recent ones are made."""

    @cache
    def read_vectors() -> dict[str, PaperVectors]:
        tokens = read_tokens([one.id for some in passages.values() for one in some])
        pairs = {id: [(one, tokens[one.id]) for one in some if one.id in tokens] for id, some in passages.items()}

        def make(ids: Collection[str]) -> dict[str, list[SentenceVector]]:
            return {id: sentence_vectors(papers[id].abstract, some) for id in ids if (some := pairs.get(id))}

        sentences = recent().get(papers, make)
        return {
            id: PaperVectors(tuple(encoded for _, encoded in some), tuple(sentences.get(id, ())))
            for id, some in pairs.items()
        }

    return {id: PaperContent(paper, tuple(passages.get(id, ())), read_vectors) for id, paper in papers.items()}


def sentence_vectors(abstract: str, passages: Sequence[tuple[Passage, Encoded]]) -> list[SentenceVector]:
    """A vector for each sentence, from the tokens of the passages; they are in the abstract's order."""
    spans = split_sentences(abstract)
    speaking, means = [], []
    for start, end in spans:
        # A very long sentence may run over several passages: the one that holds its beginning speaks for it.
        encoded = next((one for passage, one in passages if passage.start <= start < passage.end), passages[-1][1])
        starts = np.array(encoded.offsets, dtype=np.int32).reshape(-1, 2)[:, 0]
        inside = (starts >= start) & (starts < end)
        # Beyond what the model reads there are no tokens: the passage as a whole is then the best there is.
        speaking.append(None if inside.any() else encoded.vector)
        means.append(encoded.tokens[inside | (starts < 0)].mean(axis=0) if inside.any() else encoded.vector)
    vectors = normalise(np.array(means)) if means else ()
    return [
        SentenceVector(start, end, vector if whole is None else whole)
        for (start, end), whole, vector in zip(spans, speaking, vectors, strict=True)
    ]
