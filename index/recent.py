"""What was read lately, kept in memory up to a number of things."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Recent(Generic[Value]):
    """Values by id, at most `size` of them; the one that was not asked for longest goes first. Thread-safe."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[str, Value] = OrderedDict()
        self._cleared = 0
        self._lock = threading.Lock()

    def get(self, ids: Collection[str], read: Callable[[Sequence[str]], Mapping[str, Value]]) -> dict[str, Value]:
        """The values of `ids`, in their order; `read` brings those that are not here. Unknown ones are left out."""
        with self._lock:
            known = {id: self._values[id] for id in ids if id in self._values}
            for id in known:
                self._values.move_to_end(id)
            cleared = self._cleared
        new = read(missing) if (missing := [id for id in ids if id not in known]) else {}
        with self._lock:
            # What was read before a `clear` may be out of date.
            if cleared == self._cleared:
                self._values.update(new)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        found = {**known, **new}
        return {id: found[id] for id in ids if id in found}

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._cleared += 1
