"""Errors of the index, and the root of every error that paperchat raises on purpose.

PaperchatError
├── SettingsError        config.yaml or an environment variable is wrong
├── PaperIndexError      something about the index folder
│   ├── IndexLocked      another process is writing
│   ├── IndexMismatch    built with another embedding or layout
│   ├── IndexDamaged     files missing or unreadable
│   ├── IndexAway        the Chroma server or cloud that it is shared through does not answer
│   └── IndexClosed      it was closed while somebody still used it
├── EmbeddingError       the embedding model is missing or did not answer
└── ReadError            a file of papers could not be read at all

The branches that concern models and answers are in `rag.errors`.
"""

import errno

REPAIR = "Run `paperchat doctor --repair`."

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""A full disk, a quota used up, a limit on the size of a file."""


class PaperchatError(Exception):
    """A problem a user can mend: the message says what is wrong and what to do about it."""


class SettingsError(PaperchatError):
    """A setting is unknown, or its value can't be used."""


class PaperIndexError(PaperchatError):
    """The index folder can't be used as it is."""


class IndexLocked(PaperIndexError):
    """Another process is writing to the index folder."""


class IndexMismatch(PaperIndexError):
    """The index was built with another embedding model or an older layout."""


class IndexDamaged(PaperIndexError):
    """Files of the index are missing or unreadable."""


class IndexAway(PaperIndexError):
    """The Chroma server, or the cloud, through which the index is shared does not answer."""


class IndexClosed(PaperIndexError):
    """The index was closed while somebody still used it."""


class EmbeddingError(PaperchatError):
    """The embedding model is missing, or did not answer."""


class ReadError(PaperchatError):
    """A file holds no papers in any format we know. `reason` says what is wrong, `remedy` what to do about it."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"{reason} {remedy}".rstrip())
        self.reason = reason
        self.remedy = remedy


def no_room(error: BaseException) -> bool:
    """Whether there is no room left to write: engines that are not Python say so in words only."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return True
    text = str(error).lower()
    signs = ("no space left", "disk is full", "quota exceeded", "file too large")
    return any(sign in text for sign in signs) or any(f"os error {number})" in text for number in NO_ROOM)


def is_panic(error: BaseException) -> bool:
    """Whether an engine written in Rust gave up: such an error is no Exception."""
    return type(error).__name__ == "PanicException"
