"""Many dimensions shown in two: near papers stay near. Numpy only, and the same picture every time."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

NEIGHBOURS_UP_TO = 500
"""Of more points so many, evenly taken, are laid out, which takes time by the square; the others stand beside them."""

BESIDE = 5
"""Neighbours that a point stands among."""

SCATTER = 0.006
"""How far points that have the same neighbours stand apart, as a share of the picture."""

AT_ONCE = 4000

PERPLEXITY = 15.0
"""About how many neighbours each point tries to keep near: the size of a small field of work."""

ROUNDS = 400
EXAGGERATED_ROUNDS = 120
EXAGGERATION = 12.0
"""Usual values of t-SNE: neighbours pull twelvefold at first, so that groups find together."""


def flatten(vectors: Points) -> Points:
    """(n, d) vectors as (n, 2) points between 0 and 1: t-SNE from the main axes, of many points for some of them."""
    n = len(vectors)
    if n < 3:
        return np.repeat(np.arange(n)[:, None] * 0.2 + 0.5, 2, axis=1)
    if n > NEIGHBOURS_UP_TO:
        chosen = np.linspace(0, n - 1, NEIGHBOURS_UP_TO).astype(int)
        points = place_beside(vectors, vectors[chosen], flatten(vectors[chosen]))
        return spread(points)
    return spread(keep_neighbours(vectors, main_axes(vectors)))


def spread(points: Points) -> Points:
    """The points over the whole square."""
    low, high = points.min(axis=0), points.max(axis=0)
    wide: Points = (points - low) / np.where(high > low, high - low, 1.0)
    return wide


def place_beside(vectors: Points, known: Points, points: Points) -> Points:
    """(n, 2): each of the vectors among the `points` of those of the `known` vectors that are most like it."""
    known = (known / np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-12)).astype(np.float32)
    some = min(BESIDE, len(known))
    placed = np.empty((len(vectors), 2))
    for start in range(0, len(vectors), AT_ONCE):
        part = vectors[start : start + AT_ONCE].astype(np.float32)
        part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
        alike = part @ known.T
        nearest = np.argpartition(-alike, some - 1, axis=1)[:, :some]
        # Cosines of texts lie close together: by their eighth power the nearest counts most.
        weights = np.maximum(np.take_along_axis(alike, nearest, axis=1), 1e-3).astype(np.float64) ** 8
        weights /= weights.sum(axis=1, keepdims=True)
        placed[start : start + AT_ONCE] = (points[nearest] * weights[:, :, None]).sum(axis=1)
    # The same for the same vectors, whatever comes before and after them.
    turn = np.abs(vectors[:, :2].sum(axis=1)) * 1e4 % 1 * 2 * np.pi
    placed += SCATTER * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return np.clip(placed, 0.0, 1.0)


def main_axes(vectors: Points) -> Points:
    """The first two principal components. Signs are fixed, so that the picture doesn't flip."""
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, [-1, -2]]
    axes *= np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    points: Points = centred @ axes
    return points


def keep_neighbours(vectors: Points, start: Points) -> Points:
    """t-SNE (van der Maaten and Hinton 2008), exact, from `start`."""
    n = len(vectors)
    near = neighbour_shares(squared_distances(vectors), min(PERPLEXITY, (n - 1) / 3))
    near = np.maximum((near + near.T) / (2 * n), 1e-12)
    points = start / (start[:, 0].std() or 1.0) * 1e-2
    step = np.zeros_like(points)
    rate = max(n / EXAGGERATION / 4, 10.0)
    for round_ in range(ROUNDS):
        kernel = 1 / (1 + squared_distances(points))
        np.fill_diagonal(kernel, 0)
        pull = near * (EXAGGERATION if round_ < EXAGGERATED_ROUNDS else 1.0)
        force = (pull - kernel / kernel.sum()) * kernel
        slope = 4 * (force.sum(axis=1)[:, None] * points - force @ points)
        step = (0.5 if round_ < EXAGGERATED_ROUNDS else 0.8) * step - rate * slope
        points = points + step
    return np.asarray(points - points.mean(axis=0))


def squared_distances(points: Points) -> Points:
    squares = (points**2).sum(axis=1)
    distances: Points = np.maximum(squares[:, None] + squares[None, :] - 2 * points @ points.T, 0)
    return distances


def neighbour_shares(distances: Points, perplexity: float) -> Points:
    """Row by row, Gaussian shares of the others, each row as wide as it takes to have `perplexity` neighbours."""
    n = len(distances)
    low, high = np.full((n, 1), 1e-6), np.full((n, 1), 1e6)
    shares = np.zeros_like(distances)
    shifted = distances - np.where(np.eye(n, dtype=bool), np.inf, distances).min(axis=1, keepdims=True)
    np.fill_diagonal(shifted, 0)
    # The widths are found by halving: 50 times is beyond the precision of a float.
    for _ in range(50):
        width = np.sqrt(low * high)
        shares = np.exp(-shifted * width)
        np.fill_diagonal(shares, 0)
        shares /= shares.sum(axis=1, keepdims=True)
        entropy = -(shares * np.log(np.maximum(shares, 1e-12))).sum(axis=1, keepdims=True)
        is_wide = entropy > np.log(perplexity)
        low, high = np.where(is_wide, width, low), np.where(is_wide, high, width)
    return shares
