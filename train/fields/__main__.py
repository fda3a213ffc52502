"""`python -m train.fields [FILE…]`: checks the files and prints how much of each kind they hold; 1 on faults."""

import sys
from collections import Counter
from pathlib import Path

from train.fields.reading import count, read_field, read_fields


def main(names: list[str]) -> int:
    fields = [read_field(Path(name)) for name in names] or read_fields(Path(__file__).parent)
    faults = [fault for one in fields for fault in one.faults]
    for fault in faults:
        print(fault)
    totals: Counter[str] = Counter()
    for one in fields:
        lines = sum(number for name, _, number in count([one]) if name == one.name)
        words = [len(paper.record.get("abstract", "").split()) for paper in one.papers.values()]
        print(
            f"{one.name}: {len(words)} papers of {min(words, default=0)}-{max(words, default=0)} words, {lines} lines"
        )
    for _, kind, number in count(fields):
        totals[kind] += number
    print(", ".join(f"{kind} {number}" for kind, number in sorted(totals.items())))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
