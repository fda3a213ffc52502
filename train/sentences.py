"""Fits what each reason for a sentence is worth, and prints it beside what `rag/sentence_ranking.py` uses.

    python train/sentences.py [--data DIR]

The questions are those of DIR/datasets/answerability.jsonl (default ../shared) and of questions-*.jsonl that an
abstract answers in one sentence: biomedicine, library science and aerodynamics, so that nothing of the papers that the
product is measured on is used. The fit is a conditional logistic regression: of the sentences of one abstract, which
one answers? The weights in the product are these, rounded, but for `aside`, `code` and `dataset`: abstracts of these
fields speak of no code, and of data sets only to mean their own.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from index import IndexSettings, Paper, PaperIndex
from rag import Evidence
from rag.reading import (
    SENTENCE_WEIGHTS,
    features_of_sentences,
    match_tokens,
    question_weights,
    split_evidence,
)

ROOT = Path(__file__).resolve().parent.parent
PENALTY = 0.005
STEPS, RATE = 3000, 1.0
"""The optimum to .001."""

NAMES = list(SENTENCE_WEIGHTS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared")
    data = parser.parse_args().data / "datasets"
    if not (data / "answerability.jsonl").is_file():
        print(f"skipped: there is no data in {data} (give --data DIR)")
        return
    documents = [json.loads(line) for line in (data / "answerability-documents.jsonl").read_text("utf-8").splitlines()]
    papers = [Paper(one["doc"], one["title"], one["abstract"]) for one in documents]
    with tempfile.TemporaryDirectory() as folder, PaperIndex.open(IndexSettings(folder=Path(folder))) as index:
        index.add(papers)
        examples = [example(index, *asked) for asked in answered(data, {paper.id: paper for paper in papers})]
    weights = fit(examples)
    right = np.mean([is_right[np.argmax(rows @ weights)] for rows, is_right in examples])
    print(f"{len(examples)} questions, the first sentence is right for {right:.3f}")
    for name, weight in zip(NAMES, weights, strict=True):
        print(f"{name:10s} fitted {weight:6.2f}   used {SENTENCE_WEIGHTS[name]:6.2f}")


def answered(data: Path, papers: Mapping[str, Paper]) -> Iterator[tuple[str, Paper, int]]:
    """(question, paper, where in its abstract the answering sentence begins)."""
    for line in (data / "answerability.jsonl").read_text("utf-8").splitlines():
        asked = json.loads(line)
        if asked["answerable"] and asked["kind"] != "find":
            paper = papers[asked["doc"]]
            if (start := paper.abstract.find(asked["evidence"])) >= 0:
                yield asked["question"], paper, start
    for file in sorted(Path(__file__).parent.glob("questions-*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            asked = json.loads(line)
            if asked["kind"] == "detail" and asked["evidence_span"] and asked["doc"] in papers:
                yield asked["question"], papers[asked["doc"]], asked["evidence_span"][0]


def example(index: PaperIndex, question: str, paper: Paper, answer: int) -> tuple[np.ndarray, np.ndarray]:
    """The features of the paper's sentences, and which of them answers."""
    (split,) = split_evidence([Evidence(1, paper.id, paper.title, paper.abstract)])
    query = index.encode(question)
    matches = match_tokens(question, query, list(index.contents([paper]).values()))
    rarities = question_weights(question, [split], index.rarity)
    features = features_of_sentences(split, rarities, matches.get(paper.id))
    rows = [[one[name] for name in NAMES] for one in features]
    return np.array(rows), np.array([one.start <= answer < one.end for one in split.sentences])


def fit(examples: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Weights by gradient ascent on the mean log-probability of the right sentence.

    By hand because scikit-learn has no conditional logistic regression. An ordinary one on the differences between the
    right sentence and each other one is the same for abstracts of two sentences only: on these 1,528 questions it gives
    `words` 1.1 instead of 1.7 and `late` 23 instead of 19 (2.2 and 15 with each abstract counting once).
    """
    rows = np.concatenate([rows for rows, _ in examples])
    spread = rows.std(0) + 1e-9
    rows /= spread
    # All abstracts in one array: a loop over them in Python costs a hundred times as much.
    right = np.concatenate([is_right / max(1, is_right.sum()) for _, is_right in examples])
    sizes = [len(is_right) for _, is_right in examples]
    starts = np.cumsum([0, *sizes[:-1]])
    weights = np.zeros(len(spread))
    for _ in range(STEPS):
        scores = rows @ weights
        odds = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        chance = odds / np.repeat(np.add.reduceat(odds, starts), sizes)
        weights += RATE * ((right - chance) @ rows / len(examples) - PENALTY * weights)
    return weights / spread


if __name__ == "__main__":
    main()
