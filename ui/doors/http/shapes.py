"""What goes in and out of `/api`, as types: they check what comes and describe it."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rag import Answer, Filters, Hit
from ui.doors.service import QUESTION_CHARACTERS, Asked

Text = Annotated[str, Field(max_length=1000)]
Texts = Annotated[list[Text], Field(max_length=1000)]
Year = Annotated[int, Field(ge=1, le=9999)]


class Strict(BaseModel):
    """Unknown fields are refused: a slip in a name must not be overlooked."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Narrowed(Strict):
    """Only papers of these years (first and last, `null` where open), topics, authors, ids."""

    years: tuple[Year | None, Year | None] = (None, None)
    topics: Texts = []
    authors: Texts = []
    paper_ids: Texts = []

    def as_filters(self) -> Filters:
        return Filters(self.years, tuple(self.topics), tuple(self.authors), tuple(self.paper_ids))


class Said(Strict):
    """A message of the talk so far. Those of the assistant may carry the ids of the papers that it numbered."""

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=50_000)]
    sources: Texts = []


class Question(Strict):
    """What is asked, and how it shall be answered; only `question` is needed."""

    question: Annotated[str, Field(min_length=1, max_length=QUESTION_CHARACTERS)]
    history: Annotated[list[Said], Field(max_length=200)] = []
    filters: Narrowed = Narrowed()
    model: Annotated[str | None, Field(description="One of `/api/models`; the configured one if left out.")] = None
    top_k: Annotated[int | None, Field(ge=1, le=50, description="How many sources.")] = None
    conversation: Annotated[
        str | None,
        Field(max_length=64, description="Keep the turn: `new`, or the id of a conversation, whose turns are history."),
    ] = None
    stream: Annotated[bool, Field(description="Steps and text as they come, as server-sent events.")] = False

    def as_asked(self, history: list[dict[str, Any]] | None = None) -> Asked:
        said = [one.model_dump() for one in self.history] if history is None else history
        return Asked(self.question, said, self.filters.as_filters(), self.model, self.top_k)


@dataclass(frozen=True)
class Reply(Answer):
    """The answer, as `paperchat ask --json` prints it, and the conversation in which it is kept."""

    conversation: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The papers that fit best, best first."""

    papers: list[Hit]


@dataclass(frozen=True, slots=True)
class PaperOut:
    """A paper of the library. What is unknown is empty."""

    id: str
    title: str
    abstract: str
    authors: list[str]
    year: int | None
    url: str
    topics: list[str]
    journal: str
    doi: str
    pmid: str
    keywords: list[str]
    type: str
    language: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Some of `total` papers that were meant."""

    total: int
    papers: list[PaperOut]


class PaperIn(BaseModel):
    """A paper to add. Other fields, and the names that other programs give these, are understood where known."""

    title: Annotated[str, Field(min_length=1)]
    abstract: str = ""
    id: str = ""
    authors: list[str] = []
    year: int | None = None
    url: str = ""
    doi: str = ""


@dataclass(frozen=True, slots=True)
class Removed:
    """How many papers went."""

    removed: int


@dataclass(frozen=True, slots=True)
class Names:
    """Models that a question may ask for; the first is the configured one."""

    models: list[str]


@dataclass(frozen=True, slots=True)
class ConversationLine:
    """`updated` is in seconds since 1970."""

    id: str
    title: str
    updated: float
    turns: int


@dataclass(frozen=True, slots=True)
class ConversationList:
    """The caller's conversations, latest first."""

    conversations: list[ConversationLine]


@dataclass(frozen=True, slots=True)
class TurnOut:
    """A question with its answer. `rating` is 1, -1, or 0 for none."""

    number: int
    answer: Answer
    rating: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConversationOut:
    """A conversation with its turns."""

    id: str
    title: str
    turns: list[TurnOut]


class NewTitle(Strict):
    """What a conversation shall be called."""

    title: Annotated[str, Field(min_length=1, max_length=200)]


class WrongPlace(BaseModel):
    """Where in a request something is wrong."""

    place: str
    message: str


class ProblemOut(BaseModel):
    """RFC 9457. `detail` says what is wrong, `remedy` what to do about it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    remedy: str
    errors: list[WrongPlace] = []
