"""Claims on a passage, true of it or not: what reading two texts against each other is first learned from."""

import random
from collections.abc import Collection, Iterator
from pathlib import Path

from train.augmentation import shortened
from train.examples import Example, read_lines
from train.field_questions import HELD_OUT, sentences_of
from train.fields import read_fields

PAIRS = ("nli-pairs", "fever-pairs", "citation-integrity")
"""Files of the data folder, without `.jsonl`."""
TRUE_LABELS = frozenset({"entailment", "supported"})
LONGEST = (160, 220, 300, 400)
"""Characters that the abstracts of `fields/` are shortened to; the other passages are short."""


class Claims:
    """Epochs of claims; `answerable` says whether the passage bears the claim out. Nothing is learned of `held_out`."""

    def __init__(self, data: Path, fields: Path, seed: int, held_out: Collection[str] = ()) -> None:
        self.seed = seed
        self.examples = [*read_pairs(data, [name for name in PAIRS if name not in held_out]), *read_written(fields)]

    def epoch(self, number: int, limit: int | None = None) -> list[Example]:
        """The examples of epoch `number`, shuffled; with `limit` only so many of them."""
        rng = random.Random(f"{self.seed}-{number}")
        examples = [
            shortened(one, rng, longest) if one.kind == "claim" and len(one.text) > longest else one
            for one in self.examples
            for longest in (rng.choice(LONGEST),)
        ]
        rng.shuffle(examples)
        return examples[:limit]


def read_pairs(data: Path, names: Collection[str] = PAIRS) -> Iterator[Example]:
    """The pairs of other collections; a file that isn't there is left out."""
    for name in names:
        file = data / f"{name}.jsonl"
        if not file.is_file():
            continue
        for row in read_lines(file):
            is_true = row["supported"] if "supported" in row else row["label"] in TRUE_LABELS
            yield Example(row["claim"], "", row["passage"], float(is_true), None, "pair")


def read_written(fields: Path) -> Iterator[Example]:
    """The claims of `fields/`, but for the fields that are held out. A false one is supported by nothing."""
    for one in read_fields(fields):
        if one.name in HELD_OUT:
            continue
        for paper in one.papers.values():
            for claim in paper.claims:
                support = sentences_of(paper, claim.evidence)
                yield Example(
                    claim.text, paper.title, paper.abstract, float(claim.is_true), None, "claim",
                    support=support, supported=claim.is_true and support is not None,
                )  # fmt: skip
