"""Answers without a language model: quotes, refusals, the record, what may be asked next."""

from rag.answering.gathering import without, without_abstracts
from rag.answering.quoting import draft_from
from rag.answering.refusing import choices, outside_text, refusal_text, unanswered_text, within_text
from rag.answering.suggesting import suggest

__all__ = [
    "choices",
    "draft_from",
    "outside_text",
    "refusal_text",
    "suggest",
    "unanswered_text",
    "within_text",
    "without",
    "without_abstracts",
]
