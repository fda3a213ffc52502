"""What one turn is asked: the question, what was said before, how it shall be answered; and how it is told to stop."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from rag.answer import Filters

History = Sequence[Mapping[str, Any]]
"""Earlier turns, oldest first: `{"role": "user" | "assistant", "content": text}`, of answers also
`"sources": [paper ids in the order of their numbers]`."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as every provider knows it; `sources` are the ids of an answer's papers, by number."""

    role: Literal["system", "user", "assistant"]
    content: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question as it is put to the assistant.

    `history` holds the user's and the assistant's messages, oldest first. `model` names another model than the
    configured one (`openai/gpt-4o-mini`, `offline`), `top_k` another number of papers; None means the settings'.
    """

    question: str
    history: tuple[Message, ...] = ()
    filters: Filters = field(default_factory=Filters)
    model: str | None = None
    top_k: int | None = None

    @classmethod
    def of(
        cls,
        question: str,
        history: History = (),
        filters: Filters | None = None,
        model: str | None = None,
        top_k: int | None = None,
    ) -> "Ask":
        """An `Ask` from what programs and pages send; see `clean_text` and `read_history`."""
        return cls(clean_text(question), tuple(read_history(history)), filters or Filters(), model, top_k)

    @property
    def last_answer(self) -> str:
        return next((said.content for said in reversed(self.history) if said.role == "assistant"), "")


def read_history(history: History) -> Iterable[Message]:
    """The user's and the assistant's messages; what has no text, or is of another role, is left out."""
    for message in history:
        role, text = message.get("role"), clean_text(text_of(message.get("content")))
        if text and role in ("user", "assistant"):
            yield Message("user" if role == "user" else "assistant", text, tuple(read_sources(message.get("sources"))))


def read_sources(sources: object) -> Iterable[str]:
    """Ids as they are, or as `Source` objects in plain form have them."""
    for source in sources if isinstance(sources, Sequence) and not isinstance(sources, str) else ():
        id = source.get("paper_id") if isinstance(source, Mapping) else source
        yield str(id or "")


def text_of(content: object) -> str:
    """The text of a message: content itself, or that of its blocks, as pages and some clients send it."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return text_of(content.get("text"))
    if isinstance(content, Sequence):
        return "\n".join(filter(None, map(text_of, content)))
    return ""


def clean_text(text: str) -> str:
    """`text` as models and tokenizers take it: no half surrogates, no NUL, no blanks around it."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ").strip()


LOOK_AT_STOP = 0.1
"""Seconds between looks at a stop while nothing comes."""


class Stop(Protocol):
    """Looked at between steps and while waiting; a `threading.Event` is one."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class AnyStop:
    """Set as soon as one of `stops` is."""

    stops: tuple[Stop, ...]

    def is_set(self) -> bool:
        return any(stop.is_set() for stop in self.stops)


class Stopped(Exception):
    """Ends a turn that was stopped before it had a word to show. Never leaves the turn."""
