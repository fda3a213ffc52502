"""The kept vectors in memory, compared with a question's under a mask of the papers that are meant.

A small library's are there whole. Of a larger one each has the signs of its numbers and an int8 of each, 452 bytes a
passage: the signs choose some, int8 fewer, and those few are read as they are kept, so that their cosines are exact.
CPU-ms for the nearest 150 of 18,630 passages of 384 numbers that pass, of 35,757 in all: mask 0.1, signs 0.35, int8 of
1,000 rows 0.15, with reading 2.9. To make all this takes 180 after each write.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from index.embedding import Vector
from index.encodings import Encodings
from index.library_facets import Passing
from index.paper import paper_of

PassageHit = tuple[str, float]
"""(passage id, cosine)"""

CHOSEN_BY_SIGNS = 1000
"""At least so many, or 7 for each that is wanted. Of the nearest 150 among 35,757 (bench/synthetic.py) they hold .9995,
600 hold .997, 300 hold .985. Signs tell what is above the mean: those of what is above 0 hold .995, .986, .957."""

COMPARED = 3000
"""Up to so many rows are compared by int8 without a choice by signs: half a CPU-ms."""

SPARE = 50
"""More than are wanted are read: int8 moves a cosine by up to .002 (mean .0003), and so the order near the last."""

READ_AT_ONCE = 10_000


class Rows:
    """The vectors of an index as they were when this was made. Thread-safe, since nothing changes."""

    def __init__(self, encodings: Encodings, numbers: Mapping[str, int], keep_whole: int) -> None:
        """`numbers`: paper id -> the number that masks know it by. Up to `keep_whole` vectors are kept as they are."""
        self._encodings = encodings
        self._whole: tuple[list[str], Vector] | None = None
        if not encodings.has_more_vectors_than(keep_whole):
            self._whole = encodings.all_vectors()
            self._papers = papers_of(self._whole[0], numbers)
            return
        papers, places, rows, scales = [], [], [], list[Vector]()
        for some, ids, matrix in encodings.each_vector(READ_AT_ONCE):
            papers.append(papers_of(ids, numbers))
            places.append(np.array(some, np.int64))
            largest = np.abs(matrix).max(axis=1, initial=1e-12)
            rows.append(np.rint(matrix * (127 / largest[:, None])).astype(np.int8))
            scales.append(largest / 127)
        self._papers = np.concatenate(papers) if papers else np.empty(0, np.int64)
        self._places = np.concatenate(places) if places else np.empty(0, np.int64)
        self._rows = np.concatenate(rows) if rows else np.empty((0, 1), np.int8)
        self._scales = np.concatenate(scales) if scales else np.empty(0, np.float32)
        self._mean = mean_of(self._rows, self._scales)
        self._signs = self._make_signs()

    def _make_signs(self) -> NDArray[np.uint64]:
        """(words of 64 signs, passages): a word of all passages lies together."""
        parts = []
        for first in range(0, max(1, len(self._rows)), READ_AT_ONCE):
            some = slice(first, first + READ_AT_ONCE)
            parts.append(signs(self._rows[some] * self._scales[some, None], self._mean))
        return np.ascontiguousarray(np.concatenate(parts).T)

    def search(self, vector: Vector, k: int, among: Passing | None = None) -> list[PassageHit]:
        """The nearest `k` passages, best first; only those of the papers `among` when it is given."""
        meant = np.arange(len(self._papers)) if among is None else np.flatnonzero(among.has(self._papers))
        if not len(meant) or k < 1:
            return []
        if self._whole:
            ids, matrix = self._whole
            cosines = products(matrix if len(meant) == len(matrix) else matrix[meant], vector)
            best = np.argsort(-cosines, kind="stable")[:k]
            return [(ids[at], float(cosine)) for at, cosine in zip(meant[best].tolist(), cosines[best], strict=True)]
        if len(meant) > max(COMPARED, wanted := max(CHOSEN_BY_SIGNS, 7 * k)):
            meant = meant[self._nearest_by_signs(vector, meant, wanted)]
        about = products(self._rows[meant].astype(np.float32), vector) * self._scales[meant]
        meant = meant[np.argsort(-about, kind="stable")[: k + SPARE]]
        return self._read(vector, meant)[:k]

    def _nearest_by_signs(self, vector: Vector, meant: NDArray[np.intp], wanted: int) -> NDArray[np.intp]:
        apart = np.zeros(len(meant), np.uint16)
        for word, asked in zip(self._signs, signs(vector[None], self._mean)[0], strict=True):
            apart += np.bitwise_count(word[meant] ^ asked)
        # Sorted: those equally near stay in their order.
        return np.sort(np.argpartition(apart, wanted)[:wanted])

    def _read(self, vector: Vector, meant: NDArray[np.intp]) -> list[PassageHit]:
        """With exact cosines, best first. What was removed meanwhile is left out."""
        ids, matrix = self._encodings.vectors_at(self._places[meant].tolist())
        cosines = products(matrix, vector)
        best = np.argsort(-cosines, kind="stable")
        return [(ids[at], float(cosines[at])) for at in best.tolist()]


def papers_of(passage_ids: list[str], numbers: Mapping[str, int]) -> NDArray[np.int64]:
    """0 for those whose paper has left."""
    return np.array([numbers.get(paper_of(id), 0) for id in passage_ids], np.int64)


def products(matrix: Vector, vector: Vector) -> NDArray[np.float32]:
    """(n, d) and (d,) to (n,).

    Not `@`: BLAS spreads it over all cores and waits for them. 1,762 rows on a busy machine: 11.6 ms, and so 0.13.
    """
    found: NDArray[np.float32] = np.einsum("nd,d->n", matrix, vector)
    return found


def mean_of(rows: NDArray[np.int8], scales: NDArray[np.float32]) -> Vector:
    total: Vector = np.einsum("nd,n->d", rows, scales, dtype=np.float32)
    return np.asarray(total / max(1, len(rows)), np.float32)


def signs(matrix: Vector, mean: Vector) -> NDArray[np.uint64]:
    """(n, words of 64 signs): which numbers lie above the mean."""
    packed = np.packbits(matrix > mean, axis=1)
    return np.pad(packed, ((0, 0), (0, -packed.shape[1] % 8))).view(np.uint64)
