"""Makes the support check: reads the data, trains, exports to int8 ONNX, fits its cuts, tries the result.

    python train/support.py [--data DIR] [--out DIR] [--work DIR]     the shipped model, in some two hours on two cores
    python train/support.py --check                                   a small one, in about a minute
    python train/support.py --hold-out citation-integrity --out DIR   without these pairs, which then measure it

A run that was stopped goes on from its last checkpoint in the work folder. Needs what `evidence.py` needs. The first
round is that of the evidence model: `--start build/evidence/round-1.pt` takes it from its work folder, where that was
made before, and saves a fifth of the time.
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

import torch
from tokenizers import Tokenizer

from index import TOKENIZER
from rag.checking import Cuts
from train import evidence
from train.claims import PAIRS, Claims, read_pairs
from train.evidence import DATA, FIELDS, ROOT, tell
from train.examples import read_collection
from train.exporting import describe, export
from train.field_questions import read_field_collection
from train.fitting import Epochs, Fit, train
from train.network import LAYERS, packaged, pretrained
from train.recipe import Cook, Recipe
from train.support_claims import Mix, SupportClaims
from train.support_fit import curve_point, figures, fit_cuts, judge_held_out, judge_pairs

MODELS = ROOT / "rag" / "weights"
FACTS = "support.json"
TRAINED_TOKENS, READ_TOKENS = 352, 448
OUTPUTS = {
    "answerable": "float [1], logit: the passage bears the claim out",
    "relevance": "float [1], logit: the passage contradicts the claim",
    "support": "float [1, length], logit a token: it belongs to the sentences that the claim rests on or gets wrong",
}

LONGER = Mix((260, 400, 600, 900, 1300), 2, joined=400, others=500, squad=800, pairs=600, talks=300, twins=True)
LAST = Mix((220, 320, 450, 650, 900), 1, joined=300, others=400, squad=400, pairs=400, talks=200, twins=True)

CURVE_EVERY = 3
"""Of the held-out claims, in the figures after each round."""

Round = tuple[Fit, Recipe | Mix | None]
"""How to train, and on what: questions, claims, or (None) the claims that the evidence model begins with."""

BEGINNING: tuple[Round, ...] = evidence.SHIPPED[:1]
"""Reading two texts against each other is learned as there."""
SHARES = {"relevance_share": 0.3, "support_share": 1.0}
SHIPPED: tuple[Round, ...] = (
    (Fit(epochs=4, rate=1.6e-4, seed=4, batch_size=32, piece_size=16, **SHARES), Mix()),
    (Fit(epochs=2, rate=1.2e-4, seed=5, **SHARES), LONGER),
    (Fit(epochs=2, limit=14000, rate=1.2e-4, seed=6, **SHARES), LAST),
)
"""Each from where the one before ended: short passages first, which cost little, then whole abstracts and twins."""

SMALL: tuple[Round, ...] = ((Fit(epochs=1, limit=160, rate=2e-4), Mix(sentences=1)),)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, default=MODELS)
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "support")
    parser.add_argument("--start", type=Path, help="a checkpoint of the evidence model after its first round")
    parser.add_argument(
        "--hold-out",
        action="append",
        default=[],
        choices=PAIRS,
        help="nothing is learned of these pairs; may be repeated",
    )
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    held_out = tuple(dict.fromkeys(arguments.hold_out))
    if held_out and arguments.start:
        parser.error("--start: the evidence model has learned from all pairs; --hold-out begins without it")
    if held_out and arguments.out == MODELS and not arguments.check:
        parser.error("--hold-out measures a model that does not ship: give it a folder of its own with --out")
    if not (arguments.data / "nli-pairs.jsonl").is_file():
        print(f"skipped: there is no data in {arguments.data} (give --data DIR)")
        return
    if arguments.check:
        with tempfile.TemporaryDirectory() as folder:
            build(arguments.data, SMALL, Path(folder), Path(folder) / "models", every=20, held_out=held_out)
    elif arguments.start:
        build(arguments.data, SHIPPED, arguments.work, arguments.out, arguments.start)
    else:
        work = arguments.work / "-".join(("without", *held_out)) if held_out else arguments.work
        build(arguments.data, BEGINNING + SHIPPED, work, arguments.out, held_out=held_out)


def build(
    data: Path,
    rounds: Sequence[Round],
    work: Path,
    out: Path,
    start: Path | None = None,
    every: int = 1,
    held_out: Sequence[str] = (),
) -> None:
    """Trains and writes support.onnx and support.json to `out`; each `every`th held-out claim measures it, and each
    `every`th of the pairs `held_out`, of which nothing is learned."""
    started = time.monotonic()
    tokenizer = Tokenizer.from_file(str(TOKENIZER if TOKENIZER.is_file() else packaged("tokenizer.json")))
    tokenizer.no_padding()
    network = pretrained(rounds[0][0].dropout)
    if start:
        network.load_state_dict(torch.load(start, weights_only=True)["averaged"])
    curve = []
    for number, (fit, what) in enumerate(rounds, start=1):
        tokenizer.enable_truncation(TRAINED_TOKENS, strategy="longest_first")
        name = f"round-{number}-from-start.pt" if start else f"round-{number}.pt"
        network = train(network, learned_from(what, data, fit, held_out), tokenizer, fit, work / name, tell)
        tokenizer.enable_truncation(READ_TOKENS, strategy="longest_first")
        curve.append(curve_point(network, tokenizer, FIELDS.parent, CURVE_EVERY * every))
        tell(f"after round {number}: {curve[-1]}")
    export(network, out / "support.onnx")
    settings: dict[str, object] = {
        "max_tokens": READ_TOKENS,
        "layers": LAYERS,
        "rounds": [
            {"fit": dataclasses.asdict(fit), "from": dataclasses.asdict(what) if what else "claims"}
            for fit, what in (BEGINNING if start else ()) + tuple(rounds)
        ],
        "held_out": curve,
        "pairs_held_out": list(held_out),
        "cuts": dataclasses.asdict(Cuts(0.0, 0.0, 0.0)),
    }
    describe(out / "support.onnx", settings, out / FACTS, OUTPUTS)
    judged = judge_held_out(out, FIELDS.parent, every)
    cuts = fit_cuts(judged)
    settings["cuts"] = dataclasses.asdict(cuts)
    for line in figures(judged, cuts):
        tell(line)
    for name in held_out:
        tell(f"{name}, never trained on: {judge_pairs(out, list(read_pairs(data, (name,)))[::every], cuts)}")
    describe(out / "support.onnx", settings, out / FACTS, OUTPUTS)
    tell(f"built in {(time.monotonic() - started) / 60:.1f} minutes: {out / 'support.onnx'}")


def learned_from(what: Recipe | Mix | None, data: Path, fit: Fit, held_out: Sequence[str] = ()) -> Epochs:
    if isinstance(what, Mix):
        return SupportClaims(data, FIELDS.parent, what, fit.seed, held_out)
    if what is None:
        return Claims(data, FIELDS, fit.seed, held_out)
    return Cook(read_collection(data, FIELDS.parent).joined(read_field_collection(FIELDS)), what, fit.seed)


if __name__ == "__main__":
    main()
