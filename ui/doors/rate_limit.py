"""So many requests a minute for each client, and not more."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from index import PaperchatError

WINDOW = 60.0
CLIENTS_REMEMBERED = 10_000


class TooMany(PaperchatError):
    """The client has used up its requests of this minute; in `wait` seconds there is room for one."""

    def __init__(self, allowed: int, wait: int) -> None:
        super().__init__(f"That was {allowed} requests within a minute. Go on in {wait} seconds.")
        self.wait = wait


class RateLimit:
    """Counts each client's requests of the last minute. Thread-safe; `clock` tells seconds."""

    def __init__(self, requests_per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.allowed = requests_per_minute
        self.clock = clock
        self.times: OrderedDict[str, deque[float]] = OrderedDict()
        self.lock = threading.Lock()

    def count(self, client: str) -> None:
        """Counts a request of `client`. Raises TooMany, with the seconds to wait; a refused one isn't counted."""
        now = self.clock()
        with self.lock:
            times = self.times.setdefault(client, deque())
            self.times.move_to_end(client)
            while len(self.times) > CLIENTS_REMEMBERED:
                self.times.popitem(last=False)
            while times and times[0] <= now - WINDOW:
                times.popleft()
            if len(times) >= self.allowed:
                wait = max(1, round(times[0] + WINDOW - now))
                raise TooMany(self.allowed, wait)
            times.append(now)
