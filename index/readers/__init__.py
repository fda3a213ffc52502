"""Files into papers, each by the reader of its format, found by looking inside."""

from index.readers.files import find_files, read_papers, read_records
from index.readers.row import Problem
from index.readers.source_file import SourceFile

__all__ = ["Problem", "SourceFile", "find_files", "read_papers", "read_records"]
