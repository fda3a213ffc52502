"""Language models: providers, one connection to each, prompts, the shapes of replies, faults and prices."""

from rag.ask import Message
from rag.llm.connection import LanguageModel, check_model, connect
from rag.llm.faults import explain_empty
from rag.llm.pricing import add_usage
from rag.llm.prompt import Prompt, build_messages, build_rewriting, build_translation
from rag.llm.refusal_wording import REFUSAL, is_refusal_sentence
from rag.llm.reply import Reply
from rag.llm.shapes import shape_answer, shape_line

__all__ = [
    "REFUSAL",
    "LanguageModel",
    "Message",
    "Prompt",
    "Reply",
    "add_usage",
    "build_messages",
    "build_rewriting",
    "build_translation",
    "check_model",
    "connect",
    "explain_empty",
    "is_refusal_sentence",
    "shape_answer",
    "shape_line",
]
