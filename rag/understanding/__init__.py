"""What a question asks, and what it leaves to the talk before it."""

from rag.understanding.question_type import Field, Form, QuestionType, Want, classify
from rag.understanding.standalone import StandaloneQuestion, standalone_question

__all__ = [
    "Field",
    "Form",
    "QuestionType",
    "StandaloneQuestion",
    "Want",
    "classify",
    "standalone_question",
]
