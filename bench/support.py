"""What the support check costs and how well it does, from the weights that ship.

    python bench/support.py                      # the claims of the fields that nothing is learned from, with twins
    python bench/support.py --json support.json

Prints AUC and balanced accuracy in all and by kind of claim, what share of wrong claims passes as sure, and the CPU
milliseconds of one sentence against one abstract and of one quote.
"""

import argparse
import json
import time
from collections import defaultdict
from itertools import chain
from pathlib import Path

import numpy as np

from bench.evidence import area
from rag import Evidence, check_support
from rag.checking import CheckedClaim
from train.field_questions import HELD_OUT
from train.fields import Claim, WrittenPaper, read_fields

FIELDS = Path(__file__).parents[1] / "train" / "fields"
TIMED = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="the figures for machines")
    arguments = parser.parse_args()
    papers = [paper for field in read_fields(FIELDS) if field.name in HELD_OUT for paper in field.papers.values()]
    claims = [(paper, claim) for paper in papers for claim in (*paper.claims, *chain.from_iterable(paper.twins))]
    found = [check_support(claim.text, [as_evidence(paper)]) for paper, claim in claims]
    figures = report([claim for _, claim in claims], found) | speed(claims)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1), "utf-8")


def as_evidence(paper: WrittenPaper) -> Evidence:
    return Evidence(1, paper.id, paper.title, paper.abstract)


def report(claims: list[Claim], found: list[CheckedClaim]) -> dict[str, float]:
    """Prints the table; returns the figures."""
    truth = np.array([claim.is_true for claim in claims])
    stands = np.array([one.supported for one in found])
    sure = np.array([one.is_sure for one in found])
    scores = [one.score for one in found]
    figures = {
        "auc": area(
            [s for s, t in zip(scores, truth, strict=True) if t],
            [s for s, t in zip(scores, truth, strict=True) if not t],
        ),
        "true kept": float(stands[truth].mean()),
        "wrong caught": float((~stands)[~truth].mean()),
        "true that are sure": float(sure[truth].mean()),
        "wrong that are sure": float(sure[~truth].mean()),
    }
    print(f"{len(claims)} claims")
    for name, figure in figures.items():
        print(f"  {name:26} {figure:.3f}")
    kinds: dict[str, list[bool]] = defaultdict(list)
    for claim, stood in zip(claims, stands, strict=True):
        kinds[f"{'true' if claim.is_true else 'wrong'}: {claim.kind}"].append(bool(stood))
    for kind, those in sorted(kinds.items()):
        print(f"  {kind:36} stands {sum(those)} of {len(those)}")
    return figures


def speed(claims: list[tuple[WrittenPaper, Claim]]) -> dict[str, float]:
    """CPU milliseconds, the median of many: of a sentence that is read, and of a quote, which is not."""
    read: list[float] = []
    quoted: list[float] = []
    for paper, claim in claims[:TIMED]:
        evidence = [as_evidence(paper)]
        for text, took in ((claim.text, read), (paper.abstract.rpartition(". ")[0].rpartition(". ")[2], quoted)):
            started = time.process_time()
            check_support(text, evidence)
            took.append(1000 * (time.process_time() - started))
    figures = {"sentence, CPU-ms": float(np.median(read)), "quote, CPU-ms": float(np.median(quoted))}
    for name, figure in figures.items():
        print(f"  {name:26} {figure:.1f}")
    return figures


if __name__ == "__main__":
    main()
