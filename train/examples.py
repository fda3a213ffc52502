"""What the evidence model learns from: documents, questions about them, and the pairs made of both."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index import split_sentences

Span = tuple[int, int]
"""(start, end) offsets of characters, end exclusive."""

UNSURE_RELEVANCE = frozenset({"swap", "baseline", "entity"})
"""A swapped entity, or a rival that is only named, may or may not leave the paper on topic: no label, no harm."""

OF_ANOTHER_PAPER = frozenset({"sibling", "elsewhere"})

PREMISES = frozenset({"premise", "false_premise"})
"""Nothing answers these, but a sentence may hold what is right instead: where none is marked, none is known."""


@dataclass(frozen=True, slots=True)
class Document:
    """A title and its abstract or paragraph. `family` is where near neighbours are looked for."""

    name: str
    title: str
    text: str
    family: str
    article: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about one document. `support` is the sentence that answers, `answer` the words themselves."""

    document: str
    text: str
    answerable: bool
    kind: str
    support: Span | None = None
    answer: Span | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """One pair to learn from. None means that this target is unknown and does not count in the loss.

    `supported` says whether `support` is to be believed: an unanswerable pair is supported by nothing, and an
    answerable one without a marked sentence teaches nothing about sentences. `spanned` likewise for `answer`.
    """

    question: str
    title: str
    text: str
    answerable: float | None
    relevance: float | None
    kind: str
    support: Span | None = None
    supported: bool = False
    answer: Span | None = None
    spanned: bool = False


@dataclass(frozen=True)
class Collection:
    """Documents by name, and the questions written about them."""

    documents: Mapping[str, Document]
    questions: tuple[Question, ...]
    families: Mapping[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        members: dict[str, list[str]] = {}
        for document in self.documents.values():
            members.setdefault(document.family, []).append(document.name)
        object.__setattr__(self, "families", {family: tuple(names) for family, names in members.items()})

    def joined(self, other: "Collection") -> "Collection":
        return Collection({**self.documents, **other.documents}, (*self.questions, *other.questions))


def read_collection(data: Path, own: Path) -> Collection:
    """Everything under `data` (see its README), and what we wrote ourselves: the files of the folder `own`.

    There `questions-*` are further questions on the same abstracts, `invented-*` papers that do not exist.
    """
    documents = {document.name: document for document in read_abstracts(data / "answerability-documents.jsonl")}
    cranfield = data.parent / "collections" / "cranfield" / "cran.all.1400"
    if cranfield.is_file():
        documents.update({document.name: document for document in read_cranfield(cranfield)})
    questions = read_questions(data / "answerability.jsonl", documents)
    for file in sorted(own.glob("invented-*-papers.jsonl")):
        documents.update({document.name: document for document in read_abstracts(file)})
    for file in sorted([*own.glob("questions-*.jsonl"), *own.glob("invented-*-questions.jsonl")]):
        questions += read_questions(file, documents)
    paragraphs, squad = read_squad(data / "squad2-part.json")
    documents.update({document.name: document for document in paragraphs})
    return Collection(documents, tuple(questions + squad))


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def read_abstracts(file: Path) -> list[Document]:
    return [
        Document(name, row["title"], row["abstract"], family=name.split(":")[0].rstrip("ABCDEFGH"))
        for row in read_lines(file)
        if (name := row.get("doc") or row["id"])
    ]


def read_cranfield(file: Path) -> list[Document]:
    """The SMART format: .I number, .T title, .A authors, .B source, .W text (which repeats the title)."""
    documents = []
    for record in ("\n" + file.read_text("utf-8", errors="replace")).split("\n.I ")[1:]:
        number, _, rest = record.partition("\n")
        title = " ".join(rest.partition(".T\n")[2].partition("\n.A")[0].split()).strip(" .")
        text = " ".join(rest.partition("\n.W\n")[2].split())
        text = text.removeprefix(title).lstrip(" .")
        if len(text) > 80:
            documents.append(Document(f"cranfield:{number.strip()}", title, text, family="cran"))
    return documents


def read_questions(file: Path, documents: Mapping[str, Document]) -> list[Question]:
    """Questions with the answering sentence either in words (`evidence`) or by offsets (`evidence_span`)."""
    questions = []
    for row in read_lines(file):
        document = documents.get(row["doc"])
        if document is None:
            continue
        span = row.get("evidence_span")
        support = (int(span[0]), int(span[1])) if span else find_span(document.text, row.get("evidence") or "")
        questions.append(Question(document.name, row["question"], bool(row["answerable"]), row["kind"], support))
    return questions


def find_span(text: str, part: str) -> Span | None:
    """Where `part` stands in `text`, blanks apart; its beginning alone if the rest was worded differently."""
    if not part:
        return None
    start = text.find(part)
    if start >= 0:
        return start, start + len(part)
    start = text.find(part[:40])
    return (start, min(len(text), start + len(part))) if start >= 0 else None


def read_squad(file: Path) -> tuple[list[Document], list[Question]]:
    documents, questions = [], []
    for article in json.loads(file.read_text("utf-8"))["data"]:
        for number, paragraph in enumerate(article["paragraphs"]):
            title = article["title"].replace("_", " ")
            name = f"squad:{article['title']}:{number}"
            document = Document(name, title, paragraph["context"], family="squad", article=article["title"])
            documents.append(document)
            sentences = split_sentences(document.text)
            for row in paragraph["qas"]:
                answer = None
                if row["answers"]:
                    first = min(row["answers"], key=lambda given: len(given["text"]))
                    answer = (first["answer_start"], first["answer_start"] + len(first["text"]))
                support = covering(sentences, answer) if answer else None
                questions.append(Question(name, row["question"], bool(answer), "squad", support, answer))
    return documents, questions


def covering(sentences: list[Span], span: Span) -> Span:
    """The sentences that `span` touches, as one span."""
    touched = [sentence for sentence in sentences if sentence[0] < span[1] and span[0] < sentence[1]]
    return (touched[0][0], touched[-1][1]) if touched else span


def as_example(question: Question, document: Document) -> Example:
    """The question with the document it was written for."""
    relevance: float | None = 1.0
    if question.kind in OF_ANOTHER_PAPER:
        relevance = 0.0
    elif question.kind in UNSURE_RELEVANCE:
        relevance = None
    return Example(
        question.text,
        document.title,
        document.text,
        float(question.answerable),
        relevance,
        question.kind,
        support=question.support,
        supported=question.support is not None or not (question.answerable or question.kind in PREMISES),
        answer=question.answer,
        spanned=question.kind == "squad",
    )
