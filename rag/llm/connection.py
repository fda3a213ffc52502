"""Language models: `connect` to one, then `stream` or `complete`.

LlamaIndex's asynchronous clients run on an event loop in a thread of their own, one a model. That is what makes the
timeouts and Stop dependable: a task can be cancelled while it waits for a silent server, a blocked read can't.
"""

import asyncio
import json
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_exponential, wait_random

from rag.ask import Message, Stop
from rag.errors import ModelError, ModelUnavailable
from rag.llm.characters import join_characters
from rag.llm.chunks import early_ending, ending_told_by, has_reasoning, reported_usage
from rag.llm.citing import Citable, CitedText, PlainText, as_chat
from rag.llm.clients import client_of
from rag.llm.faults import explain, explain_empty, is_passing, retry_after, scrub
from rag.llm.loop_thread import LoopThread
from rag.llm.model_checks import check_model
from rag.llm.pricing import price_of
from rag.llm.providers import PROVIDERS, build_llm
from rag.llm.recorded import settings_of_source
from rag.llm.reply import Reply
from rag.llm.shapes import ReasoningFilter
from rag.llm.short import Schema, has_structure, short_request
from rag.settings import LLMSettings, Price

__all__ = ["LanguageModel", "Message", "check_model", "connect"]

CHARACTERS_PER_TOKEN = 8
"""More than any tokenizer packs into a token of running text: the bound where a server ignores max_tokens."""


def connect(
    settings: LLMSettings, prices: Mapping[str, Price] | None = None, environment: Mapping[str, str] = os.environ
) -> "LanguageModel":
    """The language model that `settings` name. Nothing is sent before the first request.

    Raises SettingsError (no model or address given), MissingKey (names the variable) and MissingExtra (names the pip
    command).
    """
    asked = settings_of_source(settings)
    variable = PROVIDERS[asked.provider].key_variable if asked.provider in PROVIDERS else ""
    key = environment.get(variable, "") if variable else ""

    def explain_error(error: BaseException, began: bool) -> ModelError:
        address = scrub(asked.base_url, key)
        return explain(error, name=asked.name, address=address, key_variable=variable, key=key, began=began)

    return LanguageModel(
        settings, lambda wanted: build_llm(wanted, environment), price_of(asked, prices or {}), explain_error
    )


class LanguageModel:
    """A model that answers chats; as many at once as you like, from any thread.

    `name` is what the page calls it, `settings` are those it was connected with. Close it (or leave its `with` block)
    to end all that is running.
    """

    def __init__(
        self,
        settings: LLMSettings,
        build: Callable[[LLMSettings], Any],
        price: Price | None,
        explain_error: Callable[[BaseException, bool], ModelError],
    ) -> None:
        self.name = settings.name
        self.settings = settings
        self._build = build
        self._llms = {(settings.max_tokens, ""): build(settings)}
        self._llms_lock = threading.Lock()
        self._price = price
        self._explain = explain_error
        self._thread = LoopThread(f"paperchat {self.name}")

    def __repr__(self) -> str:
        return f"LanguageModel({self.name!r})"

    def __enter__(self) -> "LanguageModel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stream(self, messages: Sequence[Message], stop: Stop | None = None, citable: Sequence[Citable] = ()) -> Reply:
        """Asks at once and returns a Reply to be read as it comes. Setting `stop` ends the request at the server.

        `citable` goes with the last message, for a provider that cites by itself. Never raises a ModelError: what goes
        wrong is the reply's `problem`.
        """
        return self._ask(messages, stop, Limits.of(self.settings), self._llm(), citable)

    def complete(
        self,
        messages: Sequence[Message],
        max_tokens: int | None = None,
        timeout: float | None = None,
        stop: Stop | None = None,
        schema: Schema | None = None,
    ) -> Reply:
        """A finished Reply. `max_tokens` and `timeout` (seconds, for the whole) may be lower than the settings'.

        `schema` is the form of the reply, for the models with `has_structure`; the others are told in words alone.
        """
        limits = Limits.of(self.settings)
        if max_tokens is not None:
            limits = replace(limits, characters=min(limits.characters, max_tokens * CHARACTERS_PER_TOKEN))
        if timeout is not None:
            limits = replace(limits, total=min(limits.total, timeout), silence=min(limits.silence, timeout))
        return self._ask(messages, stop, limits, self._llm(max_tokens, schema)).read()

    @property
    def has_structure(self) -> bool:
        """Whether the provider holds a reply to a JSON schema."""
        return has_structure(self.settings)

    def close(self) -> None:
        """Ends what is running and lets go of the connections."""
        with self._llms_lock:
            clients = [client_of(llm) for llm in self._llms.values()]
        self._thread.close(close_all([client for client in clients if client is not None]))

    def _llm(self, max_tokens: int | None = None, schema: Schema | None = None) -> Any:
        """LlamaIndex's object for requests of that length and form; each is made once."""
        wanted = self.settings
        if max_tokens is not None or schema is not None:
            wanted = short_request(self.settings, max_tokens, schema)
        key = wanted.max_tokens, json.dumps(schema) if schema else ""
        with self._llms_lock:
            if key not in self._llms:
                self._llms[key] = self._build(wanted)
            return self._llms[key]

    def _ask(
        self,
        messages: Sequence[Message],
        stop: Stop | None,
        limits: "Limits",
        llm: Any,
        citable: Sequence[Citable] = (),
    ) -> Reply:
        reply = Reply(messages, self._price, stop)
        reply._attach(self._thread.submit(self._answer(reply, messages, limits, llm, citable)))
        return reply

    async def _answer(
        self, reply: Reply, messages: Sequence[Message], limits: "Limits", llm: Any, citable: Sequence[Citable]
    ) -> None:
        """Asks and passes on what comes, in time or not at all. Runs on the model's own thread."""
        text = CitedText([one.n for one in citable]) if citable else PlainText()
        whole_characters = join_characters()
        reasoning = ReasoningFilter()
        reasoned = False
        shown = 0
        chunks = None
        try:
            async with asyncio.timeout(limits.total) as whole:
                chunks, waiting = await self._open(messages, limits, llm, citable)
                while waiting:
                    for chunk in waiting:
                        delta = whole_characters(text.feed(chunk))
                        piece = reasoning.feed(delta)
                        shown += len(piece)
                        reasoned = reasoned or has_reasoning(chunk)
                        reply.ending = reply.ending or early_ending(chunk)
                        reply._receive(delta, piece, reported_usage(chunk))
                    if shown > limits.characters:
                        reply.ending = "length"
                        break
                    async with asyncio.timeout(limits.silence):
                        following = await anext(chunks, None)
                    waiting = [] if following is None else [following]
                rest = reasoning.feed(text.close()) + reasoning.finish()
                reply._receive("", rest, None)
                if shown + len(rest.strip()) == 0:
                    reply.problem = explain_empty(self.name, reply.ending, reasoned or bool(reasoning.removed))
                reply.finished = not reply.ending and reply.problem is None
        except TimeoutError:
            reply._receive("", reasoning.feed(text.close()) + reasoning.finish(), None)
            reply.problem = self._too_slow(limits, shown > 0, whole.expired())
        except Exception as error:  # noqa: BLE001 - whatever a provider's client raises becomes one line with a remedy
            reply._receive("", reasoning.feed(text.close()) + reasoning.finish(), None)
            reply.ending = ending_told_by(error)
            if not shown:
                reply.problem = (
                    explain_empty(self.name, reply.ending, False) if reply.ending else self._explain(error, False)
                )
            elif not reply.ending:
                reply.problem = self._explain(error, True)
        finally:
            if chunks is not None:
                await abandon(chunks)

    async def _open(
        self, messages: Sequence[Message], limits: "Limits", llm: Any, citable: Sequence[Citable]
    ) -> tuple[Any, list[Any]]:
        """The stream and its chunks up to the first with text; asks again while that may help.

        All attempts together must bear fruit within the first-token timeout: that is how long a reader waits for the
        first word, or for the offline answer in its place.
        """
        backoff = wait_exponential(multiplier=0.5, max=8) + wait_random(0, 0.5)

        def pause(state: RetryCallState) -> float:
            told = retry_after(state.outcome.exception() if state.outcome else None)
            return backoff(state) if told is None else told

        def is_worth_waiting(error: BaseException) -> bool:
            return is_passing(error) and (retry_after(error) or 0) < limits.silence

        failures: list[BaseException | None] = []
        chat = as_chat(messages, citable)
        attempts = AsyncRetrying(
            retry=retry_if_exception(is_worth_waiting),
            stop=stop_after_attempt(self.settings.retries + 1),
            wait=pause,
            before_sleep=lambda state: failures.append(state.outcome.exception() if state.outcome else None),
            reraise=True,
        )
        try:
            async with asyncio.timeout(limits.silence):
                return await attempts(begin, llm, chat)
        except TimeoutError:
            if failures and failures[-1] is not None:
                raise failures[-1] from None  # says more than that the time ran out while asking again
            raise

    def _too_slow(self, limits: "Limits", began: bool, in_all: bool) -> ModelError:
        if in_all:
            said = f"did not finish within {limits.total:g} s"
            setting = "llm.total_timeout, or lower llm.max_tokens"
        else:
            said = (
                f"{'fell silent within its answer' if began else 'sent no word of an answer'} for {limits.silence:g} s"
            )
            setting = "llm.first_token_timeout"
        return ModelUnavailable(f"{self.name} {said}. Ask again, or raise {setting}.")


async def begin(llm: Any, chat: Sequence[Any]) -> tuple[Any, list[Any]]:
    """Sends a request; returns the stream and its chunks up to the first that says something."""
    chunks = await llm.astream_chat(chat)
    first = []
    async for chunk in chunks:
        first.append(chunk)
        if chunk.delta or has_reasoning(chunk):
            break
    return chunks, first


async def close_all(clients: Sequence[Any]) -> None:
    for client in clients:
        await (client.aclose if hasattr(client, "aclose") else client.close)()


async def abandon(chunks: Any) -> None:
    """Ends a request whose answer we want no more of; one that has ended is left alone.

    `chunks.aclose()` would close only the outermost of several nested generators and leave the connection to the
    garbage collector; being cancelled while it waits for the server closes all of them at once.
    """

    async def wait_for_more() -> None:
        async for _ in chunks:
            pass

    waiting = asyncio.ensure_future(wait_for_more())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one request: seconds in all, seconds of silence (before the first text and within), characters of text."""

    total: float
    silence: float
    characters: int

    @classmethod
    def of(cls, settings: LLMSettings) -> "Limits":
        return cls(settings.total_timeout, settings.first_token_timeout, settings.max_tokens * CHARACTERS_PER_TOKEN)
