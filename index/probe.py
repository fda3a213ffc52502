"""Opens a search engine's files in a process of its own: damaged ones may end it by a signal, and say so on stderr."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from index.errors import IndexDamaged
from index.settings import IndexSettings

PROBE_PATIENCE = 300.0

START = "import sys; sys.path[:] = {path!r}; from index.probe_child import main; main()"


def probe_words(folder: Path) -> None:
    """Raises IndexDamaged when the word index can't be searched."""
    run("words", folder, IndexSettings())


def probe_vectors(folder: Path, settings: IndexSettings) -> None:
    """Raises IndexDamaged when Chroma can't be opened and searched. The folder's lock must be held."""
    run("vectors", folder, settings)


def run(part: str, folder: Path, settings: IndexSettings) -> None:
    asked = {"part": part, "folder": str(folder.absolute()), "collection": settings.collection}
    command = [sys.executable, "-c", START.format(path=sys.path)]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            command, input=json.dumps(asked), capture_output=True, text=True, errors="replace", timeout=PROBE_PATIENCE
        )
    except subprocess.TimeoutExpired:
        raise IndexDamaged(f"it did not answer within {PROBE_PATIENCE:.0f} seconds") from None
    if done.returncode:
        raise IndexDamaged(ending_of(done))


def ending_of(done: "subprocess.CompletedProcess[str]") -> str:
    if done.returncode < 0:
        return f"reading it ended in {signal.Signals(-done.returncode).name}"
    return done.stdout.strip() or f"reading it ended with exit code {done.returncode}"
