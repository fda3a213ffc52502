"""A table of papers by questions as a file: CSV, Markdown or Excel, each row with the reference of its paper."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from index import Paper
from rag import Cell
from ui.history.parts import reference, reference_parts
from ui.html import web_address

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program would begin to compute with, where it reads CSV."""

WIDE, NARROW = 50, 14
"""Widths of columns in characters."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows are papers, columns questions; a cell that is missing was not filled yet."""

    questions: Sequence[str]
    rows: Sequence[tuple[Paper, Sequence[Cell | None]]]

    @property
    def is_quoted(self) -> bool:
        """Whether every text is the quote itself; where a model wrote, the quotes stand beside its words."""
        cells = [cell for _, row in self.rows for cell in row if cell and cell.is_answered]
        return all(cell.text == " ".join(cell.quotes) for cell in cells)


def make_table(questions: Sequence[str], cells: Iterable[Cell]) -> Table:
    """The rows that have a cell, in order."""
    by_row: dict[int, tuple[Paper, list[Cell | None]]] = {}
    for cell in cells:
        _, row = by_row.setdefault(cell.row, (cell.paper, [None] * len(questions)))
        row[cell.column] = cell
    return Table(questions, [by_row[at] for at in sorted(by_row)])


def export_table(table: Table, kind: str) -> bytes:
    """The table as a file; `kind` is a key of TABLES."""
    return TABLES[kind](table)


def cell_text(cell: Cell | None) -> str:
    if cell is None:
        return ""
    if cell.problem:
        return f"not answered: {cell.problem}"
    return cell.text if cell.supported else f"{cell.text} (not all of it is supported by the abstract)"


def header(table: Table) -> list[str]:
    asked: list[str] = []
    for question in table.questions:
        asked += [question] if table.is_quoted else [question, f"{question} (passage)"]
    return ["Paper", "Id", *asked, "Reference"]


def lines(table: Table) -> Iterator[list[str]]:
    for paper, row in table.rows:
        told: list[str] = []
        for cell in row:
            told += [cell_text(cell)] if table.is_quoted else [cell_text(cell), " ".join(cell.quotes if cell else ())]
        yield [paper.title, paper.id, *told, reference(paper)]


def as_csv(table: Table) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream)
    for line in (header(table), *lines(table)):
        writer.writerow([f"'{text}" if text.startswith(FORMULA) else text for text in line])
    # Excel takes a file without this mark for one of its own code page.
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def as_markdown_table(table: Table) -> bytes:
    """Each row's paper is a footnote."""
    made = [table_line(["Paper", *table.questions]), "|" + " --- |" * (len(table.questions) + 1)]
    notes = []
    for number, (paper, row) in enumerate(table.rows, 1):
        told = [(f"{text} [^{number}]" if cell and cell.is_answered else text) for cell, text in texts(row)]
        made.append(table_line([paper.title, *told]))
        lead, title, address = reference_parts(paper)
        notes.append(f"[^{number}]: {' '.join(filter(None, (lead, title, address and f'<{address}>')))}")
    return ("\n".join([*made, "", *notes]) + "\n").encode()


def texts(row: Iterable[Cell | None]) -> Iterator[tuple[Cell | None, str]]:
    return ((cell, cell_text(cell)) for cell in row)


def table_line(values: Iterable[str]) -> str:
    shown = (" ".join(value.split()).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for value in values)
    return f"| {' | '.join(shown)} |"


def as_excel(table: Table) -> bytes:
    from xlsxwriter import Workbook  # 60 ms

    stream = io.BytesIO()
    with Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Papers")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        names = header(table)
        for column, name in enumerate(names):
            sheet.set_column(column, column, NARROW if name == "Id" else WIDE)
            sheet.write_string(0, column, name, bold)
        # Texts, never formulas or links of a paper's own making.
        for at, line in enumerate(lines(table), 1):
            for column, text in enumerate(line):
                sheet.write_string(at, column, text, wrapped)
            if address := web_address(table.rows[at - 1][0].url):
                sheet.write_url(at, 1, address, string=line[1])
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, len(table.rows), len(names) - 1)
    return stream.getvalue()


TABLES: dict[str, Callable[[Table], bytes]] = {"csv": as_csv, "md": as_markdown_table, "xlsx": as_excel}
"""Suffix -> what is written under it."""
