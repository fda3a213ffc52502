"""The parts of an index folder, opened and closed together."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

from index.encodings import Encodings
from index.errors import PaperIndexError
from index.files import COPY, ENCODINGS, LIBRARY, VECTORS, WORDS, is_read_only
from index.library import Library
from index.lock import FolderLock
from index.meaning import Meaning
from index.providers import embedding_name
from index.settings import IndexSettings
from index.words import Words

RECORDS = (LIBRARY, COPY, "writer.lock", "writer.pid")
"""What a build has of its own while it is being made, as any index has."""
REBUILT = "rebuilt-"
"""Begins the names of the folders in which rebuilds make what is derived from the library."""


class Derived:
    """Words, kept vectors and vectors: all that was made from a library by one embedding."""

    def __init__(self, folder: Path, build: str, settings: IndexSettings, lock: FolderLock, library: Library) -> None:
        """`build` names the folder inside `folder`; it is empty for what was never rebuilt."""
        self.build = build
        with ExitStack() as stack:
            read_only = is_read_only(folder)
            words = folder / build / WORDS
            self.words = Words(stack.enter_context(linked(words)) if read_only else words)
            self.encodings = Encodings(folder / build / ENCODINGS, read_only=read_only)
            stack.callback(self.encodings.close)
            self.meaning = Meaning(
                folder / build / VECTORS,
                with_collection(settings, build),
                self.encodings,
                None if read_only else lock,
                library,
            )
            stack.callback(self.meaning.close)
            self._closing = stack.pop_all()

    def close(self) -> None:
        """Doing it twice is harmless."""
        self._closing.close()


@contextmanager
def linked(folder: Path) -> Iterator[Path]:
    """A folder that can be written, with links to the files of one that can't: tantivy locks what it reads."""
    with TemporaryDirectory(prefix="paperchat-", ignore_cleanup_errors=True) as parent:
        for path in (folder.with_name(f"{folder.name}.seal"), *folder.glob("*")):
            link = Path(parent) / path.relative_to(folder.parent)
            link.parent.mkdir(exist_ok=True)
            if path.is_file() and not path.name.endswith(".lock"):
                link.symlink_to(path.absolute())
        yield Path(parent) / folder.name


def with_collection(settings: IndexSettings, build: str) -> IndexSettings:
    """An embedded Chroma has a collection for each build, one that is shared for all whose vectors are the same."""
    if settings.is_shared:
        made_with = f"{embedding_name(settings.embedding)} {settings.chunk_tokens}"
        name = f"{settings.collection}-passages-{sha256(made_with.encode()).hexdigest()[:8]}"
    else:
        name = f"{settings.collection}-{build}" if build else settings.collection
    return settings.model_copy(update={"collection": name})


class Stores:
    """The library, and what is derived from it.

    Raises IndexDamaged or IndexMismatch when a part can't be opened; then none stays open.
    """

    def __init__(self, folder: Path, settings: IndexSettings, check: Callable[[Library], None]) -> None:
        """`check` is called with the library before the rest is opened."""
        self._folder = folder
        self._settings = settings
        self.is_read_only = is_read_only(folder)
        with ExitStack() as stack:
            self.lock = FolderLock(folder)
            self.library = Library(folder / LIBRARY, read_only=self.is_read_only)
            stack.callback(self.library.close)
            check(self.library)
            # Read before the rest is opened: what is written meanwhile is then taken for news, never overlooked.
            self.generation = self.library.generation
            self.derived = self._open_derived()
            stack.callback(lambda: self.derived.close())
            self._closing = stack.pop_all()

    def _open_derived(self) -> Derived:
        while True:
            build = self.library.build
            try:
                derived = Derived(self._folder, build, self._settings, self.lock, self.library)
            except PaperIndexError:
                if self.library.build == build:
                    raise
                continue
            if self.library.build == build:
                return derived
            # A rebuild ended meanwhile, and its process removes what has just been opened.
            derived.close()

    def refresh(self) -> None:
        """Shows what another process has written, or what a rebuild has put in place of all that."""
        if self.library.build == self.derived.build:
            self.derived.words.reload()
            self.derived.meaning.refresh()
            return
        retired, self.derived = self.derived, self._open_derived()
        retired.meaning.retire()
        # Its other files stay open: another thread may be reading them.
        self._closing.callback(retired.close)

    def remove_unused(self) -> None:
        """Removes what no longer belongs to the index: what a rebuild has replaced, and a rebuild that was given up.

        What another program still holds open, on systems where that keeps it from being removed, goes the next time.
        """
        used = {self.library.build, self.library.meta("rebuilding") or self.library.build}
        if "" not in used:
            remove(self._folder, WORDS, VECTORS, ENCODINGS)
        if build := self.library.build:
            remove(self._folder / build, *RECORDS)
        for name in builds(self._folder):
            if name not in used:
                rmtree(self._folder / name, ignore_errors=True)

    def close(self) -> None:
        """Doing it twice is harmless."""
        self._closing.close()


def builds(folder: Path) -> list[str]:
    """The names of the builds that lie in an index folder."""
    return [path.name for path in folder.glob(f"{REBUILT}*") if path.name.removeprefix(REBUILT).isdecimal()]


def next_build(folder: Path) -> str:
    """A name that none of them has."""
    return f"{REBUILT}{max((int(name.removeprefix(REBUILT)) for name in builds(folder)), default=0) + 1}"


def remove(folder: Path, *names: str) -> None:
    """Files or folders of these names, with what is kept beside them."""
    for path in [folder / f"{name}{beside}" for name in names for beside in ("", "-wal", "-shm", ".seal")]:
        if path.is_dir():
            rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
