"""One question asked on the page, as the frames that are shown while it is answered."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from threading import Event as StopFlag
from typing import TYPE_CHECKING

from index import PaperchatError
from rag import Answer, Filters, Step, TextDelta
from ui.history import History, Turn, messages_of
from ui.page.cards import source_panel
from ui.page.examples import example_questions
from ui.page.rendering import render

if TYPE_CHECKING:
    from rag import Assistant

SECONDS_BETWEEN_FRAMES = 0.06
"""Often enough to read as writing, seldom enough to leave the machine to other readers."""

AFTER = {
    "rewritten": "Looking for papers",
    "searched": "{detail}; judging whether they answer",
    "judged": "Writing the answer",
    "verifying": "Verifying {detail}",
    "repaired": "{detail}",
    "checked": "{detail} checked",
}
"""What is shown once a step is done, by its name."""

UNEXPECTED = "Something went wrong. Ask again; the server's log has more."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the reader set for the next question; None or empty leaves it to the settings."""

    model: str | None = None
    top_k: int | None = None
    filters: Filters | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the page shows at one moment. None: leave as it is.

    `live` is the turn being written; `unanswered` the question to put back for another try; `is_kept`:
    a turn was added.
    """

    conversation: str
    live: str
    turns: str | None = None
    sources: str | None = None
    is_first: bool = False
    is_last: bool = False
    is_kept: bool = False
    unanswered: str = ""


class Chat:
    """Asks the assistant and remembers, on behalf of an owner (a browser or a user)."""

    def __init__(
        self, assistant: "Assistant", history: History, count: Callable[[Answer], None] = lambda answer: None
    ) -> None:
        """`count` is told each answer."""
        self.assistant = assistant
        self.history = history
        self.count = count

    def ask(
        self,
        question: str,
        owner: str,
        conversation: str,
        choices: Choices,
        stop: StopFlag,
        replaces: int | None = None,
    ) -> Iterator[Frame]:
        """Frames until the answer is complete and kept; `replaces` is the number of the turn asked again.

        A problem becomes a frame that says what to do; nothing is kept then, and what was there is shown again. After
        `stop` is set, what was written so far stands, unless nothing was.
        """
        try:
            kept = self.history.turns(owner, conversation)
        except PaperchatError as error:
            yield self.failed(conversation, question, [], str(error))
            return
        turns = kept if replaces is None else [turn for turn in kept if turn.number < replaces]
        number = len(turns) + 1
        step, text = "Reading the question", ""
        # Earlier turns stay as they are, unless the first question takes the welcome's place or some are taken out.
        changes = not turns or replaces is not None
        yield Frame(
            conversation,
            live(question, number, step, text),
            turns=self.show(conversation, turns, asking=True) if changes else None,
            sources=source_panel(turns, waiting=True) if changes else None,
            is_first=True,
        )
        shown_at = time.monotonic()
        answer: Answer | None = None
        try:
            for event in self.assistant.stream(
                question,
                history=messages_of(turns),
                filters=choices.filters,
                model=choices.model,
                top_k=choices.top_k,
                stop=stop,
            ):
                if isinstance(event, Answer):
                    answer = event
                    self.count(event)
                elif isinstance(event, Step):
                    step = AFTER.get(event.name, step).format(detail=event.detail)
                elif isinstance(event, TextDelta):
                    text += event.text
                if time.monotonic() - shown_at >= SECONDS_BETWEEN_FRAMES:
                    shown_at = time.monotonic()
                    yield Frame(conversation, live(question, number, step, text))
        except PaperchatError as error:
            yield self.failed(conversation, question, kept, str(error), choices.model, replaces)
            return
        except Exception:  # the page's last line of defence: the reader gets a sentence, the log the trace
            logger.exception("A question could not be answered")
            yield self.failed(conversation, question, kept, UNEXPECTED, choices.model, replaces)
            return
        if answer is None or (stop.is_set() and not answer.text):
            yield self.last(conversation, kept, question)
            return
        try:
            conversation = self.history.append(owner, conversation, answer, replaces)
        except PaperchatError as error:
            yield self.unkept(conversation, [*turns, Turn(number, answer)], str(error))
            return
        yield replace(self.last(conversation, self.history.turns(owner, conversation)), is_kept=True)

    def last(self, conversation: str, turns: list[Turn], unanswered: str = "") -> Frame:
        return Frame(
            conversation,
            "",
            turns=self.show(conversation, turns),
            sources=source_panel(turns),
            is_last=True,
            unanswered=unanswered,
        )

    def failed(
        self,
        conversation: str,
        question: str,
        turns: list[Turn],
        message: str,
        model: str | None = None,
        replaces: int | None = None,
    ) -> Frame:
        has_model = (model or self.assistant.model_name) != "offline"
        return Frame(
            conversation,
            self.problem(question, message, offer_offline=has_model, replaces=replaces),
            turns=self.show(conversation, turns, asking=True),
            sources=source_panel(turns),
            is_last=True,
            unanswered=question,
        )

    def unkept(self, conversation: str, turns: list[Turn], message: str) -> Frame:
        """The last of `turns` is shown, and told that it is not kept."""
        return Frame(
            conversation,
            render("unkept.html", error=message),
            turns=self.show(conversation, turns),
            sources=source_panel(turns),
            is_last=True,
        )

    def problem(self, question: str, message: str, *, offer_offline: bool = False, replaces: int | None = None) -> str:
        """What stands in place of an answer when there is none."""
        return render(
            "live.html", question=question, error=message, offer_offline=offer_offline, replaces=replaces or ""
        )

    def show(self, conversation: str, turns: list[Turn], *, asking: bool = False, is_lost: bool = False) -> str:
        """The finished turns, or the welcome when there is none; `is_lost` when another one was looked for."""
        welcome = not turns and not asking
        return render(
            "conversation.html",
            conversation=conversation,
            turns=turns,
            asking=asking,
            is_lost=is_lost,
            models=self.assistant.models,
            examples=example_questions(self.assistant.index) if welcome else [],
            count=self.assistant.index.count() if welcome else 0,
        )


def live(question: str, number: int, step: str, text: str) -> str:
    return render("live.html", question=question, number=number, step=step, text=text, error="")
