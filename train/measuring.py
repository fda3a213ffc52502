"""How well an evidence model tells answerable from not, by kind of question, on papers it has never seen.

    python train/measuring.py QUESTIONS.jsonl PAPERS [--models DIR] [--json FILE]

PAPERS is a catalogue in JSON Lines (title, abstract) or a listing that has titles and abstracts on alternate lines;
the questions' gold ids p001, p002 ... number its papers. Nothing here is learned from.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from rag.reading import MODELS, EvidenceModel, EvidenceScore, logistic
from train.retrieving import Retriever, read_papers

ANSWERABLE_TYPES = ("known_item", "detail", "multi", "followup", "robust")
RERANKED = 20
SEEN = 5
"""How many of the retrieved papers the refusal looks at."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the scores of its retrieved papers, best retrieved first."""

    question: dict[str, Any]
    found: tuple[int, ...]
    retrieval: tuple[float, ...]
    scores: tuple[EvidenceScore, ...]
    gold: tuple[int, ...]
    gold_scores: tuple[EvidenceScore, ...]
    abstract: str = ""

    @property
    def kind(self) -> str:
        return str(self.question.get("kind") or self.question["type"])

    @property
    def answerable(self) -> bool:
        return bool(self.question["type"] != "unanswerable")

    def best(self, count: int = SEEN) -> float:
        return max(score.answerable for score in self.scores[:count])


def judge_answerability(
    model: EvidenceModel, questions: Sequence[dict[str, Any]], retriever: Retriever, candidates: int
) -> list[Judged]:
    """Every question with its best `candidates` papers and its own."""
    judged = []
    for question in questions:
        text = question.get("standalone") or question["question"]
        ranked = retriever.search(text, candidates)
        found = tuple(number for number, _ in ranked)
        gold = tuple(int(name[1:]) - 1 for name in question["gold"])
        scores = dict(zip(found, model.score(text, [retriever.papers[number] for number in found]), strict=True))
        missing = [number for number in gold if number not in scores]
        scores.update(zip(missing, model.score(text, [retriever.papers[number] for number in missing]), strict=True))
        judged.append(
            Judged(
                question,
                found,
                tuple(score for _, score in ranked),
                tuple(scores[number] for number in found),
                gold,
                tuple(scores[number] for number in gold),
                retriever.papers[gold[0]][1] if gold else "",
            )
        )
    return judged


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative."""
    if not len(positive) or not len(negative):
        return float("nan")
    high, low = np.asarray(positive)[:, None], np.asarray(negative)[None, :]
    return float(np.mean((high > low) + 0.5 * (high == low)))


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """AUC and refusal by kind. `gold`: answerable questions with their own papers; `top`: with what was retrieved."""
    by_kind: dict[str, list[Judged]] = defaultdict(list)
    for row in judged:
        by_kind[row.kind].append(row)
    refused = [row.best() for row in judged if not row.answerable]
    top = [row.best() for row in judged if row.answerable]
    gold = [max(score.answerable for score in row.gold_scores) for row in judged if row.answerable]
    result = {"auc.gold": area(gold, refused), "auc.top": area(top, refused)}
    for kind, rows in sorted(by_kind.items()):
        if rows[0].answerable:
            result[f"auc.top.{kind}"] = area([row.best() for row in rows], refused)
        else:
            result[f"auc.top.{kind}"] = area(top, [row.best() for row in rows])
    # The threshold that refuses as many answerable questions as it should: few.
    for allowed in (0.01, 0.03, 0.05, 0.10):
        threshold = float(np.quantile(top, allowed))
        result[f"refused@{allowed:.2f}"] = float(np.mean([score < threshold for score in refused]))
        for kind, rows in sorted(by_kind.items()):
            share = float(np.mean([row.best() < threshold for row in rows]))
            if allowed in (0.03, 0.05):
                result[f"refused@{allowed:.2f}.{kind}"] = share
        result[f"probability@{allowed:.2f}"] = logistic(threshold)
    if len(judged[0].found) > SEEN:
        result.update(reranking(judged))
    result["sentence.hit"] = sentence_hits(judged)
    return result


def reranking(judged: Sequence[Judged]) -> dict[str, float]:
    """Recall of the retriever alone and of its best 20 ranked with the model's scores mixed in."""
    result = {}
    for kind in ("known_item", "detail", "multi", "robust"):
        rows = [row for row in judged if row.question["type"] == kind]
        for name, weights in {
            "alone": (0.0, 0.0),
            "relevance": (1.0, 0.0),
            "answerable": (0.0, 1.0),
            "both": (0.5, 0.5),
        }.items():
            for weight in (0.0,) if name == "alone" else (0.2, 0.5, 1.0, 3.0):
                at_one, at_five = [], []
                for row in rows:
                    place = np.asarray(row.retrieval)
                    extra = [
                        weights[0] * logistic(score.relevance) + weights[1] * logistic(score.answerable)
                        for score in row.scores
                    ]
                    order = np.argsort(-(place + weight * np.asarray(extra)), kind="stable")
                    ranked = [row.found[number] for number in order]
                    at_one.append(ranked[0] in row.gold)
                    at_five.append(np.mean([number in ranked[:5] for number in row.gold]))
                tag = f"rerank.{kind}.{name}" + (f"*{weight}" if weight else "")
                result[f"{tag}.recall@1"] = float(np.mean(at_one))
                result[f"{tag}.recall@5"] = float(np.mean(at_five))
    return result


def sentence_hits(judged: Sequence[Judged]) -> float:
    """Detail questions whose best supported sentence holds a variant of every fact asked for."""
    hits = []
    for row in judged:
        if row.question["type"] != "detail" or not row.gold_scores[0].sentences:
            continue
        best = max(row.gold_scores[0].sentences, key=lambda sentence: sentence.score)
        text = row.abstract[best.start : best.end].casefold()
        hits.append(all(any(v.casefold() in text for v in group) for group in row.question["must_include"]))
    return float(np.mean(hits)) if hits else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("papers", type=Path)
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--json", type=Path)
    parser.add_argument(
        "--rerank", action="store_true", help=f"score the best {RERANKED}, not {SEEN}: four times slower"
    )
    parser.add_argument("--worst", type=int, default=0, help="print so many wrong ones of either side")
    arguments = parser.parse_args()
    papers = read_papers(arguments.papers)
    questions = [json.loads(line) for line in arguments.questions.read_text("utf-8").splitlines()]
    judged = judge_answerability(
        EvidenceModel(arguments.models), questions, Retriever(papers), RERANKED if arguments.rerank else SEEN
    )
    result = {name: round(value, 4) for name, value in figures(judged).items()}
    for name, value in result.items():
        print(f"{name:45} {value:.3f}")
    if arguments.json:
        rows = [
            {
                "qid": row.question["qid"],
                "kind": row.kind,
                "found": row.found,
                "retrieval": row.retrieval,
                "answerable": [score.answerable for score in row.scores],
                "relevance": [score.relevance for score in row.scores],
                "gold": row.gold,
                "gold_answerable": [score.answerable for score in row.gold_scores],
            }
            for row in judged
        ]
        arguments.json.write_text(json.dumps({"figures": result, "rows": rows}), "utf-8")
    if arguments.worst:
        for wanted, sign in ((True, 1), (False, -1)):
            side = [row for row in judged if row.answerable is wanted]
            for row in sorted(side, key=lambda row: sign * row.best())[: arguments.worst]:
                best = max(row.scores[:SEEN], key=lambda score: score.answerable)
                print(f"{row.kind:12} {row.best():6.2f} rel {best.relevance:5.2f}", row.question["question"][:110])


if __name__ == "__main__":
    main()
