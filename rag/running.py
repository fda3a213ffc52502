"""Turns run in threads of their own.

A slot is held by the thread, for as long as the turn works: a reader who pauses, hangs or walks away holds up nobody.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import copy_context

from rag.answer import Answer, Event, TextDelta
from rag.ask import LOOK_AT_STOP, AnyStop, Stop
from rag.turn import Turn

Deliver = Callable[[Event | BaseException | None], None]
"""Takes each event of a turn, then None, or what the turn raised. Called in the turn's thread; must not block."""
MakeTurn = Callable[[Stop], Turn]
"""Called in the turn's thread, too: connecting to another model may take seconds. What it raises is delivered."""


class Slots:
    """Room for `most` turns at once; the others wait, first come, first served.

    The threads are kept for later turns: a new one each time takes memory that the C library does not give back
    (measured over 360 questions one after the other: 527 MB against 476).
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: deque[Callable[[], None]] = deque()
        self._threads = self._idle = 0
        self._is_closed = False
        self._changed = threading.Condition()  # guards all of the above

    def events(self, make_turn: MakeTurn, stop: Stop | None = None) -> Iterator[Event]:
        """The events of a turn as they come. `stop`, and closing or dropping the iterator, stop the turn.

        Once `stop` is set and there is no text to lose, the iteration ends, whatever the turn is still busy with.
        """
        left = threading.Event()
        stops = AnyStop((left,) if stop is None else (left, stop))
        events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        has_text = False
        self.start(make_turn, stops, events.put)
        try:
            while has_text or not stops.is_set():
                try:
                    event = events.get(timeout=LOOK_AT_STOP)
                except queue.Empty:
                    continue
                if event is None:
                    return
                if isinstance(event, BaseException):
                    raise event
                has_text = has_text or isinstance(event, TextDelta | Answer)
                yield event
        finally:
            left.set()

    def start(self, make_turn: MakeTurn, stop: Stop, deliver: Deliver) -> None:
        """Runs a turn as soon as there is a slot, unless it was stopped by then."""

        def work() -> None:
            end: BaseException | None = None
            try:
                if not stop.is_set():
                    for event in make_turn(stop).run():
                        deliver(event)
            except BaseException as error:  # noqa: BLE001 - handed over to the reader, who raises it
                end = error
            deliver(end)

        # What the caller is within, such as a span, the turn is within, too.
        context = copy_context()
        with self._changed:
            self._waiting.append(lambda: context.run(work))
            if self._idle >= len(self._waiting):
                self._changed.notify()
            elif self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name="paperchat turns", daemon=True).start()

    def close(self) -> None:
        """Ends the threads once they have nothing to do; one that is started later ends with its turn."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._idle += 1
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
                self._idle -= 1
                if not self._waiting:
                    self._threads -= 1
                    return
                work = self._waiting.popleft()
            work()
            del work  # it holds the whole turn, and this thread may wait for long
