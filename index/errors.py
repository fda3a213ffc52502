"""Errors of the index, and the root of every error that paperchat raises on purpose.

PaperchatError
├── SettingsError        config.yaml or an environment variable is wrong
├── PaperIndexError      something about the index folder
│   ├── IndexLocked      another process is writing
│   ├── IndexMismatch    built with another embedding or layout
│   └── IndexDamaged     files missing or unreadable
├── EmbeddingError       the embedding model is missing or did not answer
└── ReadError            a file of papers could not be read at all

The branches that concern models and answers are in `rag.errors`.
"""


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


class EmbeddingError(PaperchatError):
    """The embedding model is missing, or did not answer."""


class ReadError(PaperchatError):
    """A file holds no papers in any format we know."""
