"""Abstracts in, passages findable by words and by meaning. Knows nothing of language models or screens.

Importing this loads neither Chroma nor a model: names that need them, or numpy, are looked up when first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from index.analysis import PART, STOP_WORDS, WORD, split_words, stem, stem_words, stems_of
from index.catalogue import catalogue_path
from index.errors import (
    EmbeddingError,
    IndexAway,
    IndexClosed,
    IndexDamaged,
    IndexLocked,
    IndexMismatch,
    PaperchatError,
    PaperIndexError,
    ReadError,
    SettingsError,
)
from index.finding import Finding
from index.origin import Origin, Record
from index.paper import Paper, Passage, fold_title, make_id
from index.sentences import Span, split_sentences
from index.settings import EmbeddingSettings, IndexSettings
from index.sqlite_file import Migration, explained, migrate, run_statements
from index.telemetry import tell_nobody
from index.tokens import count_tokens, cut_to_tokens, use_packaged_vocabulary

tell_nobody()

if TYPE_CHECKING:
    from index.doctor import inspect, repair
    from index.embedding import TOKENIZER, Embedding, Encoded, PackagedEmbedding
    from index.exporting import EXPORTS, export_format, export_papers
    from index.files import index_folder
    from index.ingestion import ingest
    from index.library_facets import Passing
    from index.paper_content import PaperContent, SentenceVector
    from index.paper_index import PaperIndex
    from index.providers import load_embedding
    from index.readers import Limits, Problem, SourceFile, find_files
    from index.report import IngestReport
    from index.selecting import Chosen, choose
    from index.selection import Selection
    from index.source import Source
    from index.spelling import nearest_words
    from index.watching import FolderWatch
    from index.writing import OnProgress

LATER = {
    "EXPORTS": "index.exporting",
    "Chosen": "index.selecting",
    "choose": "index.selecting",
    "export_format": "index.exporting",
    "export_papers": "index.exporting",
    "TOKENIZER": "index.embedding",
    "Embedding": "index.embedding",
    "Encoded": "index.embedding",
    "FolderWatch": "index.watching",
    "IngestReport": "index.report",
    "OnProgress": "index.writing",
    "PackagedEmbedding": "index.embedding",
    "Passing": "index.library_facets",
    "PaperContent": "index.paper_content",
    "PaperIndex": "index.paper_index",
    "Limits": "index.readers",
    "Problem": "index.readers",
    "SentenceVector": "index.paper_content",
    "Selection": "index.selection",
    "Source": "index.source",
    "SourceFile": "index.readers",
    "find_files": "index.readers",
    "index_folder": "index.files",
    "nearest_words": "index.spelling",
    "ingest": "index.ingestion",
    "inspect": "index.doctor",
    "load_embedding": "index.providers",
    "repair": "index.doctor",
}
"""Public name -> module, for those that need numpy or more."""

__all__ = [
    "EXPORTS",
    "PART",
    "STOP_WORDS",
    "TOKENIZER",
    "WORD",
    "Chosen",
    "Embedding",
    "EmbeddingError",
    "EmbeddingSettings",
    "Encoded",
    "Finding",
    "FolderWatch",
    "IndexAway",
    "IndexClosed",
    "IndexDamaged",
    "IndexLocked",
    "IndexMismatch",
    "IndexSettings",
    "IngestReport",
    "Limits",
    "Migration",
    "OnProgress",
    "Origin",
    "PackagedEmbedding",
    "Paper",
    "PaperContent",
    "PaperIndex",
    "PaperIndexError",
    "PaperchatError",
    "Passage",
    "Passing",
    "Problem",
    "ReadError",
    "Record",
    "Selection",
    "SentenceVector",
    "SettingsError",
    "Source",
    "SourceFile",
    "Span",
    "catalogue_path",
    "choose",
    "count_tokens",
    "cut_to_tokens",
    "explained",
    "export_format",
    "export_papers",
    "find_files",
    "fold_title",
    "index_folder",
    "ingest",
    "inspect",
    "load_embedding",
    "make_id",
    "migrate",
    "nearest_words",
    "repair",
    "run_statements",
    "split_sentences",
    "split_words",
    "stem",
    "stem_words",
    "stems_of",
    "use_packaged_vocabulary",
]


def __getattr__(name: str) -> object:
    if name not in LATER:
        raise AttributeError(f"module 'index' has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
