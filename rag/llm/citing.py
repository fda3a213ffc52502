"""Evidence for a provider that cites by itself, and its citations as our markers.

Anthropic takes evidence as `search_result` blocks and says of each piece of its text which of them it rests on. What it
says becomes `[n]` behind that piece; from there on an answer goes the way of all others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.ask import Message
from rag.llm.characters import encodable
from rag.llm.chunks import part
from rag.settings import LLMSettings

ENDING = re.compile(r"(?:[.!?…。！？।؟]{1,6}[\"'”’»)*_]{0,4})?[\s|]{0,40}$")
"""What a marker goes before at the end of a piece of text: the stop, blanks, and the border of a table's cell."""


@dataclass(frozen=True, slots=True)
class Citable:
    """An evidence as a block that is cited. Its number `n` is ours: the provider counts the blocks."""

    n: int
    title: str
    text: str
    source: str


def cites_by_itself(settings: LLMSettings) -> bool:
    """Whether the provider's own citations are used in place of markers that the model writes."""
    return settings.provider == "anthropic" and settings.citations == "auto"


def as_chat(messages: Sequence[Message], citable: Sequence[Citable] = ()) -> list[Any]:
    """The messages as LlamaIndex's, with what is `citable` in front of the last."""
    from llama_index.core.llms import ChatMessage, CitableBlock, TextBlock  # a second, paid with the model's own class

    chat = [ChatMessage(role=message.role, content=encodable(message.content)) for message in messages]
    blocks = [
        CitableBlock(title=encodable(one.title), source=encodable(one.source), content=encodable(one.text))
        for one in citable
    ]
    if blocks:
        chat[-1].blocks = [*blocks, TextBlock(text=chat[-1].content)]
    return chat


class PlainText:
    """The text of a stream's chunks as it is."""

    def feed(self, chunk: Any) -> str:
        return chunk.delta or ""

    def close(self) -> str:
        return ""


class CitedText:
    """The text of a stream's chunks with `[n]` behind each piece that something is cited for.

    Citations may come before, between and after the text of their piece, which ends where the next begins. One that
    points at none of our blocks becomes a number that was not given out, and goes the way of any such marker.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers
        self._piece: int | None = None
        self._cited: list[int] = []
        self._held = ""

    def feed(self, chunk: Any) -> str:
        """What can be shown after `chunk` came; may be empty."""
        piece = part(chunk.raw, "index")
        before = self.close() if piece is not None and piece != self._piece else ""
        self._piece = self._piece if piece is None else piece
        citation = part(part(chunk.raw, "delta"), "citation")
        if citation is not None:
            self._cited.append(self._number_of(citation))
        self._held += chunk.delta or ""
        place = ending(self._held)
        ready, self._held = self._held[:place], self._held[place:]
        return before + ready

    def close(self) -> str:
        """The rest of a piece, once no more of it comes."""
        markers = "".join(f"[{n}]" for n in dict.fromkeys(self._cited))
        rest, self._held, self._cited = self._held, "", []
        return f" {markers}{rest}" if markers else rest

    def _number_of(self, citation: Any) -> int:
        place = part(citation, "search_result_index")
        if isinstance(place, int) and 0 <= place < len(self._numbers):
            return self._numbers[place]
        return max(self._numbers, default=0) + 1


def ending(text: str) -> int:
    """Where in a piece of text a marker would go if it ended here."""
    found = ENDING.search(text)
    return found.start() if found else len(text)
