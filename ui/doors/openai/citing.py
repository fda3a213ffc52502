"""An answer as the OpenAI protocol has it: text, footnotes, and where in the text which address is cited."""

import itertools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rag import Answer
from ui.history import as_footnote
from ui.html import web_address

MARKER = re.compile(r"\[(\d+)\]")
FOOTNOTES = "\n\nSources:\n"
UNSUPPORTED = "\n\nNot supported by the sources:\n"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text a source is cited: `text[start:end]` is its marker."""

    start: int
    end: int
    url: str
    title: str

    def to_dict(self) -> dict[str, Any]:
        return {"start_index": self.start, "end_index": self.end, "url": self.url, "title": self.title}


def places(answer: Answer, address: str) -> list[Place]:
    """A place for each marker. A paper without an address of its own has that of its page at `address`, our server."""
    sources = {source.n: source for source in answer.sources}
    found = []
    for match in MARKER.finditer(answer.text):
        if source := sources.get(int(match[1])):
            url = web_address(source.url) or f"{address}?paper={quote(source.paper_id, safe='')}"
            found.append(Place(match.start(), match.end(), url, source.title))
    return found


def footnotes(answer: Answer) -> str:
    """What follows the text for clients that show no annotations: the cited sources, and what they don't support."""
    cited = [f"- [{source.n}] {as_footnote(source)}" for source in answer.sources if source.cited]
    doubtful = [f"- {each.text} ({each.reason})" for each in answer.sentences if each.verdict == "unsupported"]
    return (FOOTNOTES + "\n".join(cited) if cited else "") + (UNSUPPORTED + "\n".join(doubtful) if doubtful else "")


def without_footnotes(text: str) -> str:
    """An earlier answer as it comes back with the talk so far."""
    return text.partition(FOOTNOTES)[0].partition(UNSUPPORTED)[0]


def pieces(answer: Answer, ending: str) -> list[str]:
    """The text sentence by sentence, then `ending`: together they are all of it."""
    cuts = [0, *(sentence.end for sentence in answer.sentences), len(answer.text)]
    parts = [answer.text[start:end] for start, end in itertools.pairwise(cuts)]
    return [part for part in (*parts, ending) if part]
