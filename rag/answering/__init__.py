"""Answers without a language model: quotes, refusals, the record, what may be asked next."""

from rag.answering.quoting import draft_from, refusal_text, suggest, unanswered_text

__all__ = [
    "draft_from",
    "refusal_text",
    "suggest",
    "unanswered_text",
]
