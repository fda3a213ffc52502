"""Who may change an index folder, and what others have changed: processes of this folder, and other folders."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.files import is_read_only
from index.library import Library
from index.made_with import check_embedding
from index.passage_vectors import Models
from index.rebuilding import rebuild
from index.settings import IndexSettings
from index.sharing import PLACE, SharedLog, Sharing
from index.stores import Stores
from index.writing import OnProgress, Writer


class Upkeep:
    """Opens the stores of a folder, and keeps them up to date. Safe to use from several threads."""

    def __init__(
        self, folder: Path, settings: IndexSettings, models: Models, forget: Callable[[], None], *, is_checked: bool
    ) -> None:
        """`forget`: what is kept in memory has changed. `is_checked`: not before a rebuild, which mends what it was
        made with. Raises what `PaperIndex.open` raises."""
        self._folder = folder
        self._settings = settings
        self._models = models
        self._forget = forget
        self._refreshing = threading.Lock()
        self._writing = threading.Lock()
        self.sharing: Sharing | None = None
        """None where the index is this folder's alone."""

        def check(library: Library) -> None:
            if is_checked:
                check_embedding(library, settings, folder)
            if settings.is_shared and not is_read_only(folder):
                self.sharing = Sharing(settings, library)

        try:
            self.stores = Stores(folder, settings, check)
        except BaseException:
            self._leave()
            raise
        self._library = self.stores.library
        self.generation = self.stores.generation
        self._follow()

    def close(self) -> None:
        """Doing it twice is harmless."""
        self._leave()
        self.stores.close()

    def _follow(self) -> None:
        if self.sharing:
            self.sharing.start(self._follower)

    def _leave(self) -> None:
        if self.sharing:
            self.sharing.close()

    @contextmanager
    def writer(
        self, on_progress: OnProgress | None = None, *, mends: bool = False, catches_up: bool = True
    ) -> Iterator[Writer]:
        """Holds the lock, and starts from what the last process that wrote has left. See `Writer.catch_up`."""
        with self._writing, self.stores.lock.hold(), self._told() as log:
            self.refresh()
            check_embedding(self._library, self._settings, self._folder)
            self.stores.remove_unused()
            writer = Writer(self.stores, self._models, self._settings, self._announce, on_progress, log)
            if catches_up:
                writer.catch_up(mends=mends)
            yield writer

    def rebuild(self, on_progress: OnProgress | None) -> None:
        """See `PaperIndex.rebuild`."""
        with self._writing, self.stores.lock.hold(), self._told():
            self.refresh(check=False)
            # A package that is missing should be told of before anything is made.
            _ = self._models.embedding
            rebuild(self._folder, self.stores, self._models, self._settings, on_progress)
            self.refresh()
            self.stores.remove_unused()

    @contextmanager
    def _follower(self) -> Iterator[Writer]:
        """Raises IndexLocked at once when another process of this folder is writing."""
        assert self.sharing  # noqa: S101 - it asks for this
        with self._writing, self.stores.lock.hold(patience=0):
            self.refresh()
            check_embedding(self._library, self._settings, self._folder)
            yield Writer(self.stores, self._models, self._settings, self._announce, log=self.sharing.log())

    @contextmanager
    def _told(self) -> Iterator[SharedLog | None]:
        """The log in which others read what is written; None where there are none."""
        if self.sharing:
            with self.sharing.writing() as log:
                yield log
            return
        # Who writes without telling the others leaves their company.
        self._library.remove_meta(PLACE)
        yield None

    def _announce(self) -> None:
        """What has been committed is now to be seen, here and in other processes."""
        with self._refreshing:
            self._forget()
            self.stores.derived.meaning.forget()
            self.generation = self._library.bump_generation()

    def refresh(self, *, check: bool = True) -> None:
        """Picks up what another process has written. Raises IndexMismatch when that was a rebuild with other settings.

        `check`: not before a rebuild, which mends it.
        """
        if self._library.generation == self.generation:
            return
        with self._refreshing:
            generation = self._library.generation
            if generation != self.generation:
                if check:
                    check_embedding(self._library, self._settings, self._folder)
                self.stores.refresh()
                self._forget()
                self.generation = generation
