"""Workbooks: the first sheet with papers is read, its rows as the sheet numbers them."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import ReadError
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.spreadsheet import is_spreadsheet, read_spreadsheet

CASE = Path(__file__).parent / "cases" / "a23.xlsx"

Cells = Sequence[Sequence[str | float | None]]

TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def in_memory(content: bytes, name: str = "papers.xlsx") -> SourceFile:
    return SourceFile(Path(name), lambda: io.BytesIO(content), len(content))


def xlsx(**sheets: Cells) -> bytes:
    """A workbook with these sheets, written as simply as the format allows."""

    def cell(value: str | float | None) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        return "<c/>" if value is None else f"<c><v>{value}</v></c>"

    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", f'<Types xmlns="{TYPES}"/>')
        root = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        packed.writestr("_rels/.rels", f'<Relationships xmlns="{RELATIONS}">{root}</Relationships>')
        names = "".join(
            f'<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>' for number, name in enumerate(sheets, 1)
        )
        book = f'<workbook xmlns="{SHEETS}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
        packed.writestr("xl/workbook.xml", book)
        links = "".join(
            f'<Relationship Id="r{number}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        packed.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{RELATIONS}">{links}</Relationships>')
        for number, cells in enumerate(sheets.values(), 1):
            rows = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in cells)
            sheet = f'<worksheet xmlns="{SHEETS}"><sheetData>{rows}</sheetData></worksheet>'
            packed.writestr(f"xl/worksheets/sheet{number}.xml", sheet)
    return written.getvalue()


PAPERS: Cells = [
    ["Title", "Abstract", "Year"],
    ["One", "We weighed them.", 2021.0],
    [None, None, None],
    ["Two", "B", None],
]


def test_a_workbook_is_read() -> None:
    file = SourceFile.on_disk(CASE)
    assert is_spreadsheet(file)
    (row,) = read_spreadsheet(file)
    assert isinstance(row, Row)
    assert (row.record, row.values["title"]) == (2, "Weight of hedgehogs")


def test_rows_are_numbered_as_in_the_sheet_and_years_are_no_fractions() -> None:
    file = in_memory(xlsx(Papers=PAPERS))
    assert list(read_spreadsheet(file)) == [
        Row({"Title": "One", "Abstract": "We weighed them.", "Year": "2021"}, record=2),
        Row({"Title": "Two", "Abstract": "B", "Year": ""}, record=4),
    ]


def test_the_first_sheet_with_papers_is_read_and_the_others_are_named() -> None:
    cover: Cells = [["Made by hand"], ["Criteria", "Value"], ["Language", "English"]]
    told, *rows = read_spreadsheet(in_memory(xlsx(Cover=cover, Papers=[["A search of May"], [], *PAPERS], More=PAPERS)))
    assert isinstance(told, Trouble)
    assert told.reason == "The sheet Papers was read, others were not: Cover, More."
    assert not told.is_lost
    assert [row.record for row in rows] == [4, 6]


def test_opendocument_is_read() -> None:
    names = {name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")}
    spaces = " ".join(f'xmlns:{name}="{space}"' for name, space in names.items())

    def row(*cells: str) -> str:
        written = (
            f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>' for one in cells
        )
        return f"<table:table-row>{''.join(written)}</table:table-row>"

    table = f'<table:table table:name="Papers">{row("title", "abstract")}{row("One", "A")}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{MANIFEST}"/>')
        packed.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    file = in_memory(written.getvalue(), "papers.ods")
    assert is_spreadsheet(file)
    assert list(read_spreadsheet(file)) == [Row({"title": "One", "abstract": "A"}, record=2)]


def test_excel_before_2007_is_read_whatever_it_is_called() -> None:
    content = (CASE.parent / "old.xls").read_bytes()
    for name in ("savedrecs.xls", "savedrecs"):
        file = in_memory(content, name)
        assert is_spreadsheet(file)
        assert list(read_spreadsheet(file)) == [
            Row({"Article Title": "Weight of hedgehogs", "Abstract": "We weighed them.", "Year": "2021"}, record=2)
        ]


def test_columns_under_other_names_are_told_by_what_stands_in_them() -> None:
    text = "We weighed 64 hedgehogs in two parks over nine weeks, and those near feeding stations gained weight. " * 3
    rows: Cells = [["Titel", "Text"], *([f"The weight of {number} hedgehogs in parks", text] for number in range(4))]
    found = list(read_spreadsheet(in_memory(xlsx(Blatt=rows))))
    assert [one.reason for one in found if isinstance(one, Trouble)] == [
        "Sheet Blatt: The column “Text” was taken for the abstract.",
        "Sheet Blatt: The column “Titel” was taken for the title.",
    ]
    assert [one.values["title"] for one in found if isinstance(one, Row)] == [row[0] for row in rows[1:]]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (xlsx(One=[["a", "b"], ["c", "d"]], Two=[]), "no sheet .One, Two. has a column of titles"),
        (xlsx(One=[["title", "abstract", *map(str, range(2000))], ["a", "b"]]), "2,002 columns"),
        (xlsx(One=PAPERS)[:-30], "can't be read as a workbook"),
        (b"PK\x03\x04 something", "can't be read as a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "can't be read as a workbook"),
    ],
)
def test_a_workbook_without_papers_or_broken_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        list(read_spreadsheet(in_memory(content)))


def test_a_bomb_is_refused_before_it_is_unpacked_into_memory() -> None:
    written = io.BytesIO(xlsx(One=PAPERS))
    with (
        zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as packed,
        packed.open("xl/media/bomb", "w", force_zip64=True) as stream,
    ):
        for _ in range(510):
            stream.write(bytes(1_000_000))
    with pytest.raises(ReadError, match="too large"):
        list(read_spreadsheet(in_memory(written.getvalue())))


@pytest.mark.parametrize(
    "content", [b"title,abstract\n", b"PK\x03\x04", b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a letter"]
)
def test_what_is_no_workbook_is_not_taken_for_one(content: bytes) -> None:
    assert not is_spreadsheet(in_memory(content, "letter.doc"))


@given(st.data())
def test_a_damaged_workbook_gives_rows_and_troubles_or_is_refused(data: st.DataObject) -> None:
    content = bytearray(CASE.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    file = in_memory(bytes(content))
    try:
        found = list(read_spreadsheet(file)) if is_spreadsheet(file) else []
    except ReadError:
        return
    assert all(isinstance(one, Row | Trouble) for one in found)
