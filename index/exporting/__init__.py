"""Papers out of a library, in the formats that other programs read."""

from index.exporting.formats import EXPORTS, export_format, export_papers

__all__ = ["EXPORTS", "export_format", "export_papers"]
