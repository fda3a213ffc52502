"""Runs `paperchat` commands each in a process of its own, at the cost of a fork: what may crash or hang must not be
the test.

As a script it is the parent of those processes: it has imported what they need and started no thread.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType

PATIENCE = 120
"""Seconds that a command may take: the slowest here need five on a busy machine."""


@dataclass(frozen=True, slots=True)
class Done:
    """`code` is negative for a process that a signal ended."""

    code: int
    out: str
    err: str


class Commands:
    """A context manager; `run` returns what a command did."""

    def __enter__(self) -> "Commands":
        self._parent = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._parent.stdin
        assert self._parent.stdout
        self._parent.stdin.close()
        self._parent.wait(60)
        self._parent.stdout.close()

    def run(self, *arguments: object, is_bound: bool = False, file_limit: int = 0, patience: int = PATIENCE) -> Done:
        """`is_bound`: permissions bind it though root runs the tests (on Linux).

        `file_limit`: no file may grow beyond so many bytes. Raises TimeoutError for a command that has not ended after
        `patience` seconds, and ends it.
        """
        assert self._parent.stdin
        assert self._parent.stdout
        asked = {
            "arguments": [str(each) for each in arguments],
            "is_bound": is_bound,
            "file_limit": file_limit,
            "patience": patience,
        }
        print(json.dumps(asked), file=self._parent.stdin, flush=True)
        done = Done(**json.loads(self._parent.stdout.readline()))
        if done.code == -signal.SIGALRM:
            raise TimeoutError(f"paperchat {' '.join(asked['arguments'])} took over {patience} seconds: {done}")
        return done


def serve() -> None:
    import chromadb
    import onnxruntime
    import tantivy
    import tokenizers

    import index
    import rag
    import ui.cli

    import_module("ui.cli.commands")  # loaded once, before the forks

    assert all((chromadb, onnxruntime, tantivy, tokenizers, index, rag))
    for line in sys.stdin:
        asked = json.loads(line)
        with captured() as (out, err):
            if (child := os.fork()) == 0:
                with open(os.devnull) as nothing:
                    os.dup2(nothing.fileno(), 0)
                os.dup2(out, 1)
                os.dup2(err, 2)
                # Nobody handles this signal: it ends the process wherever it hangs.
                signal.alarm(asked["patience"])
                limit(asked["is_bound"], asked["file_limit"])
                sys.argv = ["paperchat", *asked["arguments"]]
                code = 0
                try:
                    ui.cli.main()
                except SystemExit as stop:
                    code = int(stop.code or 0)
                except BaseException:  # noqa: BLE001 - whatever it is, the test is to see it
                    import traceback

                    traceback.print_exc()
                    code = 1
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            texts = [Path(f"/proc/self/fd/{file}").read_bytes().decode(errors="replace") for file in (out, err)]
        print(json.dumps({"code": code, "out": texts[0], "err": texts[1]}), flush=True)


@contextmanager
def captured() -> Iterator[tuple[int, int]]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        yield out.fileno(), err.fileno()


def limit(is_bound: bool, file_limit: int) -> None:
    import ctypes
    import resource

    if file_limit:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    if is_bound and sys.platform == "linux":
        version, none = 0x20080522, (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset((ctypes.c_uint32 * 2)(version, 0), none) == 0


if __name__ == "__main__":
    serve()
