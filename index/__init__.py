"""Abstracts in, passages findable by words and by meaning. Knows nothing of language models or screens."""

from index.errors import (
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    PaperchatError,
    PaperIndexError,
    ReadError,
    SettingsError,
)
from index.paper import Paper, Passage, fold_title, make_id
from index.sentences import split_sentences
from index.settings import EmbeddingSettings, IndexSettings

__all__ = [
    "EmbeddingSettings",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexSettings",
    "Paper",
    "PaperIndexError",
    "PaperchatError",
    "Passage",
    "ReadError",
    "SettingsError",
    "fold_title",
    "make_id",
    "split_sentences",
]
