"""What a language model is asked: the texts of prompts/, filled in and fitted to the model's window.

Abstracts are strangers' words. They are fenced with a mark made anew for each turn, which nobody who wrote an abstract
can know, and are changed where they imitate a fence, an evidence number or the marks of a chat template.
"""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.resources import files
from string import Template
from typing import Literal

from index import count_tokens, cut_to_tokens, split_sentences
from rag.answer import Evidence
from rag.ask import Message
from rag.llm.citing import Citable, cites_by_itself
from rag.llm.refusal_wording import REFUSAL_MARKED
from rag.settings import LLMSettings, Settings
from rag.text import without_markers

TOKENIZER_MARGIN = 0.85
"""Share of the window that we fill by our count: other models' tokenizers need up to a fifth more for the same text."""
HISTORY_MESSAGES = 6
HISTORY_TOKENS = 200
"""Of earlier messages, the last so many are shown, each at most so long: enough to know what is spoken of."""
QUESTION_SHARE = 0.25
"""Share of the window that a question may take. Longer ones are pasted documents; their beginning must do."""
SPEAKER_TOKENS = 4
"""What a line of a conversation takes besides its message."""
PLANNED_TOKENS = 500
"""Of a question that is planned: longer ones are pasted documents."""
MOST_AUTHORS = 6


Mode = Literal["any", "overview", "compare"]
"""How an answer is laid out; "any": as the model reads the question. A comparison is a Markdown table."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What a turn can tell the model besides question and evidence.

    `papers` is how many the evidence was chosen from (0: not told), `answerable` the judged chance that it holds an
    answer (None: not told). Neither decides anything: the model does.
    """

    mode: Mode = "any"
    papers: int = 0
    answerable: float | None = None

    def told(self, shown: int) -> str:
        """A line for the prompt; "" when there is nothing to tell."""
        lines = []
        if self.papers > shown:
            lines.append(f"You see the nearest {shown} of {self.papers} papers.")
        if self.answerable is not None:
            sure = SURE[sum(self.answerable >= limit for limit in SURE_FROM)]
            lines.append(f"A first look says that they {sure} the question; judge for yourself.")
        return " ".join(lines)


SURE_FROM = (0.25, 0.5, 0.8)
SURE = ("hardly answer", "perhaps do not answer", "probably answer", "answer")


@dataclass(frozen=True, slots=True)
class Prompt:
    """`messages` to send, the `evidence` that found room in them (its numbers unchanged), and our count of `tokens`.

    Evidence that the provider cites by itself is not in the messages but `citable`, and goes before the last. As text a
    prompt is what `paperchat ask --show-prompt` prints.
    """

    messages: tuple[Message, ...]
    evidence: tuple[Evidence, ...]
    tokens: int
    citable: tuple[Citable, ...] = ()

    def __str__(self) -> str:
        head = f"{self.tokens:,} tokens, {len(self.evidence)} papers, prompts {prompt_versions()}"
        parts = [f"--- {message.role}\n{message.content}" for message in self.messages]
        parts[-1:-1] = [f"--- search result [{one.n}]\n{one.title}\n{one.text}" for one in self.citable]
        return "\n\n".join([head, *parts])


def build_messages(
    question: str,
    evidence: Sequence[Evidence],
    settings: Settings,
    history: Sequence[Message] = (),
    fence: str | None = None,
    situation: Situation = Situation(),
) -> Prompt:
    """The prompt for a cited answer. `evidence` is ranked, best first.

    Over budget (`rag.evidence_tokens`, and what `llm.context_window` leaves) the earlier messages give way first, then
    the weakest evidence, whole; of a single evidence that is still too long, its last sentences. The rules and the
    question always stay. `fence` is for tests.
    """
    fence = fence or secrets.token_hex(8)
    window = room_for(settings.llm, settings.llm.max_tokens)
    question = cut_to_tokens(question.strip(), max(32, int(window * QUESTION_SHARE)))
    is_citable = bool(evidence) and cites_by_itself(settings.llm)
    way = "provider" if is_citable else "markers"
    given = {"fence": fence, "refusal": REFUSAL_MARKED}
    system = fill(
        "answer-system",
        **given,
        citing=fill(f"citing-{way}"),
        mode=fill(f"mode-{situation.mode}") + "\n",
        given=fill(f"given-{way}", **given),
    )

    def ask(shown: Sequence[Evidence], text: str) -> str:
        told = f"{situation.told(len(shown))}\n".lstrip()
        return fill(f"answer-question-{way}", **given, question=question, evidence=text, situation=told)

    room = window - count_tokens(system) - count_tokens(ask(evidence, ""))
    earlier = fit_history(history, room // 3)
    room -= sum(count_tokens(message.content) for message in earlier)
    shown = fit_evidence(evidence, min(settings.rag.evidence_tokens, room))
    text = "\n\n".join(format_evidence(item) for item in shown) or "(nothing was found)"
    messages = (Message("system", system), *earlier, Message("user", ask(shown, text)))
    tokens = sum(count_tokens(message.content) for message in messages) + (count_tokens(text) if is_citable else 0)
    return Prompt(messages, shown, tokens, tuple(map(as_citable, shown)) if is_citable else ())


def build_planning(question: str, history: Sequence[Message], room: int) -> tuple[Message, ...] | None:
    """Asks for a plan as JSON; see `rag.llm.planning`. `room` is in tokens: earlier messages give way first.

    None where rules and question don't fit, or nothing of what the question follows.
    """
    shortened = cut_to_tokens(one_line(question), PLANNED_TOKENS)
    asked = partial(fill, "plan-question", question=shortened)
    system = fill("plan-system")
    room -= count_tokens(system) + count_tokens(asked(conversation="(none)"))
    if room < 0:
        return None
    talk = as_conversation(history, min(room, HISTORY_MESSAGES * HISTORY_TOKENS))
    if history and not talk:
        return None
    return Message("system", system), Message("user", asked(conversation=talk or "(none)"))


def as_conversation(history: Sequence[Message], room: int) -> str:
    """The last messages, shortened, each on a line that says whose it is."""
    names = {"user": "Reader", "assistant": "Answer"}
    lines = [(names.get(one.role, one.role), one.content) for one in fit_history(history, room, SPEAKER_TOKENS)]
    return "\n".join(f"{name}: {content}" for name, content in lines)


def room_for(settings: LLMSettings, reply: int) -> int:
    """Tokens of the window that messages may take, by our count, beside a reply of so many."""
    return int((settings.context_window - reply) * TOKENIZER_MARGIN)


def fit_history(history: Sequence[Message], room: int, each: int = 0) -> tuple[Message, ...]:
    """The last messages that fit, shortened, on one line each, without their markers: those were another turn's.

    `each` is what is put before a message, in tokens.
    """
    kept: list[Message] = []
    for message in reversed([message for message in history if message.role != "system"][-HISTORY_MESSAGES:]):
        content = cut_to_tokens(neutralise(without_markers(message.content)), HISTORY_TOKENS)
        room -= count_tokens(content) + each
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


def as_citable(item: Evidence) -> Citable:
    """The same without its number, for a provider that counts and cites by itself; no part of it may be empty."""
    head, _, text = format_evidence(item).partition("\n")
    source = neutralise(item.paper_id) or str(item.n)
    title = head.removeprefix(f"[{item.n}]").strip() or source
    return Citable(item.n, title, text.strip() or title, source)


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


FENCE = re.compile(r"(?P<opening></?evidence) [0-9a-f]{16}>")


def without_fence(text: str) -> str:
    """A message of a prompt with its fence unmarked: the same turn then always reads the same."""
    return FENCE.sub(r"\g<opening>>", text)


def one_line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())


def fill(name: str, **values: str) -> str:
    return Template(read_prompt(name)[1]).substitute(values).strip()


@cache
def read_prompt(name: str) -> tuple[str, str]:
    """Version and text of a prompt: its file begins with the line `version: 2`, raised whenever the text changes."""
    head, _, text = files("rag.llm").joinpath("prompts", f"{name}.txt").read_text("utf-8").partition("\n")
    return head.removeprefix("version:").strip(), text


@cache
def prompt_versions() -> str:
    """All prompts with their versions, on one line: figures of two runs compare models only where these agree."""
    names = sorted(file.name.removesuffix(".txt") for file in files("rag.llm").joinpath("prompts").iterdir())
    return ", ".join(f"{name} {read_prompt(name)[0]}" for name in names)
