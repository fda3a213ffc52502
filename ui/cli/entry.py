"""The `paperchat` command as the shell starts it: Ctrl-C ends it within a second, whatever it is busy with.

Little is imported here, so that the imports of everything else can be interrupted without a trace.
"""

import gc
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from typing import NoReturn

SECONDS_TO_TIDY_UP = 0.6
INTERRUPTED = 130
"""Exit code of a program that Ctrl-C ended: 128 and the signal's number."""

OBJECTS_BETWEEN_COLLECTIONS = 50_000
"""What imports make stays: looking for garbage in it every 700 objects took 6% of the CPU of `paperchat ask`."""


def main() -> None:
    """Runs the command line. Ctrl-C says "Stopped." on one line and exits with 130."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    interrupt = Interrupt()
    # Where the parent process wants Ctrl-C ignored, as nohup does, it stays so.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt.begin)
    try:
        from ui.cli.commands import main as run_command  # 90 ms, in which Ctrl-C must be heeded, too

        run_command()
    except BaseException as error:
        # An import that is interrupted may turn the interrupt into any other error.
        if interrupt.has_begun or isinstance(error, KeyboardInterrupt):
            interrupt.end()
        raise


class Interrupt:
    """What Ctrl-C does: it ends what runs by an exception, so that it tidies up, and soon after the process."""

    def __init__(self) -> None:
        self.has_begun = False
        self._ending = threading.Lock()

    def begin(self, *_: object) -> None:
        """The signal's handler. A second Ctrl-C does not wait."""
        if self.has_begun:
            self.end()
        self.has_begun = True
        # Threads and destructors that the interrupt meets have nothing to tell.
        sys.unraisablehook = say_nothing
        threading.excepthook = say_nothing
        deadline = threading.Timer(SECONDS_TO_TIDY_UP, self.end)
        deadline.daemon = True
        deadline.start()
        raise KeyboardInterrupt

    def end(self) -> NoReturn:
        """Ends the process without waiting for threads or full pipes; what is on disk survives that at any moment."""
        if self._ending.acquire(blocking=False):
            with suppress(OSError):
                os.write(2, b"Stopped.\n")
            os._exit(INTERRUPTED)
        while True:  # another thread is at it
            time.sleep(1)


def say_nothing(_: object) -> None:
    pass
