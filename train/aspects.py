"""Fits the heads that tell what is asked of a paper in general, and which sentence tells it: rag/weights/aspects.json.

    python train/aspects.py [--out FILE]

Learns from `aspect-questions.txt` and `aspect-sentences.txt`, and from the questions of `fields/`, with the fields of
`field_questions.HELD_OUT` left out. Prints how well each aspect is found in papers that the fit has not seen: a fifth
of those in `aspect-sentences.txt` at a time. Takes some minutes.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index import PackagedEmbedding, split_sentences
from rag.reading import ASPECTS, EvidenceModel, aspect_features, support_log_odds
from train.field_questions import HELD_OUT
from train.fields import WrittenPaper, read_fields

HERE = Path(__file__).parent
LETTERS = {
    "M": "method", "S": "sample", "N": "population", "R": "result", "L": "limitation", "P": "place", "T": "time",
    "D": "data", "U": "measure", "G": "gain", "A": "availability",
}  # fmt: skip
LEFT_OUT = ("data", "measure", "gain", "availability")
"""Too few sentences tell of these for a head that finds them better than the judgement of any question does. Their
wordings are told from those of the others; how something was measured is mostly told where the method is."""
READER_IS_ASKED = {
    "method": "What method was used?",
    "sample": "How many were studied?",
    "population": "Who was studied?",
    "result": "What did the study find?",
    "limitation": "What are the limitations of the study?",
    "place": "Where was the study done?",
    "time": "When was the study done?",
}
OF_DETAIL = {"method": "method", "limitation": "limitation", "population": "population"}
"""What a sentence tells that answers a question of such a kind in `fields/`."""
RESULTS = ("result", "comparison", "negative")
WHERE = re.compile(r"(?i)(in |at |on |from )?(where|which (country|town|city|region|place|island|county|province))")
WHEN = re.compile(r"(?i)\b(when|(which|what) years?|period)\b")

TELLS_NOT: Mapping[str, frozenset[str]] = {
    "method": frozenset({"a result", "limitation", "time", "other"}),
    "limitation": frozenset({"a result", "method", "population", "other"}),
    **dict.fromkeys(("place", "time"), frozenset({"a result", "limitation", "other"})),
    "population": frozenset({"a result", "limitation"}),
    **dict.fromkeys(("sample", "result"), frozenset({"limitation"})),
}
"""What a sentence of which not all is known mostly doesn't tell, since it answers a question of another kind."""

PARTLY, A_RESULT = 0.5, 0.15
"""What such a sentence counts; and one with some result, which need not be the main one."""
EVERY, WORDING = 6, 20.0
"""Of the questions for something particular every sixth is learned from; a wording counts as much as twenty of them."""
ASKED_PENALTY, TOLD_PENALTY = 0.1, 1.0
FOLDS = 5

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sentence:
    """`tells` names aspects, "a result" or "other"; all of them where it `is_whole`."""

    paper: str
    place: int
    features: Vector
    tells: frozenset[str]
    is_whole: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ASPECTS)
    out = parser.parse_args().out
    embedding, reader = PackagedEmbedding(), EvidenceModel()
    papers = read_papers()
    labels = read_labels(papers)
    sentences = list(read_sentences(papers, labels, embedding))
    asked = fit_asked(papers, embedding)
    kept = {}
    for name in LETTERS.values():
        if name in LEFT_OUT:
            continue
        support = {}
        for id in tqdm(labels, desc=name, disable=None):
            (score,) = reader.score(READER_IS_ASKED[name], [papers[id]])
            support |= {(id, place): support_log_odds(one.score) for place, one in enumerate(score.sentences)}
        kept[name] = {"question": READER_IS_ASKED[name], "asked": asked[name], **fit_told(name, sentences, support)}
    facts = {"evidence_model": reader.facts["sha256"], "aspects": kept}
    out.write_text(json.dumps(facts) + "\n", "utf-8")


# -- what is learned from --------------------------------------------------------------------------------------------


def written_papers() -> Iterator[WrittenPaper]:
    for field in read_fields(HERE / "fields"):
        if field.name not in HELD_OUT:
            yield from field.papers.values()


def read_papers() -> dict[str, tuple[str, str]]:
    """Id -> title and abstract."""
    invented = (json.loads(line) for line in (HERE / "invented-a-papers.jsonl").read_text("utf-8").splitlines())
    return {paper.id: (paper.title, paper.abstract) for paper in written_papers()} | {
        paper["id"]: (paper["title"], paper["abstract"]) for paper in invented
    }


def read_labels(papers: Mapping[str, tuple[str, str]]) -> dict[str, dict[int, frozenset[str]]]:
    """Id -> place -> the aspects that the sentence there tells of."""
    found: dict[str, dict[int, frozenset[str]]] = {}
    for line in (HERE / "aspect-sentences.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        id, _, marks = line.rpartition(": ")
        told = {int(re.match(r"\d+", mark)[0]): mark.lstrip("0123456789") for mark in marks.split()}
        if max(told) >= len(split_sentences(papers[id][1])):
            raise ValueError(f"aspect-sentences.txt: {id} has no sentence {max(told)}")
        found[id] = {place: frozenset(LETTERS[letter] for letter in letters) for place, letters in told.items()}
    return found


def read_sentences(
    papers: Mapping[str, tuple[str, str]],
    labels: Mapping[str, Mapping[int, frozenset[str]]],
    embedding: PackagedEmbedding,
) -> Iterator[Sentence]:
    """Those of papers with labels, and those that answer a question of `fields/`."""
    partly: dict[tuple[str, int], set[str]] = defaultdict(set)
    for paper in written_papers():
        begins = split_sentences(paper.abstract)
        for question in paper.questions if paper.id not in labels else ():
            if question.kind.startswith("detail "):
                for start, _ in question.evidence:
                    place = next(at for at, (first, last) in enumerate(begins) if first <= start < last)
                    partly[paper.id, place].add(told_by(question.kind.removeprefix("detail "), question.text))
    whole = {(id, place): told.get(place, frozenset()) for id, told in labels.items() for place in places(papers[id])}
    for (id, place), tells in tqdm([*whole.items(), *partly.items()], desc="sentences", disable=None):
        spans = split_sentences(papers[id][1])
        vector = embedding.encode(papers[id][1][slice(*spans[place])]).vector
        features = np.array(aspect_features(vector, place, len(spans)))
        yield Sentence(id, place, features, frozenset(tells), (id, place) in whole)


def places(paper: tuple[str, str]) -> range:
    return range(len(split_sentences(paper[1])))


def told_by(kind: str, question: str) -> str:
    if kind == "when-where":
        return "place" if WHERE.match(question) else "time" if WHEN.search(question) else "other"
    return "a result" if kind in RESULTS else OF_DETAIL.get(kind, "other")


# -- the fits --------------------------------------------------------------------------------------------------------


def logistic_fit(rows: Vector, is_true: Vector, counts: Vector, penalty: float = TOLD_PENALTY) -> tuple[Vector, float]:
    """Weights and bias of a logistic regression with a ridge."""
    given = np.hstack([rows, np.ones((len(rows), 1))])
    ridge = np.array([*[penalty] * rows.shape[1], 1e-4])
    weights = np.zeros(given.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (counts * (chance - is_true)) + ridge * weights
        bend = (given.T * (counts * chance * (1 - chance))) @ given + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-6:
            break
    return weights[:-1], float(weights[-1])


def fit_asked(papers: Mapping[str, tuple[str, str]], embedding: PackagedEmbedding) -> dict[str, object]:
    """A head an aspect: its wordings against those of the others, and against questions for something particular."""
    lines = (HERE / "aspect-questions.txt").read_text("utf-8").splitlines()
    wordings = [line.split(": ", 1) for line in lines if not line.startswith("#")]
    particular = [question.text for paper in written_papers() for question in paper.questions][::EVERY]
    texts = [text for _, text in wordings] + particular
    rows = np.array([embedding.encode(text).vector for text in tqdm(texts, desc="questions", disable=None)], float)
    names = [name for name, _ in wordings] + [""] * len(particular)
    counts = np.array([WORDING if name else 1.0 for name in names])
    guessed = {}
    heads = {}
    folds = np.array([at % FOLDS for at in range(len(names))])
    for name in LETTERS.values():
        is_true = np.array([float(each == name) for each in names])
        weights, bias = logistic_fit(rows, is_true, counts, ASKED_PENALTY)
        heads[name] = {"weights": weights.round(3).tolist(), "bias": round(bias, 3)}
        guessed[name] = np.zeros(len(names))
        for fold in range(FOLDS):
            seen = folds != fold
            weights, bias = logistic_fit(rows[seen], is_true[seen], counts[seen], ASKED_PENALTY)
            guessed[name][~seen] = rows[~seen] @ weights + bias
    table = np.array([guessed[name] for name in heads])
    told = [list(heads)[at] if table[at, n] >= 0 else "" for n, at in enumerate(table.argmax(0))]
    of_aspects = np.array([bool(name) for name in names])
    right = np.array([one == other for one, other in zip(told, names, strict=True)])
    print(f"unseen wordings told right {right[of_aspects].mean():.3f}, other questions {right[~of_aspects].mean():.3f}")
    return heads


def fit_told(name: str, sentences: Sequence[Sentence], support: Mapping[tuple[str, int], float]) -> dict[str, object]:
    """The head of an aspect, what the evidence model counts beside it, and from where on a paper tells of it."""
    known = [one for one in sentences if count_of(name, one)]
    rows = np.array([one.features for one in known])
    is_true = np.array([float(name in one.tells or (name == "result" and "a result" in one.tells)) for one in known])
    counts = np.array([count_of(name, one) for one in known])
    order = {id: at % FOLDS for at, id in enumerate(sorted({one.paper for one in known if one.is_whole}))}
    folds = np.array([order.get(one.paper, -1) for one in known])
    unseen = np.zeros(len(known))
    for fold in range(FOLDS):
        seen = folds != fold
        weights, bias = logistic_fit(rows[seen], is_true[seen], counts[seen])
        unseen[~seen] = rows[~seen] @ weights + bias
    whole = np.array([one.is_whole for one in known])
    read = np.array([support.get((one.paper, one.place), 0.0) for one in known])
    both, shift = logistic_fit(np.column_stack([unseen, read])[whole], is_true[whole], counts[whole])
    scores = unseen * both[0] + read * both[1] + shift
    least, right = best_least(
        [
            (one.paper, score, bool(true))
            for one, score, true in zip(known, scores, is_true, strict=True)
            if one.is_whole
        ]
    )
    print(f"{name}: of unseen papers {right:.2f} right or rightly empty, support {both[1]:.2f}")
    weights, bias = logistic_fit(rows, is_true, counts)
    head = {"weights": (both[0] * weights).round(3).tolist(), "bias": round(both[0] * bias + shift, 3)}
    return {"told": head, "support": round(float(both[1]), 3), "least": round(least, 3)}


def count_of(name: str, sentence: Sentence) -> float:
    """How much it counts for an aspect; 0 where it isn't known whether it tells of it."""
    if sentence.is_whole:
        return 1.0
    if name == "result" and "a result" in sentence.tells:
        return A_RESULT
    return PARTLY if name in sentence.tells or sentence.tells & TELLS_NOT[name] else 0.0


def best_least(scored: Sequence[tuple[str, float, bool]]) -> tuple[float, float]:
    """From which score on the best sentence of a paper should be quoted, and the share of papers that are then right.

    Half a paper too much on either side, so that no aspect is always or never told.
    """
    papers: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for paper, score, is_true in scored:
        papers[paper].append((score, is_true))
    best = {paper: max(rows) for paper, rows in papers.items()}
    has = {paper: any(is_true for _, is_true in rows) for paper, rows in papers.items()}

    def right(least: float) -> float:
        return float(np.mean([best[p][1] if best[p][0] >= least else not has[p] for p in papers]))

    tried = np.arange(-5.0, 3.0, 0.1)
    shares = np.array([right(least) for least in tried])
    # The middle of all that are as good: the fit to so few papers is not to be trusted to the tenth.
    as_good = tried[shares >= shares.max() - 0.01]
    return float(np.median(as_good)), float(shares.max())


if __name__ == "__main__":
    main()
