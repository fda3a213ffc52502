"""The training loop: resumable, deterministic from its settings, on the cores there are."""

import copy
import math
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from train.batches import UNKNOWN, Batch, Encoded, batches, collate, encode
from train.examples import Example
from train.network import EvidenceNetwork, Reading


@dataclass(frozen=True, slots=True)
class Fit:
    """How to train. `decay_by_layer` lowers the rate towards the embeddings, which keeps what they know."""

    epochs: int = 3
    batch_size: int = 16
    piece_size: int = 8
    threads: int = 2
    rate: float = 1.2e-4
    head_rate: float = 5e-4
    decay_by_layer: float = 0.88
    weight_decay: float = 0.01
    warmup: float = 0.03
    average_last: float = 0.995
    dropout: float = 0.05
    seed: int = 1
    limit: int | None = None
    relevance_share: float = 0.4
    support_share: float = 0.4
    span_share: float = 0.3
    save_every_seconds: float = 240.0


class Epochs(Protocol):
    """What is learned from."""

    def epoch(self, number: int, limit: int | None = None) -> list[Example]: ...


def losses(reading: Reading, batch: Batch, fit: Fit) -> dict[str, Tensor]:
    """The parts of the loss, each already weighted."""
    answerable = masked_mean(reading.answerable, batch.answerable, batch.weight)
    relevance = masked_mean(reading.relevance, batch.relevance, batch.weight)
    support = masked_mean(reading.support, batch.support, torch.ones_like(batch.support))
    hidden = ~batch.mask
    start = reading.start.float().masked_fill(hidden, -1e4)
    end = reading.end.float().masked_fill(hidden, -1e4)
    span = start.new_zeros(())
    if bool((batch.start >= 0).any()):
        span = (functional.cross_entropy(start, batch.start) + functional.cross_entropy(end, batch.end)) / 2
    return {
        "answerable": answerable,
        "relevance": fit.relevance_share * relevance,
        "support": fit.support_share * support,
        "span": fit.span_share * span,
    }


def masked_mean(logits: Tensor, targets: Tensor, weights: Tensor) -> Tensor:
    """Binary cross-entropy over the targets that are known."""
    known = (targets != UNKNOWN).float() * weights
    loss = functional.binary_cross_entropy_with_logits(logits.float(), targets.clamp(0, 1), reduction="none")
    return (loss * known).sum() / known.sum().clamp(min=1)


def grouped_parameters(network: EvidenceNetwork, fit: Fit) -> list[dict[str, object]]:
    """One group a weight: its rate by depth, weight decay on matrices only."""
    depth = len(network.layers)
    groups: list[dict[str, object]] = []
    for name, parameter in network.named_parameters():
        if name.startswith("layers."):
            rate = fit.rate * fit.decay_by_layer ** (depth - 1 - int(name.split(".")[1]))
        elif name.split(".")[0] in ("words", "positions", "segments", "norm"):
            rate = fit.rate * fit.decay_by_layer**depth
        else:
            rate = fit.head_rate
        if not parameter.requires_grad:
            continue
        decay = fit.weight_decay if parameter.ndim > 1 else 0.0
        groups.append({"params": [parameter], "lr": rate, "weight_decay": decay})
    return groups


def train(
    network: EvidenceNetwork,
    cook: Epochs,
    tokenizer: Tokenizer,
    fit: Fit,
    checkpoint: Path,
    tell: Callable[[str], None],
) -> EvidenceNetwork:
    """Trains and returns the averaged network. Goes on from `checkpoint` if an earlier run left one."""
    torch.manual_seed(fit.seed)
    # One thread a worker and one here: threads that share an operation wait for each other on a busy machine.
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    # The embeddings of words stay: rare words keep their meaning, and a third of the numbers need no gradient.
    network.words.weight.requires_grad_(False)
    workers = ThreadPoolExecutor(fit.threads, initializer=torch.set_num_threads, initargs=(1,))
    optimizer = torch.optim.AdamW(grouped_parameters(network, fit), betas=(0.9, 0.98), fused=True)
    per_epoch = math.ceil(len(cook.epoch(0, fit.limit)) / fit.batch_size)
    total = per_epoch * fit.epochs
    warm = max(1, int(total * fit.warmup))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm, max(0.02, (total - step) / max(1, total - warm)))
    )
    averaged = copy.deepcopy(network)
    done = 0
    if checkpoint.is_file():
        state = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(state["network"])
        averaged.load_state_dict(state["averaged"])
        optimizer.load_state_dict(state["optimizer"])
        schedule.load_state_dict({**schedule.state_dict(), **state["schedule"]})
        done = state["step"]
        tell(f"going on from step {done} of {total}")
        if done >= total:
            return averaged.eval()
    step, started, saved, shown = 0, time.monotonic(), time.monotonic(), dict[str, float]()
    network.train()
    for epoch in range(fit.epochs):
        rows = encode(cook.epoch(epoch, fit.limit), tokenizer, {})
        for batch in batches(rows, fit.batch_size, random.Random(f"{fit.seed}-{epoch}")):
            step += 1
            if step <= done:
                continue
            parts = gradients(network, batch, fit, workers)
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            keep = min(fit.average_last, (step + 1) / (step + 10))
            with torch.no_grad():
                for mine, new in zip(averaged.parameters(), network.parameters(), strict=True):
                    if new.requires_grad:
                        mine.lerp_(new, 1 - keep)
            for name, part in parts.items():
                shown[name] = 0.98 * shown.get(name, part) + 0.02 * part
            if step % 50 == 0:
                speed = (step - done) * fit.batch_size / (time.monotonic() - started)
                figures = ", ".join(f"{name} {value:.3f}" for name, value in shown.items())
                tell(f"step {step}/{total} epoch {epoch}: {figures}; {speed:.1f} examples/s")
            if time.monotonic() - saved > fit.save_every_seconds:
                save(checkpoint, network, averaged, optimizer, schedule, step)
                saved = time.monotonic()
    save(checkpoint, network, averaged, optimizer, schedule, step)
    return averaged.eval()


def gradients(
    network: EvidenceNetwork, rows: Sequence[Encoded], fit: Fit, workers: ThreadPoolExecutor
) -> dict[str, float]:
    """Leaves the gradient of the batch in the network; returns the parts of its loss.

    Each worker takes the next small piece when it is done with one. A core that other programs are using then
    slows down its own pieces only, where threads that split every operation would wait for each other all the time.
    """
    pieces = [collate(rows[start : start + fit.piece_size]) for start in range(0, len(rows), fit.piece_size)]
    learned = [parameter for parameter in network.parameters() if parameter.requires_grad]
    in_bfloat16 = is_bfloat16_quick()

    def work(piece: Batch) -> tuple[tuple[Tensor, ...], dict[str, float]]:
        with torch.autocast("cpu", torch.bfloat16, enabled=in_bfloat16):
            reading = network(piece.tokens, piece.segments, piece.mask)
        parts = losses(reading, piece, fit)
        loss = torch.stack(list(parts.values())).sum() / len(pieces)
        found = torch.autograd.grad(loss, learned, allow_unused=True)
        empty = (
            torch.zeros_like(weight) if grad is None else grad for grad, weight in zip(found, learned, strict=True)
        )
        return tuple(empty), {name: float(part.detach()) / len(pieces) for name, part in parts.items()}

    for parameter in learned:
        parameter.grad = None
    total: dict[str, float] = {}
    for found, parts in workers.map(work, pieces):
        for parameter, gradient in zip(learned, found, strict=True):
            parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)
        for name, part in parts.items():
            total[name] = total.get(name, 0.0) + part
    return total


@cache
def is_bfloat16_quick() -> bool:
    """Whether half the bits cost less time here: a processor without such instructions takes thirty times as long."""
    seconds = []
    for kind in (torch.bfloat16, torch.float32):
        matrix = torch.ones(384, 384, dtype=kind)
        _ = matrix @ matrix
        started = time.perf_counter()
        _ = matrix @ matrix
        seconds.append(time.perf_counter() - started)
    return seconds[0] < seconds[1]


def save(
    checkpoint: Path,
    network: EvidenceNetwork,
    averaged: EvidenceNetwork,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LambdaLR,
    step: int,
) -> None:
    """Writes beside the file first, so that a kill never leaves half a checkpoint."""
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    beside = checkpoint.with_suffix(".new")
    state = {
        "network": network.state_dict(),
        "averaged": averaged.state_dict(),
        "optimizer": optimizer.state_dict(),
        "schedule": {"last_epoch": schedule.last_epoch, "_step_count": step + 1},
        "step": step,
    }
    torch.save(state, beside)
    beside.replace(checkpoint)
