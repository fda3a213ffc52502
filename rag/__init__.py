"""A question in, a cited answer out.

What a program needs is here by name; figures over files of questions are in `rag.evaluation`.
"""

from index import Span
from rag.answer import (
    Answer,
    Citation,
    Event,
    Evidence,
    Filters,
    Hit,
    Sentence,
    Source,
    Step,
    TextDelta,
    Understood,
    Usage,
)
from rag.ask import Message
from rag.assistant import Assistant
from rag.checking import CheckedClaim, check_support
from rag.errors import EvaluationError, MissingExtra, MissingKey, ModelError, ModelRefused, ModelUnavailable
from rag.preview import Preview
from rag.settings import (
    LLMSettings,
    Price,
    RagSettings,
    RetrievalSettings,
    Settings,
    load_settings,
    overridden,
    settings_file,
    validate_settings,
)
from rag.table import NOT_SAID, Cell

__all__ = [
    "NOT_SAID",
    "Answer",
    "Assistant",
    "Cell",
    "CheckedClaim",
    "Citation",
    "EvaluationError",
    "Event",
    "Evidence",
    "Filters",
    "Hit",
    "LLMSettings",
    "Message",
    "MissingExtra",
    "MissingKey",
    "ModelError",
    "ModelRefused",
    "ModelUnavailable",
    "Preview",
    "Price",
    "RagSettings",
    "RetrievalSettings",
    "Sentence",
    "Settings",
    "Source",
    "Span",
    "Step",
    "TextDelta",
    "Understood",
    "Usage",
    "check_support",
    "load_settings",
    "overridden",
    "settings_file",
    "validate_settings",
]
