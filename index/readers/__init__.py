"""Files into papers, each by the reader of its format, found by looking inside.

The readers are loaded when a file is to be read: 50 ms that a question doesn't need.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from index.readers.row import Problem
from index.readers.source_file import SourceFile

if TYPE_CHECKING:
    from index.readers.archives import Limits
    from index.readers.files import read_papers, read_records, recognise
    from index.readers.folders import find_files
    from index.readers.formats import FORMATS

LATER = {
    "FORMATS": "index.readers.formats",
    "Limits": "index.readers.archives",
    "find_files": "index.readers.folders",
    "read_papers": "index.readers.files",
    "read_records": "index.readers.files",
    "recognise": "index.readers.files",
}
"""Public name -> module."""

__all__ = ["FORMATS", "Limits", "Problem", "SourceFile", "find_files", "read_papers", "read_records", "recognise"]


def __getattr__(name: str) -> object:
    if name not in LATER:
        raise AttributeError(f"module 'index.readers' has no attribute {name!r}")
    return getattr(import_module(LATER[name]), name)
