"""What a question asks, and what it leaves to the talk before it."""

from rag.understanding.question_type import Field, Form, QuestionType, Want, classify
from rag.understanding.standalone import Standalone, Turn, standalone_question

__all__ = [
    "Field",
    "Form",
    "QuestionType",
    "Standalone",
    "Turn",
    "Want",
    "classify",
    "standalone_question",
]
