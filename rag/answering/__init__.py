"""Answers without a language model: quotes, refusals, the record, what may be asked next."""

from rag.answering.quoting import draft_from
from rag.answering.refusal import refusal_text, unanswered_text
from rag.answering.suggestions import suggest

__all__ = [
    "draft_from",
    "refusal_text",
    "suggest",
    "unanswered_text",
]
