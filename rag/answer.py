"""The types that travel from a question to the screen. All are frozen; sequences are tuples."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from index import Span

Confidence = Literal["answered", "partly answered", "not in these abstracts"]
Verdict = Literal["supported", "unsupported", "not checked", "no claim"]


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrows what is searched; an empty field does not narrow. Topics and authors match whole or in part."""

    years: tuple[int | None, int | None] = (None, None)
    topics: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    paper_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Hit:
    """A paper found by `Assistant.search`, with its best passage. `score` is comparable within one search."""

    paper_id: str
    title: str
    url: str
    score: float
    passage: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    topics: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the answerer is shown under the number `n`. Numbered once a turn, from 1, best first.

    `passage` is the text shown; `score` the retriever's; `url` may be empty.
    """

    n: int
    paper_id: str
    title: str
    passage: str
    url: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    topics: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """An `Evidence` as the reader sees it: `highlights` are the spans of `passage` that support the answer."""

    n: int
    paper_id: str
    title: str
    url: str
    authors: tuple[str, ...]
    year: int | None
    topics: tuple[str, ...]
    passage: str
    highlights: tuple[Span, ...]
    score: float
    cited: bool


@dataclass(frozen=True, slots=True)
class Citation:
    """One marker of one sentence. `support` (0..1) is how far source `n` alone carries the sentence.

    `span` is the supporting part of that source's passage; `added` marks a citation that the answerer left out
    and the checker found.
    """

    sentence: str
    n: int
    support: float
    supported: bool
    span: Span | None = None
    added: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer: `text == answer.text[start:end]`, markers included.

    `verdict` is over all its citations together: "no claim" for headings, lead-ins and refusals,
    "not checked" where figures and names agree and no more could be looked at, as in other languages.
    `reason` says in words why a sentence is unsupported or not checked, else it is empty. `checked_by` gave the
    verdict: "packaged", the check that ships, or the name of a language model; empty where nothing is claimed.
    """

    text: str
    start: int
    end: int
    numbers: tuple[int, ...]
    support: float
    verdict: Verdict
    reason: str = ""
    checked_by: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written, and the cost in US dollars (None when the price is unknown)."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """How a question was taken: its `kind` (fact, list, record …), what it `asks` of the record, the question in full.

    `filters` are those found in the question, `papers` the ids of those meant, `excluded` of those left out.
    """

    kind: str
    standalone: str
    asks: str = ""
    topic: str = ""
    filters: Filters = Filters()
    papers: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole turn. `text` holds sentences with [n]; when `abstained`, it says that and why.

    `model` is who wrote `text`: a language model, or "offline" for quotes and for every refusal, whoever decided on it.
    `answerable` is the estimated chance that the evidence holds the answer, made before it was written. `plan` is how
    the question was taken. `choices`: where it is asked back which paper is meant, the question of each that may be.
    """

    question: str
    standalone_question: str
    text: str
    abstained: bool
    confidence: Confidence
    sources: tuple[Source, ...]
    citations: tuple[Citation, ...]
    sentences: tuple[Sentence, ...]
    model: str
    answerable: float = 1.0
    usage: Usage = Usage()
    timings: Mapping[str, float] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    removed_markers: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    plan: Understood | None = None

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain lists and dictionaries, ready for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Step:
    """Something done on the way to the answer, told while it happens. `milliseconds` is None at its start."""

    name: str
    detail: str = ""
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer. Markers arrive whole; citations are final only in the `Answer`."""

    text: str


Event = Step | TextDelta | Answer
"""What `Assistant.stream` yields: steps and text in the order they happen, then one `Answer`."""
