"""What is told of each side of a comparison."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index import IndexSettings, PaperIndex, split_sentences
from rag.answering import draft_from
from rag.reading import EvidenceScore, Reading, SentenceSupport, read_evidence, read_sides
from rag.search import make_retriever, number_evidence
from rag.settings import RetrievalSettings
from rag.understanding import StandaloneQuestion


class LastReader:
    """Finds whatever is asked in the last sentence but one."""

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[EvidenceScore]:
        return [self.of(text) for _, text in passages]

    def of(self, text: str) -> EvidenceScore:
        spans = split_sentences(text)
        at = max(0, len(spans) - 2)
        support = tuple(SentenceSupport(*span, 0.9 if n == at else 0.1) for n, span in enumerate(spans))
        return EvidenceScore(1.0, 1.0, support)


@pytest.fixture(scope="module")
def index(catalogue_index: Path) -> Iterator[PaperIndex]:
    with PaperIndex.open(IndexSettings(folder=catalogue_index)) as index:
        yield index


def reading_of(index: PaperIndex, text: str, kind: str) -> Reading:
    question = StandaloneQuestion.alone(text, kind=kind)  # type: ignore[arg-type]
    found = make_retriever(index, RetrievalSettings()).retrieve(text, 8)
    return read_evidence(question, number_evidence(found), found, index)


def test_each_side_is_told_of_by_the_sentences_that_the_reader_finds(index: PaperIndex) -> None:
    reading = read_sides(reading_of(index, "How do OAT and GazeXplain differ?", "compare"), LastReader())
    papers = {paper.n: paper for paper in reading.papers}
    assert len(reading.sides) == 2
    for n, places in reading.sides.items():
        assert papers[n].sentences[-2].place in places
        assert papers[n].likeliest.place in places
    draft = draft_from(reading)
    assert [part.numbers for part in draft.parts] == [(n,) for n in reading.sides]
    assert all(part.text.count(f"[{part.numbers[0]}]") == len(reading.sides[part.numbers[0]]) for part in draft.parts)


def test_only_a_comparison_has_sides(index: PaperIndex) -> None:
    assert not read_sides(reading_of(index, "What do OAT and GazeXplain share?", "fact"), LastReader()).sides
