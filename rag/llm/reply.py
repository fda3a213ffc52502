"""An answer on its way from a language model, to be read as it comes."""

import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from rag.answer import Usage
from rag.ask import LOOK_AT_STOP, Message, Stop
from rag.errors import ModelError
from rag.llm.chunks import Ending
from rag.llm.pricing import cost, measure
from rag.settings import Price


class Reply:
    """Iterate for pieces of text as they come; what follows is known once the iteration has ended.

    `text`      what came so far, without the model's reasoning
    `finished`  the model came to its own end
    `truncated` it was cut at the limit of length, probably within a sentence
    `filtered`  a content filter of the provider broke it off
    `stopped`   we stopped it: by the stop event, `close()`, leaving the iteration, or closing the model
    `problem`   the ModelError that ended it; `text` keeps what came before
    `usage`     tokens and cost: as reported by the server, else as counted by us

    Leaving the iteration, `close()` and the stop event all end the request at the server. Read it in one thread.
    """

    def __init__(self, messages: Sequence[Message], price: Price | None, stop: Stop | None) -> None:
        self.finished = False
        self.ending: Ending = ""
        self.stopped = False
        self.problem: ModelError | None = None
        self._messages = messages
        self._price = price
        self._stop = stop
        self._pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._read: list[str] = []
        self._ended = False
        self._work: Future[None] | None = None
        # Filled by the receiving thread while the reply is on its way, read by the others once it has ended.
        self._received = ""
        self._reported: tuple[int, int] | None = None

    def __iter__(self) -> Iterator[str]:
        try:
            while (piece := self._next()) is not None:
                yield piece
        finally:
            self.close()

    def read(self) -> "Reply":
        """Waits for the end of the reply and returns it. Never raises a ModelError: see `problem`."""
        for _ in self:
            pass
        return self

    def close(self) -> None:
        """Ends the request at the server if it is still running. May be called from any thread, and twice."""
        if not self._ended:
            self._ended = self.stopped = True
            if self._work is not None:
                self._work.cancel()

    @property
    def truncated(self) -> bool:
        return self.ending == "length"

    @property
    def filtered(self) -> bool:
        return self.ending == "filtered"

    @property
    def text(self) -> str:
        return "".join(self._read)

    @property
    def usage(self) -> Usage:
        if self._reported is None and not self._received and self.problem is not None:
            return Usage()  # refused or never reached: nobody charges for that
        if self._reported is None:
            return measure(self._messages, self._received, self._price)
        return Usage(*self._reported, cost(*self._reported, self._price))

    def _next(self) -> str | None:
        """The next piece, or None at the end, however it came."""
        while not self._ended:
            if self._stop is not None and self._stop.is_set():
                self.close()
                return None
            try:
                piece = self._pieces.get(timeout=LOOK_AT_STOP)
            except queue.Empty:
                continue
            if piece is None:
                self._ended = True
                self.stopped = self._work is not None and self._work.cancelled()  # the whole model was closed
                return None
            self._read.append(piece)
            return piece
        return None

    # What follows is for the sender (`connection`), which runs in another thread.

    def _attach(self, work: "Future[None]") -> None:
        """Ties the reply to the work behind it: closing cancels that, and its end, however it comes, ends the reply."""
        self._work = work
        work.add_done_callback(lambda _: self._pieces.put(None))

    def _receive(self, raw: str, piece: str, reported: tuple[int, int] | None) -> None:
        self._received += raw
        self._reported = reported or self._reported
        if piece:
            self._pieces.put(piece)


def told_of_the_end(reply: Reply) -> list[str]:
    """What a reader must know of how a model's answer ended; nothing where it came to its own end."""
    if reply.problem is not None:
        return [f"The answer broke off: {reply.problem}"]
    if reply.filtered:
        return ["The content filter of the model's provider ended the answer here."]
    if reply.truncated:
        return ["The answer reached its limit of length (llm.max_tokens) and was cut."]
    return ["Stopped."] if reply.stopped else []
