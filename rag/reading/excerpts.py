"""A paper as the evidence model reads it: by the sentences that may hold the answer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from rag.reading.evidence_model import EvidenceScore, SentenceSupport
from rag.reading.sentence_ranking import PaperSentences

SENTENCES_READ = 5
"""The likeliest sentences of an abstract, which are read in its order."""


class Reader(Protocol):
    """The evidence model, or what stands for it."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[EvidenceScore]: ...


def read_paper(asked: str, paper: PaperSentences, reader: Reader) -> EvidenceScore:
    """What the reader says of the paper; a sentence that it wasn't shown has no share in the answer."""
    likeliest = sorted(paper.sentences, key=lambda one: -one.probability)[:SENTENCES_READ]
    shown = sorted(likeliest, key=lambda one: one.place)
    (score,) = reader.score(asked, [(paper.evidence.title, " ".join(one.text for one in shown))])
    shares = dict.fromkeys((one.start for one in paper.sentences), 0.0)
    end = 0
    for one in shown:
        begin, end = end, end + len(one.text) + 1
        # The reader may divide a sentence where, in its abstract, none ends.
        inside = [part.score for part in score.sentences if begin <= part.start < end]
        shares[one.start] = max(inside, default=0.0)
    sentences = tuple(SentenceSupport(one.start, one.end, shares[one.start]) for one in paper.sentences)
    return replace(score, sentences=sentences)
