"""Vectors of sentences from those of their tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import Encoded, Vector, normalise
from index.paper import Passage
from index.sentences import split_sentences


@dataclass(frozen=True, slots=True, eq=False)
class SentenceVector:
    """The sentence `abstract[start:end]` of a paper, and its vector (d,): float32, L2-normalised."""

    start: int
    end: int
    vector: Vector


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
