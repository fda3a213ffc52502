"""Collections to measure retrieval on: papers, questions, and which papers answer each, from a folder or a file.

Two formats are read from folders: the classic SMART one (Cranfield, CISI, MED) and BEIR's (SciFact, NFCorpus). Question
files are those of `paperchat eval`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index import Paper, fold_title

FIELD = re.compile(r"^\.([A-Z])(?:\s+(\S+))?\s*$")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the ids of the papers that answer it. `kind` groups questions in a report."""

    text: str
    relevant: frozenset[str]
    kind: str = "all"


@dataclass(frozen=True, slots=True)
class Collection:
    """Papers, and questions to them; questions without a relevant paper are left out."""

    name: str
    papers: tuple[Paper, ...]
    questions: tuple[Asked, ...]


def read_collection(folder: Path) -> Collection:
    """The collection in a folder, whichever of the two formats it has. Raises ValueError when it is neither."""
    if (folder / "corpus.jsonl").is_file():
        return read_beir(folder)
    if any(is_smart(file) for file in files(folder)):
        return read_smart(folder)
    raise ValueError(
        f"{folder} holds no collection: neither BEIR's corpus.jsonl, queries.jsonl and qrels/, nor SMART files "
        "(documents and questions with .I and .W lines, and a file of judgements with `rel` in its name)."
    )


def read_smart(folder: Path) -> Collection:
    """Documents and questions as `.I .T .A .B .W` records; judgements as lines `question document [grade]`.

    The judgements count the questions from 1 in the order of their file, whatever their `.I` says. A grade below 0
    means "not relevant", as does 0 in the four-column form `question 0 document grade`.
    """
    judgements = [file for file in files(folder) if "rel" in file.name.casefold()]
    records = [file for file in files(folder) if file not in judgements and is_smart(file)]
    asking = [file for file in records if re.search(r"qry|quer|que\b", file.name.casefold())]
    papers = [paper for file in records if file not in asking for paper in map(smart_paper, smart_records(file))]
    texts = [one_line(record.get("W", "")) for file in asking for record in smart_records(file)]
    relevant: dict[int, set[str]] = {}
    for file in judgements:
        for question, document in smart_judgements(file):
            relevant.setdefault(question, set()).add(document)
    known = {paper.id for paper in papers}
    return collection(
        folder.name, papers, [(text, relevant.get(number, set()) & known) for number, text in enumerate(texts, 1)]
    )


def smart_records(file: Path) -> Iterator[dict[str, str]]:
    record: dict[str, str] = {}
    field = ""
    for line in file.read_text("latin-1").splitlines(keepends=True):
        found = FIELD.match(line)
        if found and found[1] == "I":
            if record:
                yield record
            record, field = {"I": found[2] or ""}, ""
        elif found:
            field = found[1]
        elif field:
            record[field] = record.get(field, "") + line
    if record:
        yield record


def smart_paper(record: dict[str, str]) -> Paper:
    title, text = one_line(record.get("T", "")), one_line(record.get("W", ""))
    # Cranfield repeats the title at the beginning of the text.
    abstract = text.removeprefix(title).strip() or text or title
    return Paper(record["I"], title or abstract[:80] or record["I"], abstract or record["I"])


def smart_judgements(file: Path) -> Iterator[tuple[int, str]]:
    for line in file.read_text("latin-1").splitlines():
        columns = line.split()
        if len(columns) == 4 and columns[1] == "0" and columns[3].lstrip("-").isdigit():
            if int(columns[3]) > 0:
                yield int(columns[0]), columns[2]
        elif len(columns) >= 2 and (len(columns) < 3 or float(columns[2]) >= 0):
            yield int(columns[0]), columns[1]


def read_beir(folder: Path) -> Collection:
    """`corpus.jsonl`, `queries.jsonl`, and `qrels/test.tsv` (another split, or qrels.tsv, when there is no test)."""
    papers = [
        Paper(row["_id"], row.get("title") or row["text"][:80], row["text"] or row.get("title", ""))
        for row in json_lines(folder / "corpus.jsonl")
        if row.get("text") or row.get("title")
    ]
    texts = {row["_id"]: row["text"] for row in json_lines(folder / "queries.jsonl")}
    tables = [folder / "qrels" / "test.tsv", *sorted(folder.glob("qrels/*.tsv")), folder / "qrels.tsv"]
    table = next((file for file in tables if file.is_file()), None)
    if table is None:
        raise ValueError(f"{folder} has no judgements: qrels/test.tsv is missing.")
    relevant: dict[str, set[str]] = {}
    for line in table.read_text("utf-8").splitlines():
        question, document, grade, *_ = [*line.split("\t"), "1", "1"]
        if grade.lstrip("-").isdigit() and int(grade) > 0:
            relevant.setdefault(question, set()).add(document)
    return collection(folder.name, papers, [(texts[id], found) for id, found in relevant.items() if id in texts])


def read_questions(
    name: str, file: Path, papers: Sequence[Paper], titles: Mapping[str, str] | None = None, library: str = ""
) -> Collection:
    """A question file over these papers; those that can't be answered and follow-ups are left out.

    The file names papers by their ids, or by others of which `titles` gives the titles. With `library` only the
    questions that name it.
    """
    by_title = {fold_title(paper.title): paper.id for paper in papers}
    ids = {id: by_title.get(fold_title(title), "") for id, title in (titles or {}).items()}
    asked = [
        (row["question"], {ids.get(gold, gold) for gold in row.get("gold", ())}, row.get("type", "all"))
        for row in json_lines(file)
        if not row.get("history") and row.get("library", "") == library
    ]
    return collection(name, papers, asked)


def collection(
    name: str, papers: Sequence[Paper], asked: Sequence[tuple[str, set[str]] | tuple[str, set[str], str]]
) -> Collection:
    questions = [Asked(one[0], frozenset(one[1]), one[2] if len(one) > 2 else "all") for one in asked if one[1]]
    return Collection(name, tuple(papers), tuple(questions))


def json_lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.iterdir() if file.is_file())


def is_smart(file: Path) -> bool:
    with file.open("rb") as lines:
        return lines.read(3) in (b".I ", b".I\t")


def one_line(text: str) -> str:
    return " ".join(text.split())
