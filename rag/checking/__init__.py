"""Every marker resolved and every sentence of an answer checked against what it cites."""

from rag.checking.citations import Checked, as_source, check
from rag.checking.support import Embed, support_of

__all__ = [
    "Checked",
    "Embed",
    "as_source",
    "check",
    "support_of",
]
