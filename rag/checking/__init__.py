"""Every marker resolved and every sentence of an answer checked against what it cites."""

from rag.checking.citations import Checked, as_sources, check
from rag.checking.support import Embed, support_of

__all__ = [
    "Checked",
    "Embed",
    "as_sources",
    "check",
    "support_of",
]
