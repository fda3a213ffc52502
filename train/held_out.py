"""Questions on fields that no weight was made from, asked of a library of all fields as an assistant would ask them."""

import random
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from index import IndexSettings, Paper, PaperIndex, Span, split_sentences
from rag import Message, RagSettings
from rag.reading import (
    EvidenceScore,
    Reader,
    Reading,
    answerability_features,
    read_evidence,
    read_paper,
    read_papers,
    support_log_odds,
)
from rag.search import make_retriever, number_evidence
from rag.understanding import standalone_question
from train.examples import covering
from train.field_questions import HELD_OUT
from train.fields import WrittenField, WrittenTalk, read_fields
from train.offtopic import OFF_TOPIC

OFF_TOPIC_ASKED = 60

SentenceRow = tuple[float, float, bool]
"""A sentence of the paper asked about: log-odds by words and meaning, by the evidence model, whether it answers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question on one field, the turns before it, and the paper that it is about (by its id in the library, "" for
    none) with what answers it."""

    field: str
    text: str
    kind: str
    is_answerable: bool
    paper: str = ""
    evidence: tuple[Span, ...] = ()
    history: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Measured:
    """What a turn finds out about a question before it answers; `sentences` of the right paper, when that was found.

    `is_read`: the paper asked about was among those that the evidence model read; so is one that is not known.
    """

    asked: Asked
    features: dict[str, float]
    sentences: tuple[SentenceRow, ...] = ()
    is_read: bool = True


def measure(fields: Path, reader: Reader) -> Iterator[Measured]:
    """The held-out questions of the folder `fields`, asked of an index over all its papers."""
    every = read_fields(fields)
    papers = {f"{one.name}:{paper.id}": paper for one in every for paper in one.papers.values()}
    questions = [asked for one in every if one.name in HELD_OUT for asked in questions_of(one)]
    questions += [Asked("", text, "off_topic", False) for text in random.Random(0).sample(OFF_TOPIC, OFF_TOPIC_ASKED)]
    settings = RagSettings()
    with (
        tempfile.TemporaryDirectory() as folder,
        PaperIndex.open(IndexSettings(folder=Path(folder))) as index,
    ):
        index.add([Paper(id, paper.title, paper.abstract) for id, paper in papers.items()])
        retriever = make_retriever(index, settings.retrieval)
        for asked in tqdm(questions, desc="held-out questions", unit="question"):
            standalone = standalone_question(asked.text, asked.history, index)
            retrieval = retriever.retrieve(standalone.searches[0], settings.top_k)
            reading = read_evidence(standalone, number_evidence(retrieval), retrieval, index)
            if reading.papers:
                scores = read_papers(reading, reader)
                features = answerability_features(reading.read_by(scores), scores)
                read = {paper.evidence.paper_id for paper in reading.papers if paper.n in scores}
                sentences = tuple(sentences_of(reading, asked, scores, reader))
                yield Measured(asked, features, sentences, not asked.paper or asked.paper in read)


def questions_of(field: WrittenField) -> Iterator[Asked]:
    for paper in field.papers.values():
        id = f"{field.name}:{paper.id}"
        for question in paper.questions:
            is_answerable = question.kind.partition(" ")[0] in ("detail", "find", "keyword")
            yield Asked(field.name, question.text, question.kind, is_answerable, id, question.evidence)
        for talk in paper.talks:
            if talk.kind != "turn":
                yield Asked(field.name, talk.standalone, f"{talk.kind}, alone", talk.kind == "talk", id, talk.evidence)
                yield Asked(
                    field.name, talk.question, talk.kind, talk.kind == "talk", id, talk.evidence, as_history(talk)
                )
    for asked in field.questions:
        if asked.kind != "record":
            yield Asked(field.name, asked.text, asked.kind, bool(asked.papers))


def as_history(talk: WrittenTalk) -> tuple[Message, ...]:
    return tuple(Message("assistant" if number % 2 else "user", turn) for number, turn in enumerate(talk.turns))


def sentences_of(
    reading: Reading, asked: Asked, scores: Mapping[int, EvidenceScore], reader: Reader
) -> Iterator[SentenceRow]:
    """The sentences of the paper that answers; none where it was not found, or nothing in it is marked."""
    if not (asked.is_answerable and asked.evidence):
        return
    for paper in reading.papers:
        if paper.evidence.paper_id != asked.paper:
            continue
        score = scores.get(paper.n) or read_paper(reading.mended, paper, reader)
        support = {one.start: support_log_odds(one.score) for one in score.sentences}
        right = [covering(split_sentences(paper.evidence.passage), span) for span in asked.evidence]
        for one in paper.sentences:
            is_right = any(start <= one.start and one.end <= end for start, end in right)
            yield one.log_odds, support.get(one.start, 0.0), is_right
