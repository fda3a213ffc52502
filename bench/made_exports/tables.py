"""Rows of CSV, TSV and workbooks, and packed files."""

import csv
import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from typing import Any, Literal
from xml.sax.saxutils import escape

from bench.made_exports.made import Layout, Made

Row = Callable[[Made], Sequence[object]]


def row_writer(row: Row, delimiter: str, quoting: Literal[0, 1, 3]) -> Callable[[Made], str]:
    def write(made: Made) -> str:
        text = io.StringIO()
        # Web of Science puts nothing in quotes.
        quote = None if quoting == csv.QUOTE_NONE else '"'
        csv.writer(text, delimiter=delimiter, quoting=quoting, quotechar=quote, lineterminator="").writerow(row(made))
        return text.getvalue()

    return write


def table(
    name: str,
    header: str,
    row: Row,
    delimiter: str = ",",
    *,
    quoting: Literal[0, 1, 3] = csv.QUOTE_MINIMAL,
    preamble: str = "",
    **layout: Any,
) -> Layout:
    """`header` with `|` between its names; `layout` is handed on."""
    head = f"{preamble}{header.replace('|', delimiter)}\n"
    return Layout(name, row_writer(row, delimiter, quoting), head, first=2, **layout)


def workbook(made: Made) -> str:
    cells = (made.title, made.abstract, "; ".join(made.inverted), made.doi)
    texts = "".join(f'<c t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>' for cell in cells)
    return f"<row>{texts}<c><v>{made.year}</v></c></row>"


WORKBOOK_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
    'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship '
    'Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Papers" sheetId="1" '
    'r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/></Relationships>',
}
WORKBOOK_HEAD = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
    + "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in ("Title", "Abstract", "Authors", "DOI", "Year"))
    + "</row>\n"
)


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return file.getvalue()


def as_workbook(content: bytes) -> bytes:
    parts = {part_name: part.encode() for part_name, part in WORKBOOK_PARTS.items()}
    return zipped(parts | {"xl/worksheets/sheet1.xml": content})


def as_zip(content: bytes) -> bytes:
    return zipped({"export/papers.csv": content})


def as_tar(content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        about = tarfile.TarInfo("papers.jsonl")
        about.size = len(content)
        packed.addfile(about, io.BytesIO(content))
    return file.getvalue()


def as_gzip(content: bytes) -> bytes:
    return gzip.compress(content)
