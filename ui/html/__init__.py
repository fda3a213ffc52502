"""HTML from templates that escape every value, with their styles and scripts."""

from ui.html.links import web_address
from ui.html.rendering import HERE, asset, render

__all__ = [
    "HERE",
    "asset",
    "render",
    "web_address",
]
