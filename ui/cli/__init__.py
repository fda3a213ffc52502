"""The command line: each command is one call of `index` or `rag`, and printing."""

from ui.cli.entry import main

__all__ = ["main"]
