"""What is kept between runs: answers of a run that isn't complete, and up to which version a library was read."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

KEPT_FOR = 24 * 3600
"""Seconds after which an answer is asked for anew: services change daily."""
ANSWERS, VERSIONS = "answers", "versions.json"


class Memory:
    """Keeps things in `folder`, nothing when it is None. Where nothing can be written all goes on without.

    What is `done` holds from `commit` on: when the papers are in the index, not before.
    """

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock
        self._done: list[str] = []
        self._versions: list[tuple[str, str, int]] = []

    def answer(self, address: str, request: str) -> bytes | None:
        """The body that was kept for `request`, if it is young enough."""
        if self._folder is None:
            return None
        path = self._answers(address) / name_of(request)
        with suppress(OSError):
            if self._clock() - path.stat().st_mtime < KEPT_FOR:
                return path.read_bytes()
        return None

    def keep(self, address: str, request: str, body: bytes) -> None:
        if self._folder is not None:
            write(self._answers(address) / name_of(request), body)

    def done(self, address: str) -> None:
        """All papers of `address` came: its answers are needed no more."""
        if self._folder is not None:
            self._done.append(address)

    def version(self, library: str) -> int:
        """The version up to which `library` was read, 0 when it was not."""
        found = self._read_versions().get(library)
        return found if isinstance(found, int) else 0

    def note_version(self, address: str, library: str, version: int) -> None:
        """`library` was read whole for `address`."""
        self._versions.append((address, library, version))

    def forget_versions(self) -> None:
        """Those that were noted and not yet held."""
        self._versions = []

    def commit(self, doubtful: Collection[str] = ()) -> None:
        """Forgets the answers of what is done, and holds the versions that were noted.

        Of `doubtful` addresses nothing is held, so that all is asked for anew.
        """
        for address in {*self._done, *doubtful}:
            remove(self._answers(address))
        self._done = []
        self._forget_old()
        noted = {library: version for address, library, version in self._versions if address not in doubtful}
        if noted and self._folder is not None:
            write(self._folder / VERSIONS, json.dumps(self._read_versions() | noted, indent=1).encode())
        self._versions = []

    def _forget_old(self) -> None:
        """Answers of runs that were never gone on with."""
        if self._folder is not None:
            with suppress(OSError):
                for folder in (self._folder / ANSWERS).iterdir():
                    if self._clock() - folder.stat().st_mtime > KEPT_FOR:
                        remove(folder)

    def _answers(self, address: str) -> Path:
        return (self._folder or Path()) / ANSWERS / name_of(address)

    def _read_versions(self) -> dict[str, object]:
        if self._folder is not None:
            with suppress(OSError, ValueError, RecursionError):
                found = json.loads((self._folder / VERSIONS).read_text("utf-8"))
                return found if isinstance(found, dict) else {}
        return {}


def name_of(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def remove(folder: Path) -> None:
    """With what is in it, and the one above it when that is then empty."""
    with suppress(OSError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        folder.parent.rmdir()


def write(path: Path, content: bytes) -> None:
    """Whole or not at all, where it can be written."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        number, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            os.replace(temporary, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary)
            raise
