"""A table of papers by questions as CSV, Markdown and Excel (which needs XlsxWriter)."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from index import Paper
from rag import NOT_SAID, Cell
from ui.history import export_table, make_table

PAPER = Paper("p", "=A | B", "It falls by 75%. The end.", ("Zhou",), 2025, "https://example.org/a")
OTHER = Paper("o", "Other", "Nothing.")
ASKED = ("By how much?", "Why?")
CELLS = [
    Cell(0, 0, PAPER, ASKED[0], "It falls by 75%.", True, True, PAPER.abstract, ((0, 16),)),
    Cell(0, 1, PAPER, ASKED[1], NOT_SAID),
    Cell(1, 0, OTHER, ASKED[0], "", problem="The disk is gone."),
]


def test_csv_has_a_row_a_paper_with_its_reference_and_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(export_table(make_table(ASKED, CELLS), "csv").decode("utf-8-sig"))))
    assert rows == [
        ["Paper", "Id", *ASKED, "Reference"],
        ["'=A | B", "p", "It falls by 75%.", NOT_SAID, "Zhou (2025). =A | B. https://example.org/a"],
        ["Other", "o", "not answered: The disk is gone.", "", "Other"],
    ]


def test_markdown_cites_the_paper_of_each_row() -> None:
    assert export_table(make_table(ASKED, CELLS), "md").decode() == (
        "| Paper | By how much? | Why? |\n| --- | --- | --- |\n"
        "| =A \\| B | It falls by 75%. [^1] | not in the abstract |\n"
        "| Other | not answered: The disk is gone. |  |\n\n"
        "[^1]: Zhou (2025). =A | B. <https://example.org/a>\n[^2]: Other\n"
    )


def test_words_of_a_model_stand_beside_what_they_rest_on() -> None:
    told = Cell(0, 0, PAPER, ASKED[0], "By three quarters.", True, False, PAPER.abstract, ((0, 16),), "some/model")
    rows = list(csv.reader(io.StringIO(export_table(make_table(ASKED[:1], [told]), "csv").decode("utf-8-sig"))))
    assert rows[0] == ["Paper", "Id", ASKED[0], f"{ASKED[0]} (passage)", "Reference"]
    assert rows[1][2:4] == ["By three quarters. (not all of it is supported by the abstract)", "It falls by 75%."]


def test_excel_holds_the_same_as_text() -> None:
    pytest.importorskip("xlsxwriter")
    content = export_table(make_table(ASKED, CELLS), "xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["Paper", "Id", *ASKED, "Reference"]
    assert rows[1][:4] == ["=A | B", "p", "It falls by 75%.", NOT_SAID]
