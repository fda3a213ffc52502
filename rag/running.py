"""Turns run in threads of their own.

A slot is held by the thread, for as long as the turn works: a reader who pauses, hangs or walks away holds up nobody.
"""

import queue
import threading
from collections.abc import Callable, Iterator

from rag.answer import Answer, Event, TextDelta
from rag.stopping import AnyStop, Stop
from rag.turn import Turn

LOOK_AT_STOP = 0.1
"""Seconds between looks at the stop while nothing comes."""

Deliver = Callable[[Event | BaseException | None], None]
"""Takes each event of a turn, then None, or what the turn raised. Called in the turn's thread; must not block."""
MakeTurn = Callable[[Stop], Turn]


class Slots:
    """Room for `most` turns at once; the others wait, first come, first served."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def events(self, make_turn: MakeTurn, stop: Stop | None = None) -> Iterator[Event]:
        """The events of a turn as they come. `stop`, and closing or dropping the iterator, stop the turn.

        Once `stop` is set and there is no text to lose, the iteration ends, whatever the turn is still busy with.
        """
        left = threading.Event()
        stops = AnyStop((left, stop) if stop else (left,))
        events: queue.SimpleQueue[Event | BaseException | None] = queue.SimpleQueue()
        has_text = False
        self.start(make_turn(stops), stops, events.put)
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

    def start(self, turn: Turn, stop: Stop, deliver: Deliver) -> None:
        """Runs `turn` as soon as there is a slot, unless it was stopped by then."""

        def work() -> None:
            end: BaseException | None = None
            try:
                with self._free:
                    for event in turn.run() if not stop.is_set() else ():
                        deliver(event)
            except BaseException as error:  # noqa: BLE001 - handed over to the reader, who raises it
                end = error
            deliver(end)

        threading.Thread(target=work, name="paperchat turn", daemon=True).start()
