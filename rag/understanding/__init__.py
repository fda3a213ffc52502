"""What a question asks, and what it leaves to the talk before it."""

from rag.understanding.head import (
    ASKS,
    BY_KIND,
    KINDS,
    TAGS,
    WEIGHTS,
    Asks,
    Head,
    Heard,
    Kind,
    Layer,
    Tag,
    asked_back_features,
    chance_to_ask_back,
    hear,
    leaning_features,
    question_features,
    token_features,
)
from rag.understanding.plan import OF_SEVERAL, SEVERAL, Plan, kind_of, make_plan
from rag.understanding.record import Found
from rag.understanding.standalone import StandaloneQuestion, standalone_question

__all__ = [
    "ASKS",
    "BY_KIND",
    "KINDS",
    "OF_SEVERAL",
    "SEVERAL",
    "TAGS",
    "WEIGHTS",
    "Asks",
    "Found",
    "Head",
    "Heard",
    "Kind",
    "Layer",
    "Plan",
    "StandaloneQuestion",
    "Tag",
    "asked_back_features",
    "chance_to_ask_back",
    "hear",
    "kind_of",
    "leaning_features",
    "make_plan",
    "question_features",
    "standalone_question",
    "token_features",
]
