"""A question in, a cited answer out."""

from rag.answer import (
    Answer,
    Citation,
    Evidence,
    Filters,
    Hit,
    Sentence,
    Source,
    Step,
    TextDelta,
    Usage,
)
from rag.assistant import Assistant
from rag.errors import MissingExtra, MissingKey, ModelError, ModelRefused, ModelUnavailable
from rag.settings import Settings, load_settings

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Evidence",
    "Filters",
    "Hit",
    "MissingExtra",
    "MissingKey",
    "ModelError",
    "ModelRefused",
    "ModelUnavailable",
    "Sentence",
    "Settings",
    "Source",
    "Step",
    "TextDelta",
    "Usage",
    "load_settings",
]
