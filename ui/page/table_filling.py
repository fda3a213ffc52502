"""A kept table being filled: row by row, each cell kept as soon as it is there."""

from collections.abc import Iterator
from threading import Event as StopFlag
from typing import TYPE_CHECKING

from index import PaperchatError
from rag import Cell
from ui.history import KeptTable

if TYPE_CHECKING:
    from ui.page.tools import PageTools


def fill_table(tools: "PageTools", table: KeptTable, stop: StopFlag) -> Iterator[Cell]:
    """The cells that were missing, as they are filled, until `stop` is set. Raises PaperIndexError when one can't be
    kept."""
    papers = tools.assistant.index.papers(table.papers)
    there = tools.workspace.tables.cells(table, papers)
    for id in papers:
        missing = [question for question in table.questions if (id, question) not in there]
        # A paper that was removed meanwhile is passed over.
        try:
            cells = tools.assistant.table([id], missing, stop=stop) if missing else iter(())
        except PaperchatError:
            continue
        for cell in cells:
            tools.workspace.tables.keep(table.id, cell)
            yield cell
        if stop.is_set():
            return
