"""What a language model is asked: the texts of prompts/, filled in and fitted to the model's window.

Abstracts are strangers' words. They are fenced with a mark made anew for each turn, which nobody who wrote an abstract
can know, and are changed where they imitate a fence, an evidence number or the marks of a chat template.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from string import Template

from index import count_tokens, cut_to_tokens, split_sentences
from rag.answer import Evidence
from rag.ask import Message
from rag.llm.refusal_wording import REFUSAL
from rag.settings import Settings
from rag.text import without_markers

TOKENIZER_MARGIN = 0.85
"""Share of the window that we fill by our count: other models' tokenizers need up to a fifth more for the same text."""
HISTORY_MESSAGES = 6
HISTORY_TOKENS = 200
"""Of earlier messages, the last so many are shown, each at most so long: enough to know what is spoken of."""
QUESTION_SHARE = 0.25
"""Share of the window that a question may take. Longer ones are pasted documents; their beginning must do."""
MOST_AUTHORS = 6


@dataclass(frozen=True, slots=True)
class Prompt:
    """`messages` to send, the `evidence` that found room in them (its numbers unchanged), and our count of `tokens`."""

    messages: tuple[Message, ...]
    evidence: tuple[Evidence, ...]
    tokens: int


def build_messages(
    question: str,
    evidence: Sequence[Evidence],
    settings: Settings,
    history: Sequence[Message] = (),
    fence: str | None = None,
) -> Prompt:
    """The prompt for a cited answer. `evidence` is ranked, best first.

    Over budget (`rag.evidence_tokens`, and what `llm.context_window` leaves) the earlier messages give way first, then
    the weakest evidence, whole; of a single evidence that is still too long, its last sentences. The rules and the
    question always stay. `fence` is for tests.
    """
    fence = fence or secrets.token_hex(8)
    window = int((settings.llm.context_window - settings.llm.max_tokens) * TOKENIZER_MARGIN)
    question = cut_to_tokens(question.strip(), max(32, int(window * QUESTION_SHARE)))
    system = fill("answer-system", fence=fence, refusal=REFUSAL)
    frame = fill("answer-question", fence=fence, refusal=REFUSAL, question=question, evidence="")
    room = window - count_tokens(system) - count_tokens(frame)
    earlier = fit_history(history, room // 3)
    room -= sum(count_tokens(message.content) for message in earlier)
    shown = fit_evidence(evidence, min(settings.rag.evidence_tokens, room))
    text = "\n\n".join(format_evidence(item) for item in shown) or "(nothing was found)"
    asked = fill("answer-question", fence=fence, refusal=REFUSAL, question=question, evidence=text)
    messages = (Message("system", system), *earlier, Message("user", asked))
    return Prompt(messages, shown, sum(count_tokens(message.content) for message in messages))


def build_rewriting(question: str, history: Sequence[Message]) -> tuple[Message, ...]:
    """Asks for the question as it can be understood alone; read the reply with `shape_line`."""
    names = {"user": "Reader", "assistant": "Answer"}
    conversation = "\n".join(
        f"{names.get(message.role, message.role)}: {message.content}"
        for message in fit_history(history, HISTORY_MESSAGES * HISTORY_TOKENS)
    )
    asked = fill("rewrite-question", conversation=conversation, question=one_line(question))
    return Message("system", fill("rewrite-system")), Message("user", asked)


def build_translation(question: str) -> tuple[Message, ...]:
    """Asks for the question in English; read the reply with `shape_line`."""
    return Message("system", fill("translate-system")), Message(
        "user", fill("translate-question", question=one_line(question))
    )


def fit_history(history: Sequence[Message], room: int) -> tuple[Message, ...]:
    """The last messages that fit, shortened, on one line each, without their markers: those were another turn's."""
    kept: list[Message] = []
    for message in reversed([message for message in history if message.role != "system"][-HISTORY_MESSAGES:]):
        content = cut_to_tokens(neutralise(without_markers(message.content)), HISTORY_TOKENS)
        room -= count_tokens(content)
        if room < 0:
            break
        if content:
            kept.append(replace(message, content=content))
    return tuple(reversed(kept))


def fit_evidence(evidence: Sequence[Evidence], room: int) -> tuple[Evidence, ...]:
    """The best that fit, whole; if not even the first does, its first sentences that do."""
    shown: list[Evidence] = []
    for item in evidence:
        needed = count_tokens(format_evidence(item)) + 1
        if needed > room:
            break
        room -= needed
        shown.append(item)
    if evidence and not shown:
        shown.append(cut_evidence(evidence[0], room))
    return tuple(shown)


def cut_evidence(item: Evidence, room: int) -> Evidence:
    ends = [end for _, end in split_sentences(item.passage)] or [0]
    for end in reversed(ends[1:]):
        shorter = replace(item, passage=item.passage[:end])
        if count_tokens(format_evidence(shorter)) < room:
            return shorter
    return replace(item, passage=item.passage[: ends[0]])


def format_evidence(item: Evidence) -> str:
    """One evidence as the model sees it: a head line with its number, then the passage on one line."""
    year = f" ({item.year})" if item.year is not None else ""
    lines = [f"[{item.n}] {neutralise(item.title)}{year}"]
    if item.authors:
        more = " and others" if len(item.authors) > MOST_AUTHORS else ""
        lines.append(f"Authors: {neutralise(', '.join(item.authors[:MOST_AUTHORS]))}{more}")
    return "\n".join([*lines, neutralise(item.passage)])


TAG = re.compile(r"<(?P<inside>\s*(?:[/|!?][^<>]{0,200}|[A-Za-z_][\w.:-]*(?:\s[^<>]{0,200})?))>")
BRACKETED_NUMBER = re.compile(r"[\[【［](?P<number>\s*[1-9]\d{0,2}(?:\s*[,;–-]\s*\d{1,3})*\s*)[\]】］]")
BRACKETED_MARK = re.compile(r"\[(?P<inside>/?(?:INST|SYS|SYSTEM))\]", re.IGNORECASE)


def neutralise(text: str) -> str:
    """A stranger's text as data: on one line, without invisible characters, and with nothing that looks like our frame.

    Tags (so also any fence and any chat template's marks) become ‹so›; `[9]` becomes (9), `[0, 1]` and `[2024]` stay.
    The words remain the same.
    """
    text = "".join(character for character in text if unicodedata.category(character) not in INVISIBLE)
    text = one_line(text)
    text = TAG.sub(r"‹\g<inside>›", text)
    text = BRACKETED_NUMBER.sub(r"(\g<number>)", text)
    return BRACKETED_MARK.sub(r"(\g<inside>)", text)


INVISIBLE = {"Cf", "Co", "Cn", "Cs"}
"""Formatting characters (zero width, direction, tags), private, unassigned and half characters: read by no one but
models. Control characters are kept here, since line feeds are among them; `one_line` turns them into blanks."""


def one_line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def fill(name: str, **values: str) -> str:
    return template(name).substitute(values).strip()


@cache
def template(name: str) -> Template:
    return Template(files("rag.llm").joinpath("prompts", f"{name}.txt").read_text("utf-8"))
