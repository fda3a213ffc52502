"""What a language model makes of a question before it is searched: a follow-up in full, other languages in English."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.ask import Message
from rag.llm.prompt import build_rewriting, build_translation
from rag.text import is_english
from rag.understanding import StandaloneQuestion

OneLine = Callable[[Sequence[Message]], str]
"""A short reply on one line, empty when the model fails or dawdles."""


def refine(offline: StandaloneQuestion, history: Sequence[Message], one_line: OneLine) -> StandaloneQuestion:
    """The model's rewriting of a follow-up, and its translation of what is searched, where they are needed.

    Where the model has no reply, the offline form stays.
    """
    question = offline
    if offline.leans_on_history and (rewritten := one_line(build_rewriting(offline.typed, history))):
        question = replace(offline, text=rewritten, searches=(rewritten,), subject="", reason="rewritten by the model")
    (search,) = question.searches
    if not is_english(search) and (english := one_line(build_translation(search))):
        question = replace(question, searches=(english,))
    return question
