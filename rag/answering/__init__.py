"""Answers without a language model: quotes, refusals, the record, what may be asked next."""

from rag.answering.quoting import draft_from, suggest
from rag.answering.refusing import outside_text, refusal_text, unanswered_text

__all__ = [
    "draft_from",
    "outside_text",
    "refusal_text",
    "suggest",
    "unanswered_text",
]
