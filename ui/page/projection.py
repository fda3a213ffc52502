"""Many dimensions shown in two: near papers stay near. Numpy only, and the same picture every time."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

NEIGHBOURS_UP_TO = 1000
"""Above so many points the neighbour layout (quadratic) takes too long, and the two main axes are shown instead."""

PERPLEXITY = 15.0
"""About how many neighbours each point tries to keep near: the size of a small field of work."""

ROUNDS = 400
EXAGGERATED_ROUNDS = 120
EXAGGERATION = 12.0
"""Usual values of t-SNE: neighbours pull twelvefold at first, so that groups find together."""


def flatten(vectors: Points) -> Points:
    """(n, d) vectors as (n, 2) points between 0 and 1: t-SNE from the main axes, for large n the axes alone."""
    n = len(vectors)
    if n < 3:
        return np.repeat(np.arange(n)[:, None] * 0.2 + 0.5, 2, axis=1)
    points = main_axes(vectors)
    if n <= NEIGHBOURS_UP_TO:
        points = keep_neighbours(vectors, points)
    low, high = points.min(axis=0), points.max(axis=0)
    spread: Points = (points - low) / np.where(high > low, high - low, 1.0)
    return spread


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
