"""Fits what each figure of `rag/reading/answerability.py` is worth, and writes it to rag/weights/refusal.json.

    python train/refusal.py [--data DIR] [--out FILE] [--work DIR]

Asks the questions of DIR/eval/dev.jsonl (default ../shared) of two indexes, one over DIR/corpus and one over the
catalogue that ships, with the shipped retriever and evidence model, and fits a logistic regression to whether the
question can be answered. What it prints is out of fold: a question was never judged by a fit that had seen it, in
either index. Takes some minutes; what was computed for one evidence model is kept in the work folder. To be run again
whenever retrieval or the evidence model changes. Needs the extra `train`.
"""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from index import IndexSettings, PaperIndex, catalogue_path, ingest
from rag import Message, RagSettings
from rag.reading import FITTED, EvidenceModel, EvidenceScore, answerability_features, read_evidence
from rag.search import make_retriever, number_evidence
from rag.understanding import standalone_question

ROOT = Path(__file__).resolve().parent.parent
FOLDS, ROUNDS = 10, 5
PENALTY = 1.0
"""On the squared weights, in standard deviations of the features: three hundred questions carry few free figures."""

Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--out", type=Path, default=FITTED)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "refusal")
    arguments = parser.parse_args()
    asked = arguments.data / "eval" / "dev.jsonl"
    if not asked.is_file():
        print(f"skipped: there are no questions in {asked} (give --data DIR)")
        return
    model = EvidenceModel()
    reader = RememberingReader(model, arguments.work / f"scores-{model.facts['sha256'][:12]}.json")
    questions = [json.loads(line) for line in asked.read_text("utf-8").splitlines()]
    sources = (arguments.data / "corpus" / "joint-attention-listing.txt", catalogue_path())
    rows = [row for source in sources for row in measure(source, questions, reader)]
    reader.keep()
    names = list(rows[0]["features"])
    weights, bias = fit(rows, names)
    figures = report(rows, out_of_fold(rows, names))
    fitted = {
        "evidence_model": model.facts["sha256"],
        "bias": round(bias, 4),
        "weights": {name: round(weight, 4) for name, weight in zip(names, weights, strict=True)},
        "out_of_fold": figures,
    }
    arguments.out.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    print(json.dumps(fitted, indent=1))


class RememberingReader:
    """The evidence model, with what it said kept in a file: its reading takes most of the time."""

    def __init__(self, model: EvidenceModel, file: Path) -> None:
        self._model = model
        self._file = file
        self._said = json.loads(file.read_text("utf-8")) if file.is_file() else {}

    def score(self, question: str, passages: Sequence[tuple[str, str]]) -> list[EvidenceScore]:
        scores = []
        for title, abstract in passages:
            key = f"{question}\n{title}\n{abstract}"
            if key not in self._said:
                score = self._model.score(question, [(title, abstract)])[0]
                self._said[key] = [score.answerable, score.relevance]
            scores.append(EvidenceScore(*self._said[key]))
        return scores

    def keep(self) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(self._said), "utf-8")


def measure(source: Path, questions: Sequence[Row], reader: RememberingReader) -> Iterator[Row]:
    """The features of each question in an index over `source`, as an assistant would have them."""
    settings = RagSettings()
    with tempfile.TemporaryDirectory() as folder:
        index_settings = IndexSettings(folder=Path(folder))
        ingest([source], index_settings)
        with PaperIndex.open(index_settings) as index:
            retriever = make_retriever(index, settings.retrieval)
            for asked in questions:
                said = [Message(turn["role"], turn["content"]) for turn in asked.get("history", ())]
                standalone = standalone_question(asked["question"], said, index)
                retrieval = retriever.retrieve(standalone.searches[0], settings.top_k)
                reading = read_evidence(standalone, number_evidence(retrieval), retrieval, index.rarity)
                unanswerable = asked["type"] == "unanswerable"
                yield {
                    "qid": asked["qid"],
                    "kind": asked["kind"] if unanswerable else asked["type"],
                    "answerable": not unanswerable,
                    "features": answerability_features(reading, reader),
                }


def matrix(rows: Sequence[Row], names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    features = np.array([[row["features"][name] for name in names] for row in rows], dtype=float)
    return features, np.array([float(row["answerable"]) for row in rows])


def fit(rows: Sequence[Row], names: Sequence[str]) -> tuple[np.ndarray, float]:
    """Weights and bias of the penalised logistic regression; the bias carries no penalty."""
    features, answerable = matrix(rows, names)
    scaler = StandardScaler().fit(features)
    # Newton's method, and close to the optimum: at the default tolerance the fourth digit that is written would move.
    model = LogisticRegression(C=1 / PENALTY, solver="newton-cholesky", tol=1e-9)
    model.fit(scaler.transform(features), answerable)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def out_of_fold(rows: Sequence[Row], names: Sequence[str]) -> np.ndarray:
    """The probability of each row by fits that have not seen its question, averaged over several partitions."""
    features, _ = matrix(rows, names)
    chances = np.zeros(len(rows))
    answerable = {row["qid"]: row["answerable"] for row in rows}
    for seed in range(ROUNDS):
        random = np.random.default_rng(seed)
        folds = {}
        for wanted in (True, False):
            qids = sorted(qid for qid, value in answerable.items() if value == wanted)
            folds |= {qid: at % FOLDS for at, qid in enumerate(random.permutation(qids))}
        for fold in range(FOLDS):
            weights, bias = fit([row for row in rows if folds[row["qid"]] != fold], names)
            held = [at for at, row in enumerate(rows) if folds[row["qid"]] == fold]
            chances[held] += 1 / (1 + np.exp(-features[held] @ weights - bias)) / ROUNDS
    return chances


def report(rows: Sequence[Row], chances: np.ndarray) -> Mapping[str, Any]:
    """How well the decision does: ranking, precision and recall of refusals, share refused by kind, reliability."""
    answerable = np.array([row["answerable"] for row in rows])
    refused = chances < RagSettings().refuse_below
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row, is_refused in zip(rows, refused, strict=True):
        by_kind[row["kind"]].append(bool(is_refused))
    above = (chances[answerable][:, None] > chances[~answerable][None, :]).mean()
    edges = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01]
    bins = [(chances >= low) & (chances < high) for low, high in pairwise(edges)]
    return {
        "auc": round(float(above), 3),
        "refusal_precision": round(float((~answerable)[refused].mean()), 3),
        "refusal_recall": round(float(refused[~answerable].mean()), 3),
        "refused_by_kind": {kind: round(float(np.mean(some)), 3) for kind, some in sorted(by_kind.items())},
        "reliability": [
            {"said": round(float(chances[some].mean()), 2), "was": round(float(answerable[some].mean()), 2)}
            | {"questions": int(some.sum())}
            for some in bins
            if some.any()
        ],
    }


if __name__ == "__main__":
    main()
