"""HTML from templates that escape every value, with their styles and scripts; and the parts of an answer's text."""

from ui.html.links import web_address
from ui.html.prose import Block, Piece, Run, blocks, inline
from ui.html.rendering import HERE, asset, render

__all__ = [
    "HERE",
    "Block",
    "Piece",
    "Run",
    "asset",
    "blocks",
    "inline",
    "render",
    "web_address",
]
