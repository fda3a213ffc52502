"""Files into papers, each by the reader of its format, found by looking inside."""

from index.readers.archives import Limits
from index.readers.files import read_papers, read_records, recognise
from index.readers.folders import find_files
from index.readers.formats import FORMATS
from index.readers.row import Problem
from index.readers.source_file import SourceFile

__all__ = ["FORMATS", "Limits", "Problem", "SourceFile", "find_files", "read_papers", "read_records", "recognise"]
