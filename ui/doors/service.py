"""What every door for programs works with, and the one way in which they ask."""

import json
import logging
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag import Answer, Event
from ui.doors.caller import Caller
from ui.doors.metrics import Metrics
from ui.doors.problems import WAIT, Problem
from ui.doors.rate_limit import RateLimit
from ui.doors.store import Store
from ui.history import History
from ui.settings import UISettings

if TYPE_CHECKING:
    from rag import Assistant, Filters

QUESTION_CHARACTERS = 4000
"""Of a question, as on the page."""

logger = logging.getLogger("paperchat.requests")


class WaitingRoom:
    """So many questions at once, asked or waiting; who comes after that is told to come back."""

    def __init__(self, most: int) -> None:
        self._places = threading.BoundedSemaphore(most)

    @contextmanager
    def place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Problem(503, "Too many questions are waiting.", "Ask again in a while.", WAIT)
        try:
            yield
        finally:
            self._places.release()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question from a program. `history` is as the assistant takes it; None leaves it to the settings."""

    question: str
    history: Sequence[Mapping[str, Any]] = ()
    filters: "Filters | None" = None
    model: str | None = None
    top_k: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """The library and what belongs to serving it."""

    assistant: "Assistant"
    history: History
    store: Store
    settings: UISettings
    limit: RateLimit = field(init=False)
    room: WaitingRoom = field(init=False)
    metrics: Metrics = field(default_factory=Metrics)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", RateLimit(self.settings.requests_per_minute))
        object.__setattr__(self, "room", WaitingRoom(self.settings.concurrency + self.settings.queue))

    async def events(self, asked: Asked, request: str = "") -> AsyncIterator[Event]:
        """What `Assistant.astream` yields; `request` is its id in the log. Raises Problem when there is no room."""
        if asked.model is not None and asked.model not in self.assistant.models:
            known = ", ".join(self.assistant.models)
            raise Problem(422, f"There is no model {asked.model[:100]!r} here.", f"Ask for one of: {known}.")
        with self.room.place():
            events = self.assistant.astream(asked.question, asked.history, asked.filters, asked.model, asked.top_k)
            async for event in events:
                if isinstance(event, Answer):
                    self.metrics.count_turn(event)
                    if self.settings.log_texts:
                        logger.info(json.dumps({"request": request, "question": event.question, "answer": event.text}))
                yield event

    async def answer(self, asked: Asked, request: str = "") -> Answer:
        """The answer alone."""
        answer = None
        async for event in self.events(asked, request):
            if isinstance(event, Answer):
                answer = event
        if answer is None:
            raise Problem(503, "The turn was stopped before there was an answer.", "Ask again.", WAIT)
        return answer

    def count(self, caller: Caller) -> None:
        """Counts a request that is work. Raises TooMany."""
        self.limit.count(caller.client)
