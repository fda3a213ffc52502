"""The provider `recorded`: exchanges with a model kept in a folder, one file each, and replayed without a network.

A file is named after the messages that were sent and holds them with the reply. Of a request that nobody has answered
yet the file is written with an empty `reply`, to be filled in by hand, by a script, or (`llm.record: true`) by the
model that `llm.source` names, when it is asked the next time.
"""

import hashlib
import json
import os
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from index import SettingsError
from rag.ask import Message
from rag.errors import ModelRefused
from rag.llm.chunks import Ending, early_ending, reported_usage
from rag.llm.prompt import without_fence
from rag.settings import LLMSettings, validate_settings

RECORDED = "recorded"
KEY_LENGTH = 24
PIECE = re.compile(r"\s*\S+\s*|\s+")
OWN_SETTINGS = {"provider", "model", "folder", "source", "record"}
"""Settings of the recording itself; all others of `llm` are those of its source."""


class Exchange(BaseModel):
    """What a file holds. `reply` is None until somebody answers; `usage` are tokens in and out, as reported."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = ""
    messages: tuple[Message, ...]
    reply: str | None = None
    usage: tuple[int, int] | None = None
    ending: Ending = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a replayed reply, in the form of LlamaIndex's chunks."""

    delta: str
    raw: dict[str, Any] = field(default_factory=dict)
    additional_kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchanges:
    """The folder of exchanges. Many turns may read and write at once: a file is there whole or not at all."""

    folder: Path

    def file_of(self, messages: Sequence[Message]) -> Path:
        told = json.dumps([[message.role, message.content] for message in messages], ensure_ascii=False)
        return self.folder / f"{hashlib.sha256(told.encode()).hexdigest()[:KEY_LENGTH]}.json"

    def read(self, messages: Sequence[Message]) -> Exchange | None:
        """The exchange that began with these messages, answered or not; None when there is no file of it.

        Raises ModelRefused, naming the file, when that can't be read.
        """
        file = self.file_of(messages)
        try:
            return Exchange.model_validate_json(file.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise ModelRefused(f"{file} can't be read ({error.strerror}). Mend its permissions.") from None
        except ValidationError as error:
            said = error.errors()[0]
            place = ".".join(map(str, said["loc"]))
            raise ModelRefused(
                f"{file} holds no exchange ({place + ': ' if place else ''}{said['msg']}). Mend it, or delete it and "
                "ask again."
            ) from None

    def write(self, exchange: Exchange) -> Path:
        """Keeps the exchange, over an earlier one of the same messages. Raises ModelRefused when that can't be."""
        file = self.file_of(exchange.messages)
        part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(exchange.model_dump(), ensure_ascii=False, indent=1) + "\n", "utf-8")
            os.replace(part, file)
        except OSError as error:
            raise ModelRefused(
                f"{file} can't be written ({error.strerror}). Make llm.folder a folder that can be written to."
            ) from None
        return file

    def count(self) -> tuple[int, int]:
        """How many exchanges there are, and how many of them wait for a reply. Files that hold none are left out."""
        replies = []
        for file in self.folder.glob("*.json"):
            try:
                replies.append(Exchange.model_validate_json(file.read_bytes()).reply)
            except (OSError, ValidationError):
                continue
        return len(replies), replies.count(None)


def exchanges_of(settings: LLMSettings) -> Exchanges:
    """Raises SettingsError when no folder, or no source to record from, is named."""
    if settings.folder is None:
        raise SettingsError("llm.folder is missing. Name the folder of the recorded exchanges.")
    if settings.record and not settings.source:
        raise SettingsError("llm.source is missing. Name the model to record, such as openai/gpt-4o-mini.")
    return Exchanges(settings.folder)


def settings_of_source(settings: LLMSettings) -> LLMSettings:
    """The settings of the model that is, or was, recorded; of another provider, and without a source, `settings`.

    Raises SettingsError when the source is none that can be asked.
    """
    if settings.provider != RECORDED or not settings.source:
        return settings
    provider, _, model = settings.source.partition("/")
    if provider in (RECORDED, "offline"):
        raise SettingsError(f"llm.source can't be {provider}. Name a language model, such as openai/gpt-4o-mini.")
    values = settings.model_dump(exclude=OWN_SETTINGS) | {"provider": provider, "model": model}
    return validate_settings(LLMSettings, values, "llm.source")


class RecordedModel:
    """Replays `exchanges`; what is missing is asked of `model` and kept, or written down where there is none.

    Has of LlamaIndex's LLM classes what a connection uses.
    """

    def __init__(self, exchanges: Exchanges, source: str, model: Any = None) -> None:
        self._exchanges = exchanges
        self._source = source
        self._model = model

    @property
    def _aclient(self) -> Any:
        return getattr(self._model, "_aclient", None)

    async def astream_chat(self, chat: Sequence[Any]) -> AsyncIterator[Any]:
        """The reply in pieces. Raises ModelRefused, naming the file to fill in, when nobody has answered."""
        messages = tuple(Message(as_text(each.role), without_fence(each.content)) for each in chat)
        exchange = self._exchanges.read(messages)
        if exchange is not None and exchange.reply is not None:
            return replay(exchange, exchange.reply)
        if self._model is not None:
            return self._record(messages, await self._model.astream_chat(chat))
        file = self._exchanges.write(Exchange(source=self._source, messages=messages))
        raise ModelRefused(
            f'No reply to this request is recorded. Write one into "reply" in {file}, or set llm.source and '
            "llm.record: true to have it asked, and ask again."
        )

    async def _record(self, messages: tuple[Message, ...], chunks: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """Passes on what comes and keeps it once it is complete: what broke off or was stopped is asked again."""
        reply, usage, ending = "", None, ""
        async for chunk in chunks:
            reply += chunk.delta or ""
            usage = reported_usage(chunk) or usage
            ending = ending or early_ending(chunk)
            yield chunk
        if reply:
            kept = {"source": self._source, "messages": messages, "reply": reply, "usage": usage, "ending": ending}
            self._exchanges.write(Exchange.model_validate(kept))


async def replay(exchange: Exchange, reply: str) -> AsyncIterator[Chunk]:
    for piece in PIECE.findall(reply):
        yield Chunk(piece)
    raw: dict[str, Any] = {"choices": [{"finish_reason": ENDINGS[exchange.ending]}]}
    if exchange.usage:
        raw["usage"] = {"prompt_tokens": exchange.usage[0], "completion_tokens": exchange.usage[1]}
    yield Chunk("", raw)


ENDINGS: dict[Ending, str] = {"": "stop", "length": "length", "filtered": "content_filter"}


def as_text(role: Any) -> Any:
    return getattr(role, "value", role)
