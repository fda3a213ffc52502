"""The reliability plot of a probability: what was said against what was so, as a small SVG."""

import math
from collections.abc import Mapping, Sequence

SIZE, MARGIN = 320, 44
"""Pixels: of the square in which the points lie, and around it."""


def as_svg(bins: Sequence[Mapping[str, float]], title: str) -> str:
    """`bins` hold "said" and "was" (0..1, means of the bin) and "questions", which a point's area shows."""
    most = max(one["questions"] for one in bins)
    points = [
        f'<circle cx="{across(one["said"]):.0f}" cy="{up(one["was"]):.0f}" '
        f'r="{3 + 11 * math.sqrt(one["questions"] / most):.1f}"><title>said {one["said"]}, was {one["was"]}: '
        f"{one['questions']:.0f} questions</title></circle>"
        for one in bins
    ]
    ticks = [
        f'<text x="{across(at):.0f}" y="{up(0) + 18:.0f}" text-anchor="middle">{at}</text>'
        f'<text x="{across(0) - 8:.0f}" y="{up(at) + 4:.0f}" text-anchor="end">{at}</text>'
        for at in (0, 0.25, 0.5, 0.75, 1)
    ]
    whole = SIZE + 2 * MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#555">',
        f"<title>{title}</title>",
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#bbb"/>',
        f'<line x1="{across(0)}" y1="{up(0)}" x2="{across(1)}" y2="{up(1)}" stroke="#bbb" stroke-dasharray="4 4"/>',
        f'<g fill="#1f6feb" fill-opacity="0.75">{"".join(points)}</g>',
        *ticks,
        f'<text x="{whole / 2}" y="{whole - 6}" text-anchor="middle">probability of an answer, as said</text>',
        f'<text x="{MARGIN}" y="{MARGIN - 12}">share that could be answered</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def across(said: float) -> float:
    return MARGIN + SIZE * said


def up(was: float) -> float:
    return MARGIN + SIZE * (1 - was)
