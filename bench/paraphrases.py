"""Whether the decision to answer or to refuse depends on how a question is put.

    python bench/paraphrases.py            # a table
    python bench/paraphrases.py --json

Asks the shipped catalogue, offline, the sixty phrasings of `paraphrases.txt`: twelve questions, five ways each. Prints,
by kind of question, the share of phrasings whose decision is that of most phrasings of their question, the share that
is decided rightly, and those that are not.
"""

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from index import IndexSettings, PaperIndex, catalogue_path, ingest
from rag import Assistant, Settings

FILE = Path(__file__).with_suffix(".txt")
REFUSED = ("near miss",)


@dataclass(frozen=True, slots=True)
class Question:
    kind: str
    phrasings: tuple[str, ...]
    said: tuple[str, ...] = ()

    @property
    def history(self) -> list[dict[str, str]]:
        return [{"role": "assistant" if n % 2 else "user", "content": turn} for n, turn in enumerate(self.said)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="Print the figures as JSON.")
    arguments = parser.parse_args()
    rows: list[tuple[str, str, bool, bool]] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(index=IndexSettings(folder=Path(folder)))
        ingest([catalogue_path()], settings.index)
        with Assistant(PaperIndex.open(settings.index), settings) as assistant:
            for question in tqdm(list(read_questions()), desc="questions", unit="question", leave=False):
                refused = [assistant.ask(text, history=question.history).abstained for text in question.phrasings]
                (most, _), *_ = Counter(refused).most_common(1)
                rows += [
                    (question.kind, text, one == most, one == (question.kind in REFUSED))
                    for text, one in zip(question.phrasings, refused, strict=True)
                ]
    kinds = list(dict.fromkeys(kind for kind, *_ in rows))
    figures = {kind: shares([row for row in rows if row[0] == kind]) for kind in kinds} | {"all": shares(rows)}
    if arguments.json:
        print(json.dumps(figures, indent=1))
        return
    print(f"{'kind':12s} {'phrasings':>9s} {'same':>6s} {'right':>6s}")
    for kind, one in figures.items():
        print(f"{kind:12s} {one['phrasings']:9.0f} {one['same']:6.2f} {one['right']:6.2f}")
    for kind, text, _, right in rows:
        if not right:
            print(f"wrong: {kind}: {text}")


def shares(rows: list[tuple[str, str, bool, bool]]) -> dict[str, float]:
    count = len(rows)
    return {
        "phrasings": count,
        "same": sum(same for _, _, same, _ in rows) / count,
        "right": sum(right for *_, right in rows) / count,
    }


def read_questions() -> Iterator[Question]:
    """The questions of `paraphrases.txt`."""
    kind, phrasings = "", list[str]()
    said: tuple[str, ...] = ()
    for line in [*FILE.read_text("utf-8").splitlines(), "== "]:
        if line.startswith("== "):
            if phrasings:
                yield Question(kind, tuple(phrasings), said)
            kind, said, phrasings = line[3:], (), []
        elif line.startswith("after: "):
            said = tuple(turn.strip() for turn in line[7:].split("||"))
        elif line.strip() and not line.startswith("#"):
            phrasings.append(line)


if __name__ == "__main__":
    main()
