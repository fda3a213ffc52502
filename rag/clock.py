"""What a turn's steps take, and whether anybody still waits for them."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rag.ask import Stop, Stopped
from rag.spans import span


@dataclass
class Clock:
    """`timings`: step → milliseconds so far."""

    stop: Stop | None = None
    timings: dict[str, float] = field(default_factory=dict)

    def heed_stop(self) -> None:
        """Raises Stopped when the turn was stopped."""
        if self.stop is not None and self.stop.is_set():
            raise Stopped

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A timed block that is not begun once the turn was stopped."""
        self.heed_stop()
        with self.timed(name):
            yield

    @contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Adds the milliseconds of the block to `timings`; who listens to LlamaIndex's dispatcher sees a span."""
        started = time.perf_counter()
        try:
            with span(step):
                yield
        finally:
            self.timings[step] = self.timings.get(step, 0.0) + 1000 * (time.perf_counter() - started)
