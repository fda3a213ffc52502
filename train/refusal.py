"""Fits what each figure of `rag/reading/answerability.py` is worth, and writes it to rag/weights/refusal.json, with
reliability.svg beside it.

    python train/refusal.py [--out FILE] [--models DIR]

Asks the questions of three fields that the evidence model was not made from (`held_out.py`) of an index over all
papers of `fields/`, with the shipped retriever and the evidence model of DIR, and fits a logistic regression to whether
the question can be answered. What it prints is out of fold: each field is judged by a fit to the others. Takes some
minutes. To be run again whenever retrieval or the evidence model changes. Needs the extra `train`.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from rag import RagSettings
from rag.reading import FITTED, MODELS, EvidenceModel
from train.held_out import Measured, measure
from train.reliability import as_svg
from train.sentences import fit as fit_shares

FIELDS = Path(__file__).resolve().parent / "fields"
PENALTY = 1.0
"""On the squared weights, in standard deviations of the features."""

ANSWERABLE = 0.9
"""Share of the questions taken to be answerable: people mostly ask a library what it is on."""

UNASKED = 0.01
"""Share of the answerable questions that may be refused before a language model, where there is one, was asked."""

Row = Measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FITTED)
    parser.add_argument("--models", type=Path, default=MODELS, help="folder of the evidence model")
    arguments = parser.parse_args()
    model = EvidenceModel(arguments.models)
    measured = list(measure(FIELDS, model))
    # Where the search did not find the paper there is nothing to be learned about an answer.
    rows = [row for row in measured if row.is_read or not row.asked.is_answerable]
    print(f"{len(rows)} of {len(measured)} questions: the others' papers were not among those read")
    names = list(rows[0].features)
    weights, bias = fit(rows, names, ANSWERABLE)
    chances = out_of_fold(rows, names)
    fitted = {
        "evidence_model": model.facts["sha256"],
        "bias": round(bias, 4),
        "weights": {name: round(weight, 4) for name, weight in zip(names, weights, strict=True)},
        "unasked_below": round(lowest(rows, chances), 4),
        "out_of_fold": report(rows, chances),
    }
    arguments.out.write_text(json.dumps(fitted, indent=1) + "\n", "utf-8")
    plot = as_svg(fitted["out_of_fold"]["reliability"], "What the refusal says of held-out fields, and what was so")
    arguments.out.with_name("reliability.svg").write_text(plot, "utf-8")
    print(json.dumps(fitted, indent=1))
    print_ablation(rows, names)
    print_sentences(rows)


def lowest(rows: Sequence[Row], chances: np.ndarray) -> float:
    """The probability below which one answerable question in a hundred lies."""
    return float(np.quantile(chances[[row.asked.is_answerable for row in rows]], UNASKED))


def print_ablation(rows: Sequence[Row], names: Sequence[str]) -> None:
    """How well the decision ranks questions with all figures, and without each of them."""
    print(f"area under the ROC curve, out of fold: {area(rows, out_of_fold(rows, names)):.3f}")
    for name in names:
        others = [other for other in names if other != name]
        print(f"  without {name}: {area(rows, out_of_fold(rows, others)):.3f}")


def area(rows: Sequence[Row], chances: np.ndarray) -> float:
    """The chance that an answerable question is held likelier to be than another."""
    answerable = np.array([row.asked.is_answerable for row in rows])
    return float((chances[answerable][:, None] > chances[~answerable][None, :]).mean())


def print_sentences(rows: Sequence[Row]) -> None:
    """What the log-odds of a sentence are worth, by words and meaning and by the evidence model, and how often the
    first sentence is right by either and by both."""
    marked = [row.sentences for row in rows if any(right for _, _, right in row.sentences)]
    examples = [
        (np.array([[own, read] for own, read, _ in one]), np.array([right for *_, right in one])) for one in marked
    ]
    own, read = fit_shares(examples)
    print(f"{len(marked)} questions: log-odds by words and meaning x {own:.3f}, by the evidence model x {read:.3f}")
    for name, weights in {"words and meaning": (1, 0), "evidence model": (0, 1), "both": (own, read)}.items():
        first = np.mean([right[(figures @ weights).argmax()] for figures, right in examples])
        print(f"  {name}: the first sentence is right for {first:.3f}")


def matrix(rows: Sequence[Row], names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    features = np.array([[row.features[name] for name in names] for row in rows], dtype=float)
    return features, np.array([float(row.asked.is_answerable) for row in rows])


def fit(rows: Sequence[Row], names: Sequence[str], share: float | None = None) -> tuple[np.ndarray, float]:
    """Weights and bias of the penalised logistic regression; the bias carries no penalty.

    The questions count so that `share` of them are answerable; None: each counts once.
    """
    features, answerable = matrix(rows, names)
    scaler = StandardScaler().fit(features)
    counts = np.ones(len(rows)) if share is None else shares(answerable, share)
    # Newton's method, and close to the optimum: at the default tolerance the fourth digit that is written would move.
    model = LogisticRegression(C=1 / PENALTY, solver="newton-cholesky", tol=1e-9)
    model.fit(scaler.transform(features), answerable, counts)
    weights = model.coef_[0] / scaler.scale_
    return weights, float(model.intercept_[0] - weights @ scaler.mean_)


def shares(answerable: np.ndarray, share: float) -> np.ndarray:
    """How much each question counts so that `share` of them can be answered."""
    there = answerable.mean()
    counts: np.ndarray = np.where(answerable, share / there, (1 - share) / (1 - there))
    return counts


def out_of_fold(rows: Sequence[Row], names: Sequence[str]) -> np.ndarray:
    """The probability of each row by a fit that has seen no question of its field."""
    features, _ = matrix(rows, names)
    chances = np.zeros(len(rows))
    fields = [row.asked.field for row in rows]
    for field in set(fields):
        weights, bias = fit([row for row, own in zip(rows, fields, strict=True) if own != field], names, ANSWERABLE)
        held = [at for at, own in enumerate(fields) if own == field]
        chances[held] = 1 / (1 + np.exp(-features[held] @ weights - bias))
    return chances


def report(rows: Sequence[Row], chances: np.ndarray) -> Mapping[str, Any]:
    """How well the decision does: ranking, precision and recall of refusals, share refused by kind, reliability."""
    answerable = np.array([row.asked.is_answerable for row in rows])
    refused = chances < RagSettings().refuse_below
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for row, is_refused in zip(rows, refused, strict=True):
        by_kind[row.asked.kind].append(bool(is_refused))
    counts = shares(answerable, ANSWERABLE)
    edges = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 1.01]
    bins = [(chances >= low) & (chances < high) for low, high in pairwise(edges)]
    return {
        "auc": round(area(rows, chances), 3),
        "refusal_precision": round(float((~answerable)[refused].mean()), 3),
        "refusal_recall": round(float(refused[~answerable].mean()), 3),
        "refused_by_kind": {kind: round(float(np.mean(some)), 3) for kind, some in sorted(by_kind.items())},
        "reliability": [
            {"said": round(float(np.average(chances[some], weights=counts[some])), 2)}
            | {"was": round(float(np.average(answerable[some], weights=counts[some])), 2)}
            | {"questions": int(some.sum())}
            for some in bins
            if some.any()
        ],
    }


if __name__ == "__main__":
    main()
