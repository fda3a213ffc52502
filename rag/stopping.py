"""How a turn is told to stop: by whoever asked for it, or because nobody reads it any more."""

from dataclasses import dataclass
from typing import Protocol


class Stop(Protocol):
    """Looked at between steps and while waiting; a `threading.Event` is one."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class AnyStop:
    """Set as soon as one of `stops` is."""

    stops: tuple[Stop, ...]

    def is_set(self) -> bool:
        return any(stop.is_set() for stop in self.stops)


class Stopped(Exception):
    """Ends a turn that was stopped before it had a word to show. Never leaves the turn."""
