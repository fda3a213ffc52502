"""One short call that plans a turn: the question in full, what to search for in English, filters, and its kind.

For follow-ups, for questions in other languages, for broad ones. It has its own limits of length and time, and where
the model fails, dawdles or returns something else there is no plan: the offline understanding of the question stays.
"""

import ast
import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator
from pydantic_core import from_json

from rag.answer import Filters, Usage
from rag.ask import Message, Stop
from rag.llm.connection import LanguageModel
from rag.llm.pricing import add_usage
from rag.llm.prompt import build_planning, one_line, read_prompt, room_for
from rag.llm.shapes import shape_line, without_frame, without_reasoning
from rag.llm.short import Schema, is_unstructured
from rag.settings import LLMSettings
from rag.text import content_stems, fold_words, is_english

PLAN_TOKENS = 300
PLAN_SECONDS = 8.0
"""A model that takes longer is not waited for."""
MOST_SEARCHES = 4
LONGEST_SEARCH = 200
YEARS = range(1500, 2101)
OWN_WORDS = 0.4
"""Share of the words of a standalone question that stand in the talk at least: it adds nothing that was not said."""

Kind = Literal["fact", "find", "list", "overview", "compare", "other"]


class ModelPlan(BaseModel):
    """`question` can be understood alone; `searches` are one to four, in English, best first.

    Reads what models write for it: a text for a list, a year as text, a kind that there is not.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    searches: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    authors: tuple[str, ...] = ()
    kind: Kind = "other"

    @property
    def filters(self) -> Filters:
        return Filters(years=(self.first_year, self.last_year), authors=self.authors)

    @field_validator("searches", "authors", mode="before")
    @classmethod
    def as_texts(cls, value: Any) -> tuple[str, ...]:
        items = (
            re.split(r"[;\n]", value) if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
        )
        texts = [one_line(item) for item in items if isinstance(item, str)]
        return tuple(dict.fromkeys(text for text in texts if text))

    @field_validator("first_year", "last_year", mode="before")
    @classmethod
    def as_year(cls, value: Any) -> int | None:
        found = re.fullmatch(r"\s*(\d{4})(?:\.0)?\s*", str(value))
        return int(found[1]) if found and int(found[1]) in YEARS else None

    @field_validator("kind", mode="before")
    @classmethod
    def as_kind(cls, value: Any) -> Any:
        return value if value in get_args(Kind) else "other"


@dataclass(frozen=True, slots=True)
class Planned:
    """The plan, None when there is none to be had, and what asking for it took."""

    plan: ModelPlan | None
    usage: Usage


def plan_question(
    model: LanguageModel, question: str, history: Sequence[Message] = (), stop: Stop | None = None
) -> Planned:
    """Asks the model for a plan. Never raises a ModelError. One whose window is too small for it is not asked."""
    messages = planning_messages(model.settings, question, history)
    if not messages:
        return Planned(None, Usage())
    reply = model.complete(messages, PLAN_TOKENS, PLAN_SECONDS, stop, strict_schema() if model.has_structure else None)
    usage = reply.usage
    if is_unstructured(model.has_structure, reply.problem):
        reply = model.complete(messages, PLAN_TOKENS, PLAN_SECONDS, stop)
        usage = add_usage(usage, reply.usage)
    if reply.problem is not None or reply.stopped:
        return Planned(None, usage)
    return Planned(read_plan(reply.text, question, history), usage)


def planning_messages(settings: LLMSettings, question: str, history: Sequence[Message] = ()) -> tuple[Message, ...]:
    """What a model is sent that is asked for a plan; nothing where its window is too small for that."""
    return build_planning(question, history, room_for(settings, PLAN_TOKENS)) or ()


def read_plan(raw: str, question: str, history: Sequence[Message] = ()) -> ModelPlan | None:
    """The plan in a model's reply, without what can't be meant: None when no question, or nothing to search, is left.

    Searches are English; an author is one whom the conversation names.
    """
    value = read_object(without_frame(without_reasoning(raw)))
    try:
        plan = ModelPlan.model_validate(value)
    except ValidationError:
        return None
    alone = shape_line(plan.question)
    talk = content_stems(" ".join([question, *(message.content for message in history)])).keys()
    if not is_of(alone, talk, OWN_WORDS):
        return None
    searches = [search for search in plan.searches if len(search) <= LONGEST_SEARCH and is_english(search)]
    example = read_prompt("plan-system")[1].casefold()
    searches = [search for search in searches if search.casefold() not in example or is_of(search, talk)]
    if not searches and is_english(alone):
        searches = [alone]
    if not alone or not searches:
        return None
    said = set(fold_words(" ".join([question, *(message.content for message in history)])).split())
    authors = tuple(author for author in plan.authors if is_said(author, said))
    first, last = plan.first_year, plan.last_year
    if first is not None and last is not None and first > last:
        first, last = last, first
    return plan.model_copy(
        update={
            "question": alone,
            "searches": tuple(searches[:MOST_SEARCHES]),
            "authors": authors,
            "first_year": first,
            "last_year": last,
        }
    )


def is_of(text: str, talk: Collection[str], share: float = 0.0) -> bool:
    """Whether more than this share of the words of a text were said: small models copy the example of the prompt."""
    words = content_stems(text).keys()
    return not words or len(words & set(talk)) > share * len(words)


def is_said(author: str, said: set[str]) -> bool:
    """Whether the conversation holds the last name, wherever in the name it stands: an initial is nobody's."""
    return any(len(part) > 1 and part in said for part in fold_words(author).split())


def read_object(text: str) -> Any:
    """The first JSON object in a text; None when there is none.

    Repaired where that can be done: words around it, a lost end, commas too many, quotes of Python.
    """
    start = text.find("{")
    if start < 0:
        return None
    text = text[start:]
    try:
        return json.JSONDecoder().raw_decode(text)[0]
    except (ValueError, RecursionError):
        pass
    whole = re.sub(r",\s*(?=[}\]])", "", text[: text.rfind("}") + 1])
    for read, written in ((json.loads, whole), (ast.literal_eval, whole)):
        try:
            return read(written)
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
    try:
        return from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return None


def strict_schema() -> Schema:
    """The form of a plan as providers take it that hold a reply to a schema."""
    properties = ModelPlan.model_json_schema()["properties"]
    bare = {
        name: {key: part for key, part in form.items() if key not in ("title", "default")}
        for name, form in properties.items()
    }
    return {"type": "object", "properties": bare, "required": list(bare), "additionalProperties": False}
