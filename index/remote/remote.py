"""The door: addresses opened, and what is remembered of them; the HTTP client comes with the first."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.readers import Problem, SourceFile
from index.remote.memory import Memory
from index.settings import RemoteSettings

if TYPE_CHECKING:
    from index.remote.connection import Patience
    from index.remote.opening import Opening


class Remote:
    """To be used in a `with` block. `folder` is where something may be kept between runs; None keeps nothing.

    `environment` holds the keys.
    """

    def __init__(
        self,
        settings: RemoteSettings = RemoteSettings(),  # noqa: B008 (frozen)
        folder: Path | None = None,
        environment: Mapping[str, str] = os.environ,
        patience: "Patience | None" = None,
    ) -> None:
        self._settings = settings
        self._memory = Memory(folder)
        self._environment = environment
        self._patience = patience
        self._opening: Opening | None = None
        self._doubtful: set[str] = set()

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: object) -> None:
        if self._opening:
            self._opening.close()
        self._opening = None

    def open(self, address: str, most: int | None = None) -> Iterator[SourceFile | Problem]:
        """The papers at an address, at most `most`, as files; a `Problem` for each part that did not come.

        Without `most` a service's usual number of a search is taken, of anything else all. Raises ReadError when
        nothing came. What came of a run that was cut off is not asked for again by the next, for a day.
        """
        if self._opening is None:
            # 0.1 s, most of it httpx: nobody who indexes files should wait for it.
            from index.remote.opening import Opening

            self._opening = Opening(self._settings, self._memory, self._environment, self._patience)
        return self._opening.open(address, most)

    def add_notes(self, notes: Sequence[str]) -> str:
        """Adds notes (HTML) to the library at zotero.org of who made the key in ZOTERO_API_KEY; returns that name.

        Each is added once, also where an answer of Zotero's is lost. Raises SettingsError without a key, ReadError when
        Zotero can't be reached or doesn't take one: those before it are there.
        """
        from index.remote.connection import Patience
        from index.remote.zotero_notes import add_notes

        return add_notes(notes, self._settings, self._environment, self._patience or Patience())

    def doubt(self, address: str) -> None:
        """Not all that came of an address could be read: the next run is to have it again."""
        self._doubtful.add(address)

    def commit(self, all_taken: bool = True) -> None:
        """The papers are in the index: what helps a run that was cut off may go, and the next asks for what is new.

        Unless `all_taken`, the next run has to see everything again: what this one left out may be wanted then.
        """
        if not all_taken:
            self._memory.forget_versions()
        self._memory.commit(self._doubtful)
