"""Fits which papers a list, comparison or overview names, and writes rag/weights/belonging.json.

    python train/belonging.py [--out FILE] [--models DIR] [--read N]

Asks the questions to a whole library of the fields that the evidence model was not made from of an index over their
papers (`field_questions.HELD_OUT`), reads the first N papers of each search, and fits a logistic regression to whether
a paper belongs, and from which probability on it is named: the lowest at which PRECISION of the named papers belong.
What it prints is out of fold: each field is judged by a fit to the others. To be run again whenever retrieval or the
evidence model changes. Needs the extra `train`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from index import IndexSettings, Paper, PaperIndex
from rag import RagSettings
from rag.reading import (
    BELONGS,
    MODELS,
    MOST_READ,
    EvidenceModel,
    Reader,
    belonging_features,
    read_evidence,
    read_several,
)
from rag.search import make_retriever, number_evidence
from rag.understanding import make_plan
from train.field_questions import HELD_OUT
from train.fields import LibraryQuestion, WrittenField, read_fields

FIELDS = Path(__file__).resolve().parent / "fields"
KINDS = ("list", "compare", "overview", "absent")
READ = 12
"""Papers read of each search: as many as a list may take in three times the time of a fact."""
PRECISION = 0.86
"""Share of the named papers that shall belong, at least."""

FITS = {"short": ("answerable", "behind", "above"), "long": ("answerable", "behind")}
"""What each fit looks at, of `belonging_features`."""

ABOUT = ("Which papers are about {}?", "What do we have on {}?", "Papers that deal with {}", "What is known about {}?")
"""Asked in turn about each subject of a field, of which that has five papers or six."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the figures of each paper that was read, whether that belongs, and how many belong in all."""

    field: str
    kind: str
    rows: tuple[Mapping[str, float], ...]
    belongs: tuple[bool, ...]
    wanted: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=BELONGS)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the evidence model")
    parser.add_argument("--only", default=",".join(sorted(HELD_OUT)), help="held-out fields to ask about, two at least")
    parser.add_argument("--read", type=int, default=READ)
    arguments = parser.parse_args()
    model = EvidenceModel(arguments.models)
    asked = list(
        measure(
            [one for one in read_fields(FIELDS) if one.name in HELD_OUT & set(arguments.only.split(","))],
            model,
            arguments.read,
        )
    )
    fitted: dict[str, object] = {}
    for name, features in FITS.items():
        print(f"{name}:")
        fitted[name] = fit_and_print(asked, features)
    fitted |= {"papers_read": arguments.read, "evidence_model": model.facts["sha256"]}
    arguments.out.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    print(json.dumps(fitted, indent=1))


def fit_and_print(asked: Sequence[Asked], names: Sequence[str]) -> dict[str, object]:
    """The weights, and on the screen how well they do out of fold."""
    weights, bias = fit(asked, names)
    chances = out_of_fold(asked, names)
    least = threshold(asked, chances)
    print_figures(asked, chances, least)
    rounded = {name: round(weight, 4) for name, weight in zip(names, weights, strict=True)}
    return {"bias": round(bias, 4), "weights": rounded, "least": round(least, 3)}


def measure(fields: Sequence[WrittenField], reader: Reader, most: int) -> Iterator[Asked]:
    papers = {f"{one.name}:{paper.id}": paper for one in fields for paper in one.papers.values()}
    questions = [
        (one.name, asked) for one in fields for asked in (*one.questions, *about_subjects(one)) if asked.kind in KINDS
    ]
    with tempfile.TemporaryDirectory() as folder, PaperIndex.open(IndexSettings(folder=Path(folder))) as index:
        index.add([Paper(id, paper.title, paper.abstract) for id, paper in papers.items()])
        retriever = make_retriever(index, RagSettings().retrieval)
        for field, asked in tqdm(questions, desc="questions to a library", unit="question"):
            question = make_plan(asked.text, (), index).question
            retrieval = retriever.retrieve(question.searches[0], MOST_READ)
            reading = read_evidence(question, number_evidence(retrieval), retrieval, index)
            scores = read_several(reading, reader, most)
            wanted = {f"{field}:{id}" for id in asked.papers}
            read = [paper for paper in reading.papers if paper.n in scores]
            last = reading.papers[:most][-1].standing
            rows = tuple(belonging_features(scores[paper.n], paper.standing, last) for paper in read)
            belongs = tuple(paper.evidence.paper_id in wanted for paper in read)
            yield Asked(field, asked.kind, rows, belongs, len(wanted))


def about_subjects(field: WrittenField) -> Iterator[LibraryQuestion]:
    """Lists of all papers of each subject."""
    subjects: dict[str, list[str]] = {}
    for paper in field.papers.values():
        subjects.setdefault(paper.record.get("subject", ""), []).append(paper.id)
    for number, (subject, ids) in enumerate(sorted(subjects.items())):
        if subject:
            yield LibraryQuestion(ABOUT[number % len(ABOUT)].format(subject), "list", tuple(ids))


def fit(asked: Sequence[Asked], names: Sequence[str]) -> tuple[np.ndarray, float]:
    """Weights per unit of each figure, and the bias."""
    rows = np.array([[row[name] for name in names] for one in asked for row in one.rows])
    labels = np.array([label for one in asked for label in one.belongs])
    spread = rows.std(axis=0) + 1e-9
    model = LogisticRegression(C=1.0, max_iter=1000).fit(rows / spread, labels)
    return model.coef_[0] / spread, float(model.intercept_[0])


def out_of_fold(asked: Sequence[Asked], names: Sequence[str]) -> list[np.ndarray]:
    fits = {field: fit([one for one in asked if one.field != field], names) for field in {one.field for one in asked}}
    return [
        1
        / (
            1
            + np.exp(
                -np.array([[row[name] for name in names] for row in one.rows]) @ fits[one.field][0] - fits[one.field][1]
            )
        )
        for one in asked
    ]


def figures(asked: Sequence[Asked], chances: Sequence[np.ndarray], least: float) -> tuple[float, float, float]:
    """Mean recall, mean precision over the questions that name any, share of questions that name none."""
    named = [(one, chance >= least) for one, chance in zip(asked, chances, strict=True)]
    right = [(one, (np.array(one.belongs) & some).sum(), some.sum()) for one, some in named]
    recall = np.mean([hit / one.wanted for one, hit, _ in right if one.wanted] or [0.0])
    precision = np.mean([hit / some for one, hit, some in right if some and one.wanted] or [0.0])
    return float(recall), float(precision), float(np.mean([not some for _, _, some in right]))


def threshold(asked: Sequence[Asked], chances: Sequence[np.ndarray]) -> float:
    """The lowest chance from which on enough of the named papers belong."""
    of_lists = [(one, chance) for one, chance in zip(asked, chances, strict=True) if one.wanted]
    for least in np.arange(0.1, 0.9, 0.02):
        if figures(*zip(*of_lists, strict=True), float(least))[1] >= PRECISION:
            return float(least)
    return 0.5


def print_figures(asked: Sequence[Asked], chances: Sequence[np.ndarray], least: float) -> None:
    for kind in KINDS:
        some = [(one, chance) for one, chance in zip(asked, chances, strict=True) if one.kind == kind]
        if not some:
            continue
        of_kind = list(zip(*some, strict=True))
        found = np.mean([sum(one.belongs) / one.wanted for one in of_kind[0] if one.wanted] or [0.0])
        for cut in (0.3, least, 0.5, 0.7):
            recall, precision, none = figures(of_kind[0], of_kind[1], cut)
            print(f"{kind} ({len(some)}) from {cut:.2f}: recall {recall:.3f} of {found:.3f} read,", end=" ")
            print(f"precision {precision:.3f}, none {none:.3f}")


if __name__ == "__main__":
    main()
