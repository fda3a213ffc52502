"""How well the support check does on claims of fields it has not learned from, and the cuts that are read off there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from rag import Evidence
from rag.checking import ClaimReading, Cuts, Support, SupportModel, support_of
from train.batches import collate, encode
from train.examples import Example
from train.network import EvidenceNetwork
from train.support_claims import held_out_claims

KEPT = 0.82
"""Share of true claims that must stand: an answer full of false alarms is not read."""
SURE_PASSES = 0.03
"""Share of wrong claims that may pass where the check calls itself sure."""


def curve_point(network: EvidenceNetwork, tokenizer: Tokenizer, own: Path, every: int = 1) -> dict[str, float]:
    """AUC of both verdicts and the best balanced accuracy, on each `every`th claim and the whole abstract it cites."""
    claims = [claim for _, claim in held_out_claims(own)][::every]
    rows = encode(claims, tokenizer, {})
    order = sorted(range(len(rows)), key=lambda number: len(rows[number].tokens))
    supported, contradicted = np.zeros(len(rows)), np.zeros(len(rows))
    network.eval()
    with torch.inference_mode():
        for start in range(0, len(order), 16):
            part = order[start : start + 16]
            batch = collate([rows[number] for number in part])
            reading = network(batch.tokens, batch.segments, batch.mask)
            supported[part], contradicted[part] = reading.answerable.numpy(), reading.relevance.numpy()
    truth = np.array([claim.answerable for claim in claims])
    opposed = np.array([claim.relevance == 1.0 for claim in claims])
    return {
        "supported": round(area(supported, truth > 0), 3),
        "contradicted": round(area(contradicted[truth == 0], opposed[truth == 0]), 3),
        "balanced": round(best_balance(supported, truth > 0)[1], 3),
    }


def area(scores: np.ndarray, labels: np.ndarray) -> float:
    """Area under the ROC curve."""
    high, low = scores[labels][:, None], scores[~labels][None, :]
    return float(np.mean((high > low) + 0.5 * (high == low))) if high.size and low.size else float("nan")


def best_balance(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """(cut, balanced accuracy) of the cut that separates best."""
    cuts = np.unique(scores)
    kept = [((scores[labels] >= cut).mean() + (scores[~labels] < cut).mean()) / 2 for cut in cuts]
    best = int(np.argmax(kept))
    return float(cuts[best]), float(kept[best])


@dataclass(frozen=True, slots=True)
class Judged:
    """A held-out claim as the product judges it; no `reading` where figures, names or a quote decided."""

    claim: Example
    found: Support
    reading: ClaimReading | None


class Recorder:
    """Reads as the product does and keeps what it read; its own cuts don't matter."""

    cuts = Cuts(0.0, 0.0, 0.0)

    def __init__(self, model: SupportModel) -> None:
        self.model = model
        self.reading: ClaimReading | None = None

    def read(self, claim: str, evidence: Sequence[Evidence]) -> ClaimReading:
        self.reading = self.model.read(claim, evidence)
        return self.reading


def judge_held_out(models: Path, own: Path, every: int = 1) -> list[Judged]:
    """Each `every`th held-out claim against the abstract it cites."""
    recorder = Recorder(SupportModel(models))
    judged = []
    for _, claim in list(held_out_claims(own))[::every]:
        recorder.reading = None
        evidence = [Evidence(1, "", claim.title, claim.text)]
        found = support_of(claim.question, evidence, recorder)
        judged.append(Judged(claim, found, recorder.reading))
    return judged


def judge_pairs(models: Path, pairs: Sequence[Example], cuts: Cuts) -> str:
    """How the model that is in `models` does on pairs, each claim against its whole passage."""
    model = SupportModel(models)
    logits = np.array([model.read(one.question, [Evidence(1, "", one.title, one.text)]).supported for one in pairs])
    truth = np.array([one.answerable == 1.0 for one in pairs])
    kept, caught = (logits[truth] >= cuts.supported).mean(), (logits[~truth] < cuts.supported).mean()
    return f"{len(pairs)} pairs, AUC {area(logits, truth):.3f}, true kept {kept:.3f}, wrong caught {caught:.3f}"


def fit_cuts(judged: Sequence[Judged]) -> Cuts:
    """The cut that best tells true claims from wrong ones while at least `KEPT` of the true ones stand; the one that at
    most `SURE_PASSES` of the wrong ones reach; and the one that best tells contradicted from not said."""
    logits = np.array([logit_of(one) for one in judged])
    truth = np.array([one.claim.answerable == 1.0 for one in judged])
    cuts = np.unique(logits[np.isfinite(logits)])
    kept = np.array([(logits[truth] >= cut).mean() for cut in cuts])
    balance = (kept + np.array([(logits[~truth] < cut).mean() for cut in cuts])) / 2
    enough = kept >= min(KEPT, kept.max())
    supported = float(cuts[enough][int(np.argmax(balance[enough]))])
    passing = np.array([(logits[~truth] >= cut).mean() for cut in cuts])
    sure = float(min(cuts[passing <= SURE_PASSES], default=cuts[-1]))
    wrong = [one for one in judged if one.reading and one.claim.answerable == 0 and one.claim.relevance is not None]
    opposed = np.array([one.claim.relevance == 1.0 for one in wrong], dtype=bool)
    against = np.array([one.reading.contradicted for one in wrong if one.reading])
    contradicted = best_balance(against, opposed)[0] if opposed.any() and not opposed.all() else 0.0
    return Cuts(round(supported, 3), round(max(sure, supported), 3), round(contradicted, 3))


def logit_of(one: Judged) -> float:
    """The model's; beyond all of them where a quote, a figure or a name decided."""
    if one.reading:
        return one.reading.supported
    return np.inf if one.found.finding == "supported" else -np.inf


def figures(judged: Sequence[Judged], cuts: Cuts) -> Iterator[str]:
    """Lines of a table: how the product does on held-out claims, in all and by kind."""
    logits = np.array([logit_of(one) for one in judged])
    truth = np.array([one.claim.answerable == 1.0 for one in judged])
    stands = logits >= cuts.supported
    finite = np.clip(logits, -50, 50)
    yield (
        f"{len(judged)} claims: AUC {area(finite, truth):.3f}, balanced accuracy "
        f"{(stands[truth].mean() + (~stands)[~truth].mean()) / 2:.3f}, true kept {stands[truth].mean():.3f}, "
        f"wrong caught {(~stands)[~truth].mean():.3f}; sure: {(logits[truth] >= cuts.sure).mean():.3f} of the true, "
        f"{(logits[~truth] >= cuts.sure).mean():.3f} of the wrong"
    )
    kinds: dict[str, list[bool]] = defaultdict(list)
    for one, stood in zip(judged, stands, strict=True):
        kinds[f"{'true ' if one.claim.answerable else 'wrong'} {one.claim.kind}"].append(bool(stood))
    for kind, those in sorted(kinds.items()):
        yield f"  {kind:32} stands {sum(those)} of {len(those)}"
    vetoed = [
        one for one in judged if one.reading is None and one.claim.answerable and one.found.finding != "supported"
    ]
    yield f"  true but refused for a figure or a name: {len(vetoed)}"
