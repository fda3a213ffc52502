"""A stand-in for the packaged embedding model, for benches and tests of the stores: microseconds a text.

Each word has a random direction of its own, and a text the sum of its words: the same text has the same vector in
every process, other texts have others, and texts that share words are near each other.
"""

import re
import zlib
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from index import Encoded, PackagedEmbedding
from index.embedding import Vector, normalise

DIMENSION = 32


@lru_cache(maxsize=100_000)
def direction(word: str) -> Vector:
    return normalise(np.random.default_rng(zlib.crc32(word.encode())).normal(size=DIMENSION))


def encode(text: str) -> Encoded:
    """As `PackagedEmbedding.encode`: words in place of the model's tokens."""
    found = list(re.finditer(r"\w+", text.casefold())) or list(re.finditer(".", " "))
    rows = np.stack([direction(word[0]) for word in found])
    return Encoded(normalise(rows.sum(axis=0)), rows, [word.span() for word in found])


def replace_packaged_model(
    set_attribute: Callable[[object, str, object], None] = setattr,
    encode: Callable[[str], Encoded] = encode,
    dimension: int = DIMENSION,
) -> None:
    """From now on this process takes `encode` for the packaged model."""
    set_attribute(PackagedEmbedding, "dimension", dimension)
    set_attribute(PackagedEmbedding, "__init__", lambda self, threads=0: None)
    set_attribute(PackagedEmbedding, "encode", lambda self, text: encode(text))
