"""Conversations kept, and answers as text for elsewhere."""

from ui.history.export import as_bibtex, as_markdown, as_text
from ui.history.history import History, Turn

__all__ = [
    "History",
    "Turn",
    "as_bibtex",
    "as_markdown",
    "as_text",
]
