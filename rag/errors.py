"""Errors of answering. The whole tree:

PaperchatError           (index.errors) everything raised on purpose; its message names the remedy
├── SettingsError        (index.errors) config.yaml or an environment variable is wrong
├── ReadError            (index.errors) a file of papers could not be read at all
├── PaperIndexError      (index.errors) IndexLocked, IndexMismatch, IndexDamaged
├── EmbeddingError       (index.errors) the embedding model did not answer
├── EvaluationError      a file of questions or of an earlier run can't be used, or a report can't be written
└── ModelError           the language model did not answer
    ├── MissingExtra     the package of an extra is not installed: a provider, a framework, tracing
    ├── MissingKey       the environment variable that holds the key is not set
    ├── ModelRefused     the server rejects the request: key, model name, length (retrying won't help)
    └── ModelUnavailable the server is away, busy or too slow (retrying may help)
"""

from index import PaperchatError


class EvaluationError(PaperchatError):
    """A file of questions or of an earlier run can't be used, or the report can't be written."""


class ModelError(PaperchatError):
    """The language model did not answer."""


class MissingExtra(ModelError):
    """The package of an extra is not installed."""


class MissingKey(ModelError):
    """The environment variable that holds the key is not set."""


class ModelRefused(ModelError):
    """The server rejects the request: asking again won't help."""


class ModelUnavailable(ModelError):
    """The server is away, busy or too slow: asking again may help."""
