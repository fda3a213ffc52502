"""The talk so far as papers: which ones were cited, and which of them a question points at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.ask import Message
from rag.text import marker_numbers

ORDINALS = {
    "first": 0, "1st": 0, "former": 0, "second": 1, "2nd": 1, "latter": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3,
    "fifth": 4, "5th": 4, "sixth": 5, "last": -1,
}  # fmt: skip
"""The closed class of places in a list."""

ORDINAL = re.compile(rf"\bthe ({'|'.join(ORDINALS)})\b", re.IGNORECASE)
FIRST_FEW = re.compile(r"\b(first|last) (two|three|four|five|\d)\b", re.IGNORECASE)
COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5}


@dataclass(frozen=True, slots=True)
class Thread:
    """`cited` are the ids of the papers that each answer cites, in the order in which it does; the last answer last."""

    cited: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, history: Sequence[Message]) -> "Thread":
        """Papers are known of answers that came with the ids of their sources."""
        cited = []
        for message in history:
            if message.role == "assistant" and message.sources:
                numbers = dict.fromkeys(n for n in marker_numbers(message.content) if 0 < n <= len(message.sources))
                cited.append(tuple(message.sources[n - 1] for n in numbers))
        return cls(tuple(filter(None, cited)))

    @property
    def papers(self) -> tuple[str, ...]:
        """Those of the last answer that cites any."""
        return self.cited[-1] if self.cited else ()

    def pointed_at(self, question: str) -> tuple[str, ...]:
        """The papers of the last list of several that the question points at by their place; none without a place."""
        several = next((some for some in reversed(self.cited) if len(some) > 1), ())
        if not several:
            return self.papers if len(self.papers) == 1 else ()
        if few := FIRST_FEW.search(question):
            count = COUNTS.get(few[2].casefold()) or int(few[2])
            return several[:count] if few[1].casefold() == "first" else several[-count:]
        places = [ORDINALS[match[1].casefold()] for match in ORDINAL.finditer(question)]
        chosen = [several[at] for at in places if -len(several) <= at < len(several)]
        return tuple(dict.fromkeys(chosen)) or (self.papers if len(self.papers) == 1 else ())
