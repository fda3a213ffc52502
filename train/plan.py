"""Fits the head that tells what kind of question is asked, and writes rag/weights/plan.npz and plan-card.md.

    python train/plan.py [--out FILE]

Learns from `plan-questions.txt`, filled with subjects and people of `fields/`, and from the questions of `fields/`
themselves. What the card says is of fits that have seen neither the phrasing (half of them at a time) nor the field
(`field_questions.HELD_OUT`). Takes some minutes. Needs the extra `train`.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from index import Encoded, IndexSettings, PackagedEmbedding, Paper, PaperIndex
from rag.reading import vagueness_of
from rag.understanding import (
    ASKS,
    KINDS,
    TAGS,
    WEIGHTS,
    Head,
    Heard,
    Layer,
    asked_back_features,
    hear,
    leaning_features,
    question_features,
    token_features,
)
from train.fields import read_fields
from train.plan_card import Outcome, Read, card, report
from train.plan_questions import FIELDS, Example, examples, parts_of

FOLDS = 2
CARD = WEIGHTS.with_name("plan-card.md")
PENALTY = {"tag": 10.0, "kind": 1.5, "asks": 3.0, "leans": 0.5, "underspecified": 0.5, "asked back": 1.0}
"""The larger, the closer the fit (scikit-learn's C)."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    arguments = parser.parse_args()
    read = list(encode(examples()))
    rows = list(ask_unseen(read))
    vagueness = vagueness_of_questions([one.example.text for one, *_ in rows])
    asked_back = fit_asked_back(rows, vagueness)
    measured = report(rows, vagueness, asked_back)
    print(measured)
    store(arguments.out, replace(fit(read), asked_back=asked_back))
    arguments.out.with_name(CARD.name).write_text(card(read, measured), "utf-8")


def encode(asked: Iterable[Example]) -> Iterable[Read]:
    model = PackagedEmbedding(threads=1)
    known: dict[str, Encoded] = {}

    def encoded(text: str) -> Encoded:
        if text not in known:
            known[text] = model.encode(text)
        return known[text]

    for example in tqdm(list(asked), desc="reading the questions", unit="question"):
        yield Read(example, encoded(example.text), tuple(map(encoded, example.talk)))


# -- fitting ----------------------------------------------------------------------------------------------------------


def fit(read: Sequence[Read]) -> Head:
    """The layers one after the other: the others read what the first makes of the words."""
    tagged = [one for one in read if one.example.spans is not None]
    rows = np.concatenate([token_features(one.question) for one in tagged])
    tags = [tag for one in tagged for tag in parts_of(one.question.offsets, one.example.spans or ())]
    nothing = Layer(np.zeros((1, 1), np.float32), np.zeros(1, np.float32))
    head = Head(logistic("tag", rows, tags, TAGS, balance(tags)), *5 * [nothing])
    features = np.stack([features_of(one, head) for one in read])
    known = [at for at, one in enumerate(read) if one.example.kind]
    kinds = [read[at].example.kind for at in known]
    records = [at for at, one in enumerate(read) if one.example.asks]
    head = replace(head, kind=logistic("kind", features[known], kinds, KINDS, balance(kinds)))
    asks = [read[at].example.asks for at in records]
    head = replace(head, asks=logistic("asks", features[records], asks, ASKS, balance(asks)))
    after = [at for at, one in enumerate(read) if one.talk]
    talks = np.stack([leaning_row(read[at], features[at]) for at in after])
    leans = [read[at].example.leans for at in after]
    head = replace(head, leans=logistic("leans", talks, leans, (False, True), balance(leans)))
    of_papers = [at for at, one in enumerate(read) if one.example.kind not in ("small_talk", "help")]
    lacks = [read[at].example.leans for at in of_papers]
    return replace(head, underspecified=logistic("underspecified", features[of_papers], lacks, (False, True)))


def fit_asked_back(rows: Sequence[Outcome], vagueness: Sequence[float]) -> Layer:
    """What the wording of a fact and its vagueness in a library are worth, by wordings that the fits had not seen."""
    facts = [at for at, (one, *_) in enumerate(rows) if one.example.kind == "fact"]
    features = np.stack([asked_back_features(rows[at][1].underspecified, vagueness[at]) for at in facts])
    return logistic("asked back", features, [rows[at][0].example.leans for at in facts], (False, True))


def vagueness_of_questions(texts: Sequence[str]) -> list[float]:
    """How many papers have the words of each, in a library of all fields."""
    papers = [paper for field in read_fields(FIELDS) for paper in field.papers.values()]
    with tempfile.TemporaryDirectory() as folder, PaperIndex.open(IndexSettings(folder=Path(folder))) as index:
        index.add([Paper(str(number), paper.title, paper.abstract) for number, paper in enumerate(papers)])
        return [vagueness_of(text, index) for text in texts]


def features_of(one: Read, head: Head) -> np.ndarray:
    return question_features(one.example.text, one.question, head.tag.apply(token_features(one.question)))


def leaning_row(one: Read, features: np.ndarray) -> np.ndarray:
    return leaning_features(Heard({}, {}, (), features), one.talk)


def balance(labels: Sequence[object]) -> np.ndarray:
    """Weights of examples: kinds count alike, but those with many examples somewhat more."""
    counts = Counter(labels)
    return np.array([counts[label] ** -0.7 for label in labels]) * len(labels) / sum(n**0.3 for n in counts.values())


def logistic(
    name: str, rows: np.ndarray, labels: Sequence[object], classes: Sequence[object], weights: np.ndarray | None = None
) -> Layer:
    """A multinomial logistic regression; a class without an example is never told."""
    places = {label: at for at, label in enumerate(classes)}
    model = LogisticRegression(C=PENALTY[name], max_iter=120, tol=1e-3)
    model.fit(rows, [places[label] for label in labels], sample_weight=weights)
    matrix = np.zeros((rows.shape[1], len(classes)), np.float32)
    bias = np.full(len(classes), -30.0, np.float32)
    if len(model.classes_) == 2:
        matrix[:, model.classes_[1]] = model.coef_[0]
        bias[model.classes_] = 0.0, model.intercept_[0]
    else:
        matrix[:, model.classes_] = model.coef_.T
        bias[model.classes_] = model.intercept_
    return Layer(matrix, bias)


def store(file: Path, head: Head) -> None:
    """Half precision: the same kinds, half the size."""
    arrays = {}
    for name in (one.name for one in fields(Head)):
        layer: Layer = getattr(head, name)
        arrays |= {f"{name}.weights": layer.weights.astype(np.float16), f"{name}.bias": layer.bias}
    np.savez_compressed(file, **arrays)
    print(f"{file}: {file.stat().st_size} bytes")


# -- measuring --------------------------------------------------------------------------------------------------------


def ask_unseen(read: Sequence[Read]) -> Iterable[Outcome]:
    """What fits say of phrasings and fields that they have not seen."""
    folds = {phrasing: at % FOLDS for at, phrasing in enumerate(shuffled({one.example.phrasing for one in read}))}
    for fold in range(FOLDS):
        head = fit([one for one in read if folds[one.example.phrasing] != fold and not one.example.is_held_out])
        for one in read:
            if folds[one.example.phrasing] == fold and one.example.is_held_out:
                heard = hear(one.example.text, one.question, head)
                lean = head.leans.apply(leaning_row(one, heard.features)[None])[0, 1] if one.talk else 0.0
                yield one, heard, float(lean)


def shuffled(values: Iterable[str]) -> list[str]:
    ordered = sorted(values)
    random.Random(0).shuffle(ordered)
    return ordered


if __name__ == "__main__":
    main()
