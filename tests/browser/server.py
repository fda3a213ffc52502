"""`paperchat serve` as a process of its own, as a user starts it."""

import ctypes
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ADDRESS = re.compile(r"http://[\w.:\[\]]+/")

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
"""Numbers of Linux: prctl(2), capabilities(7)."""


def bind() -> None:
    """What is started next by this process is held by the permissions of files."""
    if sys.platform == "linux":
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


class PageServer:
    """Context manager; `address` is where the page is. `start` after `stop` gives another process on the same port."""

    def __init__(self, index_folder: Path, *, is_bound: bool = False, **settings: str) -> None:
        """`settings` are environment variables without their PAPERCHAT_.

        `is_bound`: permissions of files bind it though root runs the tests (on Linux).
        """
        self.is_bound = is_bound
        self.index_folder = index_folder
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PAPERCHAT_") and "API_KEY" not in k}
        given = {f"PAPERCHAT_{name}": value for name, value in settings.items()}
        self.environment = {**inherited, "PAPERCHAT_OPEN": "0", "PYTHONUNBUFFERED": "1", **given}
        self.address = ""
        self.port = "0"

    def start(self) -> None:
        command = [sys.executable, "-m", "ui", "serve", "--index-dir", str(self.index_folder), "--port", self.port]
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed in stop
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            preexec_fn=bind if self.is_bound else None,
        )
        said = self.process.stdout.readline()
        match = ADDRESS.search(said)
        if match is None:
            said += self.said()
            self.stop()
            raise RuntimeError(f"The page did not start: {said}")
        self.address = match[0]
        self.port = self.address.rstrip("/").rpartition(":")[2]

    def said(self) -> str:
        """What the process wrote to stderr."""
        self.log.seek(0)
        return self.log.read()

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def __enter__(self) -> "PageServer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
