"""HTML from templates that escape every value, with their styles and scripts; and the parts of an answer's text."""

from ui.html.links import web_address
from ui.html.prose import Block, Line, Piece, Run, blocks, inline, parts_of
from ui.html.rendering import HERE, asset, render

__all__ = [
    "HERE",
    "Block",
    "Line",
    "Piece",
    "Run",
    "asset",
    "blocks",
    "inline",
    "parts_of",
    "render",
    "web_address",
]
