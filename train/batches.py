"""From examples to tensors: token ids, segments and targets, in batches of similar length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from train.examples import Example, Span

UNKNOWN = -1.0
"""A target that does not count."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """One example as numbers. `support` holds 0/1 a token, or UNKNOWN; `answer` is (first, last) token or None."""

    tokens: list[int]
    segments: list[int]
    answerable: float
    relevance: float
    support: list[float]
    answer: tuple[int, int] | None
    weight: float


@dataclass(frozen=True, slots=True)
class Batch:
    tokens: Tensor
    segments: Tensor
    mask: Tensor
    answerable: Tensor
    relevance: Tensor
    support: Tensor
    start: Tensor
    end: Tensor
    weight: Tensor


def encode(examples: Sequence[Example], tokenizer: Tokenizer, weights: dict[str, float]) -> list[Encoded]:
    """Examples as numbers; the tokenizer's own truncation decides how long they may be."""
    pairs = [(example.question, f"{example.title}. {example.text}") for example in examples]
    encodings = tokenizer.encode_batch(pairs)
    return [
        encode_one(example, encoding, weights.get(example.kind, 1.0))
        for example, encoding in zip(examples, encodings, strict=True)
    ]


def encode_one(example: Example, encoding: object, weight: float) -> Encoded:
    offsets, segments = encoding.offsets, encoding.type_ids  # type: ignore[attr-defined]
    specials = encoding.special_tokens_mask  # type: ignore[attr-defined]
    shift = len(example.title) + 2

    def touched(span: Span) -> list[int]:
        return [
            place
            for place, (start, end) in enumerate(offsets)
            if segments[place] and not specials[place] and start < span[1] + shift and span[0] + shift < end
        ]

    support = [UNKNOWN] * len(offsets)
    if example.supported:
        support = [0.0 if segment else UNKNOWN for segment in segments]
        for place in touched(example.support) if example.support else ():
            support[place] = 1.0
    answer: tuple[int, int] | None = None
    if example.spanned:
        answer = (0, 0)
        if example.answer:
            places = touched(example.answer)
            answer = (places[0], places[-1]) if places else None
    return Encoded(
        encoding.ids,  # type: ignore[attr-defined]
        segments,
        UNKNOWN if example.answerable is None else example.answerable,
        UNKNOWN if example.relevance is None else example.relevance,
        support,
        answer,
        weight,
    )


def batches(encoded: Sequence[Encoded], size: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Batches of about `size` examples: sorted by length within large blocks, in random order."""
    order = list(range(len(encoded)))
    rng.shuffle(order)
    groups = []
    block = size * 40
    for begin in range(0, len(order), block):
        part = sorted(order[begin : begin + block], key=lambda number: len(encoded[number].tokens))
        groups += [part[start : start + size] for start in range(0, len(part), size)]
    rng.shuffle(groups)
    for group in groups:
        yield [encoded[number] for number in group]


def collate(rows: Sequence[Encoded]) -> Batch:
    length = max(len(row.tokens) for row in rows)

    def padded(values: Sequence[Sequence[float]], filler: float, kind: type) -> Tensor:
        table: NDArray[np.generic] = np.full((len(values), length), filler, dtype=kind)
        for number, row in enumerate(values):
            table[number, : len(row)] = row
        return torch.from_numpy(table)

    tokens = padded([row.tokens for row in rows], 0, np.int64)
    answers = [row.answer if row.answer else (-100, -100) for row in rows]
    return Batch(
        tokens,
        padded([row.segments for row in rows], 0, np.int64),
        tokens != 0,
        torch.tensor([row.answerable for row in rows]),
        torch.tensor([row.relevance for row in rows]),
        padded([row.support for row in rows], UNKNOWN, np.float32),
        torch.tensor([first for first, _ in answers]),
        torch.tensor([last for _, last in answers]),
        torch.tensor([row.weight for row in rows]),
    )
