"""Files into papers: JSON Lines, JSON, CSV, TSV, and plain listings of titles and abstracts."""

from index.readers.files import Problem, find_files, read_papers

__all__ = ["Problem", "find_files", "read_papers"]
