"""The papers and questions of `fields/` in the form that the recipe takes: documents, and questions on one of them."""

from collections.abc import Iterator
from pathlib import Path

from index import split_sentences
from rag.text import without_markers
from train.augmentation import Neighbours
from train.examples import Collection, Document, Question, Span, covering
from train.fields import LibraryQuestion, WrittenField, WrittenPaper, WrittenQuestion, WrittenTalk, read_fields

HELD_OUT = frozenset({"engineering", "linguistics", "publichealth"})
"""Fields that no weight is made from: the refusal is fitted and the card measured on their questions."""

TALK_SO_FAR = 240
"""Characters of the talk before a question that are read with it, from its end."""
TALK_END = " || "
"""Between the talk so far and what is asked now."""

OTHERS = 2
"""Papers that each question to a library is paired with although they do not belong to its answer."""


def read_field_collection(folder: Path, *, held_out: bool = False) -> Collection:
    """The fields that are learned from, or, with `held_out`, those that are not."""
    fields = [one for one in read_fields(folder) if (one.name in HELD_OUT) == held_out]
    documents = {
        f"{one.name}:{paper.id}": Document(f"{one.name}:{paper.id}", paper.title, paper.abstract, family=one.name)
        for one in fields
        for paper in one.papers.values()
    }
    alone = Collection(documents, ())
    questions = [question for one in fields for question in questions_of(one, Neighbours(alone, one.name))]
    return Collection(documents, tuple(questions))


def questions_of(field: WrittenField, neighbours: Neighbours) -> Iterator[Question]:
    for paper in field.papers.values():
        name = f"{field.name}:{paper.id}"
        for question in paper.questions:
            yield as_question(question, paper, name)
        for talk in paper.talks:
            if talk.kind != "turn":
                yield from as_questions(talk, paper, name)
    for asked in field.questions:
        if asked.kind != "record":
            yield from to_library(asked, field.name, neighbours)


def as_question(question: WrittenQuestion, paper: WrittenPaper, name: str) -> Question:
    """`miss entity` becomes the kind "entity", `detail number` "detail"; a false premise is answered by nothing."""
    first, _, rest = question.kind.partition(" ")
    kind = rest if first == "miss" else first
    is_answered = first in ("detail", "find", "keyword")
    return Question(name, question.text, is_answered, kind, sentences_of(paper, question.evidence))


def as_questions(talk: WrittenTalk, paper: WrittenPaper, name: str) -> Iterator[Question]:
    """What is asked last, once on its own and once after the talk."""
    is_answered = talk.kind == "talk"
    kind = "detail" if is_answered else "attribute"
    support = sentences_of(paper, talk.evidence)
    yield Question(name, talk.standalone, is_answered, kind, support)
    yield Question(
        name, after_talk(without_markers(" ".join(talk.turns)), talk.question), is_answered, talk.kind, support
    )


def after_talk(talk: str, question: str) -> str:
    """The question with the end of the talk that it leans on. What ships is given the standalone form: see its card."""
    if len(talk) > TALK_SO_FAR:
        talk = talk[-TALK_SO_FAR:].partition(" ")[2]
    return f"{talk}{TALK_END}{question}" if talk else question


def to_library(asked: LibraryQuestion, field: str, neighbours: Neighbours) -> Iterator[Question]:
    """Each paper that belongs to the answer holds a part of it; of others, those that share the most words don't."""
    wanted = [f"{field}:{id}" for id in asked.papers]
    for name in wanted:
        yield Question(name, asked.text, True, asked.kind)
    near = neighbours.nearest(asked.text, OTHERS + len(wanted))
    for name in [name for name in near if name not in wanted][:OTHERS]:
        yield Question(name, asked.text, False, "elsewhere")


def sentences_of(paper: WrittenPaper, evidence: tuple[Span, ...]) -> Span | None:
    """The sentences in which the words stand; where they stand far apart, the first of them alone."""
    if not evidence:
        return None
    sentences = split_sentences(paper.abstract)
    whole = covering(sentences, (min(start for start, _ in evidence), max(end for _, end in evidence)))
    inside = sum(whole[0] <= start and end <= whole[1] for start, end in sentences)
    return whole if inside <= len(evidence) + 1 else covering(sentences, evidence[0])
