"""An index folder's part in an index that several share: it follows the others, and says when it can't."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from index.errors import IndexAway, IndexLocked, PaperchatError
from index.library import Library
from index.settings import IndexSettings
from index.sharing.lease import Lease
from index.sharing.log import SharedLog
from index.sharing.replica import check_joined, place_of

EVERY = 1.0
"""Seconds between two looks at what others did."""
AT_ONCE = 2.0
"""Seconds after which following makes way for whoever wants to write to the folder."""
AT_START = 20.0
"""Seconds that opening an index may take for it."""


class Follower(Protocol):
    """Does what others did, under the folder's lock. See `Writer`."""

    def follow(self, seconds: float) -> bool: ...

    def make_tokens(self) -> bool: ...


class Sharing:
    """Safe to use from several threads."""

    def __init__(self, settings: IndexSettings, library: Library) -> None:
        """Raises IndexMismatch when the papers on the server are those of another library than the ones here, IndexAway
        when the server is away and there are none here."""
        self._settings = settings
        self._library = library
        self._lock = threading.RLock()
        self._log: SharedLog | None = None
        self._lacks_tokens = True
        self._is_closing = threading.Event()
        self._thread: threading.Thread | None = None
        self.notice = ""
        """Why papers of others may be missing here; empty when none are."""
        try:
            self.log()
        except IndexAway as error:
            if not library.count():
                raise
            self._lose(error)

    def log(self) -> SharedLog:
        with self._lock:
            if self._log is None:
                log = SharedLog(self._settings, self._library.name)
                if log.library != self._library.name:
                    if self._library.count():
                        log.close()
                        raise log.of_another()
                    self._library.set_meta("library", log.library)
                self._log = log
            return self._log

    @contextmanager
    def writing(self) -> Iterator[SharedLog]:
        """Raises IndexLocked while another process writes, on whatever machine, and IndexAway."""
        log = self.log()
        with Lease(log).hold():
            yield log

    def describe(self) -> str:
        """How far this folder is, and who writes. Raises IndexAway, LogLost and NotJoined."""
        log, library = self.log(), self._library
        check_joined(library, log)
        place = place_of(library, log)
        more = ", and there are more" if log.has_news(place) else ""
        holder = Lease(log).holder
        return f"{log.name}: {place.number} changes read here{more}; written by {holder or 'nobody'} at the moment"

    def start(self, open_follower: Callable[[], AbstractContextManager[Follower]]) -> None:
        """Follows now, for a while, and beside everything else until `close`."""
        self._follow(open_follower, AT_START)

        def run() -> None:
            while not self._is_closing.wait(EVERY):
                while self._follow(open_follower, AT_ONCE) or self._make_tokens(open_follower):
                    if self._is_closing.wait(EVERY / 20):
                        return

        self._thread = threading.Thread(target=run, name="paperchat-follow", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Doing it twice is harmless."""
        self._is_closing.set()
        if self._thread:
            self._thread.join()
        with self._lock:
            if self._log:
                self._log.close()

    def _follow(self, open_follower: Callable[[], AbstractContextManager[Follower]], seconds: float) -> bool:
        """Whether there is more to be done."""
        try:
            is_all = True
            check_joined(self._library, self.log())
            if self.log().has_news(place_of(self._library, self.log())) or self._library.count_unfinished():
                with open_follower() as follower:
                    is_all = follower.follow(seconds)
                self._lacks_tokens = True
            self.notice = "" if is_all else "Papers that others added are still being read in."
            return not is_all
        except IndexLocked:
            return False  # the process of this folder that is writing begins with the same
        except PaperchatError as error:
            self._lose(error)
            return False

    def _make_tokens(self, open_follower: Callable[[], AbstractContextManager[Follower]]) -> bool:
        """Whether there is more to be done."""
        if not self._lacks_tokens:
            return False
        try:
            with open_follower() as follower:
                self._lacks_tokens = follower.make_tokens()
        except PaperchatError:
            return False
        return self._lacks_tokens

    def _lose(self, error: PaperchatError) -> None:
        self.notice = f"What others add is not seen here at the moment. {error}"
