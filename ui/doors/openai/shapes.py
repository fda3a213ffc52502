"""What clients of the OpenAI protocol send, and how it becomes a question."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ui.doors.openai.citing import without_footnotes
from ui.doors.problems import Problem
from ui.doors.service import QUESTION_CHARACTERS, Asked, Service

MODEL = "paperchat"
"""The library, answered by the configured model; `paperchat/NAME` has NAME answer."""


class Lenient(BaseModel):
    """What we have no use for (temperature, tools, …) is left unread, as other servers of the protocol do."""

    model_config = ConfigDict(extra="ignore")


class ChatMessage(Lenient):
    role: str
    content: str | list[dict[str, Any]] | None = None


class StreamOptions(Lenient):
    include_usage: bool = False


class ChatRequest(Lenient):
    """`footnotes` is ours: false leaves them out, for clients that show annotations."""

    model: Annotated[str, Field(max_length=200)]
    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=1000)]
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, Field(ge=1, le=1, description="One answer a question.")] = None
    footnotes: bool = True

    def as_asked(self, service: Service) -> Asked:
        return asked_of(self.messages, model_named(self.model, service))


class InputItem(Lenient):
    type: Literal["message"] = "message"
    role: str
    content: str | list[dict[str, Any]]


class ResponseRequest(Lenient):
    """Responses are not kept: the talk so far comes with `input`."""

    model: Annotated[str, Field(max_length=200)]
    input: str | Annotated[list[InputItem], Field(min_length=1, max_length=1000)]
    stream: bool | None = False
    previous_response_id: None = None
    footnotes: bool = True

    def as_asked(self, service: Service) -> Asked:
        items = [InputItem(role="user", content=self.input)] if isinstance(self.input, str) else self.input
        return asked_of(items, model_named(self.model, service))


def model_named(name: str, service: Service) -> str | None:
    """What the assistant calls the model `name`; None for the configured one. Raises Problem for an unknown one."""
    if name == MODEL:
        return None
    inner = name.removeprefix(f"{MODEL}/")
    if inner == name or inner not in service.assistant.models:
        known = ", ".join(model_names(service))
        raise Problem(404, f"There is no model {name!r} here.", f"Ask for one of: {known}.")
    return inner


def model_names(service: Service) -> list[str]:
    return [MODEL, *(f"{MODEL}/{name}" for name in service.assistant.models)]


def asked_of(messages: Sequence[ChatMessage | InputItem], model: str | None) -> Asked:
    """The last message as the question, those before as the talk so far. Instructions (`system`) are not followed:
    how a library is answered from is not the client's to say. Raises Problem where there is no question."""
    said = [(one.role, text_of(one.content or "")) for one in messages if one.role in ("user", "assistant")]
    if not said or said[-1][0] != "user" or not said[-1][1].strip():
        raise Problem(400, "The last message is no question of the user's in text.", "End with one.")
    question = said[-1][1]
    if len(question) > QUESTION_CHARACTERS:
        detail = f"The question has {len(question):,} characters."
        raise Problem(400, detail, f"Ask in at most {QUESTION_CHARACTERS:,}.")
    history = [
        {"role": role, "content": without_footnotes(text) if role == "assistant" else text} for role, text in said[:-1]
    ]
    return Asked(question, history, model=model)


def text_of(content: str | list[dict[str, Any]]) -> str:
    """The text of a message, or of its parts; pictures and files have none."""
    if isinstance(content, str):
        return content
    return "\n".join(text for each in content if isinstance(text := each.get("text"), str))
