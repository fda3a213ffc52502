"""Who writes to a shared index at the moment: said in its log, and said again every few seconds.

It keeps two from doing the same work, no more: that nothing is lost or doubled when two write all the same is the
log's affair. No clocks are compared: who wants to write watches whether the other still says so.
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from index.errors import IndexLocked, PaperIndexError
from index.sharing.log import SharedLog

ID = "writer"
BEAT = 1.0
SILENCE = 5.0
"""Seconds between two signs of life, and without one until the other is taken for dead."""
SIGNS = 3
"""Signs of life that are waited for: what is done in so short a time is done, and the next may write."""


class Lease:
    """Raises IndexAway when the server does not answer."""

    def __init__(self, log: SharedLog) -> None:
        self._log = log
        self._owner = uuid4().hex

    @property
    def holder(self) -> str:
        """Who writes, as words; empty when nobody says so."""
        noted = self._log.noted(ID)
        return f"process {noted['process']} on {noted['machine']}" if noted.get("owner") else ""

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Raises IndexLocked when another process, on whatever machine, goes on writing for some seconds."""
        self._wait()
        done = threading.Event()
        beating = threading.Thread(target=self._beat, args=(done,), name="paperchat-lease", daemon=True)
        self._say(0)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()
            with suppress(PaperIndexError):  # a server that is away has forgotten nobody: the next one waits a while
                if self._log.noted(ID).get("owner") == self._owner:
                    self._log.note(ID, {"owner": ""})

    def _wait(self) -> None:
        last, since, signs = self._log.noted(ID), time.monotonic(), 0
        while last.get("owner") and time.monotonic() < since + SILENCE:
            time.sleep(BEAT / 5)
            if (noted := self._log.noted(ID)) != last:
                last, since, signs = noted, time.monotonic(), signs + 1
            if last.get("owner") and signs == SIGNS:
                raise IndexLocked(
                    f"The index is being written by process {last['process']} on {last['machine']}. "
                    "Wait until it is done, or stop that process."
                )

    def _beat(self, done: threading.Event) -> None:
        number = 0
        while not done.wait(BEAT):
            number += 1
            with suppress(PaperIndexError):  # the writer itself will notice
                self._say(number)

    def _say(self, number: int) -> None:
        about: dict[str, object] = {
            "owner": self._owner,
            "process": os.getpid(),
            "machine": socket.gethostname(),
            "beat": number,
        }
        self._log.note(ID, about)
