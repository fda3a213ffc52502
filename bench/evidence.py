"""The figures of the evidence model and of the refusals that rest on it, computed anew from the shipped weights.

    python bench/evidence.py                                       # shipped questions, and the development ones if here
    python bench/evidence.py --questions my.jsonl --papers my.csv  # questions of your own
    python bench/evidence.py --json evidence.json

Prints how well the estimated chance of an answer tells answerable questions from others (area under the ROC curve),
what is refused by kind of question, how the chance that is said compares with what was so, and the milliseconds that
five passages take. Intervals are 95%, by bootstrap over questions.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from tqdm import tqdm

from index import IndexSettings, PaperIndex, catalogue_path, ingest
from rag import Assistant, Settings
from rag.evaluation import Question, interval, read_questions
from rag.reading import EvidenceModel

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
PASSAGES = 5
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the chance of an answer that was estimated for it, and whether it was refused."""

    question: Question
    chance: float
    refused: bool

    @property
    def is_answerable(self) -> bool:
        return self.question.answerable

    @property
    def kind(self) -> str:
        return self.question.kind or self.question.type


def main() -> None:
    arguments = parse()
    sets = [("catalogue", ROOT / "data" / "questions.jsonl", catalogue_path())]
    development, listing = SHARED / "eval" / "dev.jsonl", SHARED / "corpus" / "joint-attention-listing.txt"
    if arguments.questions:
        sets = [(arguments.questions.stem, arguments.questions, arguments.papers or catalogue_path())]
    elif development.is_file() and listing.is_file():
        sets.append(("development", development, listing))
    figures = {}
    for name, questions, papers in sets:
        with tempfile.TemporaryDirectory() as folder:
            ingest([papers], IndexSettings(folder=Path(folder)))
            settings = Settings(index=IndexSettings(folder=Path(folder)))
            with Assistant(PaperIndex.open(settings.index), settings) as assistant:
                asked = [ask(assistant, one) for one in tqdm(read_questions(questions), desc=name, leave=False)]
                figures[name] = report(name, asked) | {"milliseconds": speed(assistant)}
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), "utf-8")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=Path, metavar="FILE", help="a question file as for `paperchat eval`")
    parser.add_argument("--papers", type=Path, metavar="FILE", help="the papers of --questions; default: the catalogue")
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures for machines")
    return parser.parse_args()


def ask(assistant: Assistant, question: Question) -> Asked:
    answer = assistant.ask(question.question, history=question.messages)
    return Asked(question, answer.answerable, answer.abstained)


def report(name: str, asked: Sequence[Asked]) -> dict[str, float]:
    """Prints the tables of one set of questions; returns the figures."""
    print(f"\n{name}: {len(asked)} questions")
    answerable = [one for one in asked if one.is_answerable]
    other = [one for one in asked if not one.is_answerable]
    refused = [one for one in asked if one.refused]
    figures = {"auc": area([one.chance for one in answerable], [one.chance for one in other])}
    print(f"  area under the ROC curve   {figures['auc']:.3f}")
    for label, part, hits in (
        ("refusal precision", refused, [not one.is_answerable for one in refused]),
        ("refusal recall", other, [one.refused for one in other]),
    ):
        if part:
            figures[label] = show(label, hits)
    by_kind: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        by_kind[one.kind].append(one)
    print("  refused, by kind of question")
    for kind, some in sorted(by_kind.items(), key=lambda item: item[1][0].is_answerable):
        figures[f"refused.{kind}"] = show(f"  {kind}", [one.refused for one in some])
    print("  chance of an answer: as said, as it was")
    for low, high in pairwise(BINS):
        inside = [one for one in asked if low <= one.chance < high or one.chance == high == 1.0]
        if inside:
            said = float(np.mean([one.chance for one in inside]))
            was = float(np.mean([one.is_answerable for one in inside]))
            print(f"    {low:.1f} to {high:.1f}   {said:.2f}   {was:.2f}   ({len(inside)} questions)")
    return figures


def show(label: str, hits: Sequence[bool]) -> float:
    found = interval([(float(hit), 1.0) for hit in hits])
    print(f"  {label:26} {found.value:.3f}  ({found.low:.2f} to {found.high:.2f}, n={found.n})")
    return found.value


def area(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative (Hanley and McNeil 1982)."""
    if not positive or not negative:
        return float("nan")
    high, low = np.array(positive)[:, None], np.array(negative)[None, :]
    return float(np.mean((high > low) + 0.5 * (high == low)))


def speed(assistant: Assistant) -> float:
    """CPU milliseconds for five passages, the median of twenty times."""
    model = EvidenceModel()
    passages = [(paper.title, paper.abstract) for paper in assistant.index.all_papers()[:PASSAGES]]
    took = []
    for _ in range(20):
        started = time.process_time()
        model.score("Which accuracy does the method reach on the test set?", passages)
        took.append(1000 * (time.process_time() - started))
    median = float(np.median(took))
    print(f"  {PASSAGES} passages through the evidence model: {median:.0f} ms of CPU (median)")
    return median


if __name__ == "__main__":
    main()
