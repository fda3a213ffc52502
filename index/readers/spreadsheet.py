"""Excel and OpenDocument workbooks: the first sheet with a column of titles and one of abstracts."""

import datetime
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from index.errors import ReadError, is_panic
from index.readers.appearance import refusal_of
from index.readers.columns import Columns, as_values, name_columns, names_papers
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.table import DEEPEST_HEADER, LONGEST_NAME, SAMPLE, check_width

LARGEST = 100_000_000
"""Bytes of a workbook."""
LARGEST_UNPACKED = 500_000_000
"""Bytes of what is packed in it: sheets are read as a whole."""
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Excel before 2007, and Word and others too."""
OLE_BOOKS = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
"""The stream in it that is a workbook."""
MEMBERS = ("xl/workbook.xml", "xl/workbook.bin")

BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, NotImplementedError, RuntimeError, ValueError, EOFError,
    KeyError,
)  # fmt: skip
"""What zipfile raises of archives that are damaged, locked or of a method it doesn't know."""


@dataclass(frozen=True, slots=True)
class Sheet:
    name: str
    rows: list[list[str]]
    first_row: int
    """Its number in the sheet, counted from 1: empty rows above are not among `rows`."""
    header_at: int = -1
    columns: Columns | None = None


def is_spreadsheet(file: SourceFile) -> bool:
    """Whether it has a workbook in it: Word and others are packed in the same two ways."""
    with file.open() as stream:
        beginning = stream.read(512)
        if beginning.startswith(OLE):
            return any(name in ole_directory(stream, beginning) for name in OLE_BOOKS)
    if not beginning.startswith(b"PK\x03\x04"):
        return False
    try:
        with file.open() as stream, zipfile.ZipFile(stream) as packed:
            names = packed.namelist()
            kind = packed.read("mimetype")[:80] if "mimetype" in names else b""
            return any(name in names for name in MEMBERS) or b"opendocument.spreadsheet" in kind
    except BROKEN_ZIP:
        return False


def ole_directory(stream: BinaryIO, header: bytes) -> bytes:
    """The beginning of the list of streams, at the sector that the header names."""
    size, sector = 1 << min(int.from_bytes(header[30:32], "little"), 12), int.from_bytes(header[48:52], "little")
    stream.seek((sector + 1) * size)
    return stream.read(4096)


def read_spreadsheet(file: SourceFile) -> Iterator[Row | Trouble]:
    """The rows of the first sheet with papers; records are numbered as the sheet numbers its rows.

    Raises ReadError when no sheet has papers, or the workbook is locked, broken or too large.
    """
    check_size(file)
    try:
        with file.open() as stream:
            book = CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        names = list(book.sheet_names)
        for name in names:
            sheet = look_at(file, book, name)
            if sheet.columns:
                yield from told(sheet, [other for other in names if other != name])
                yield from rows_of(sheet, sheet.columns)
                return
    except ReadError:
        raise
    except (CalamineError, OSError, ValueError) as error:
        # Nothing but its content says that it may be a workbook, and that it does not.
        if not file.suffix and not isinstance(error, PasswordError):
            raise refusal_of(file) from None
        raise broken(file, error) from None
    except BaseException as error:
        # Its engine is written in Rust: when that gives up, it is no Exception.
        if not is_panic(error):
            raise
        raise broken(file, error) from None
    raise ReadError(
        f"{file.name}: no sheet ({', '.join(names)[:200]}) has a column of titles and one of abstracts. "
        "Name two columns `title` and `abstract`."
    )


def check_size(file: SourceFile) -> None:
    """Raises ReadError when the workbook, or what is packed in it, is too large."""
    size = file.size
    with file.open() as stream:
        if stream.read(4) == b"PK\x03\x04":
            try:
                with zipfile.ZipFile(stream) as packed:
                    size = max(size, unpacked_size(packed))
            except BROKEN_ZIP as error:
                raise broken(file, error) from None
    if file.size > LARGEST or size > LARGEST_UNPACKED:
        raise ReadError(
            f"{file.name} is too large ({size / 1e6:,.0f} MB unpacked; {LARGEST_UNPACKED // 1_000_000} MB are read). "
            "Save it as CSV."
        )


def unpacked_size(packed: zipfile.ZipFile) -> int:
    """Counted, up to just above what is read: what the archive says of itself may be wrong."""
    size = 0
    for member in packed.infolist():
        with packed.open(member) as stream:
            while part := stream.read(1 << 20):
                size += len(part)
                if size > LARGEST_UNPACKED:
                    return size
    return size


def look_at(file: SourceFile, book: CalamineWorkbook, name: str) -> Sheet:
    """The sheet, with its header and columns when it has papers."""
    found: CalamineSheet = book.get_sheet_by_name(name)
    rows = [[as_text(cell) for cell in row] for row in found.to_python(skip_empty_area=True)]
    start = found.start
    first_row = start[0] + 1 if start else 1
    filled = [at for at, row in enumerate(rows) if any(cell.strip() for cell in row)]
    if not filled:
        return Sheet(name, rows, first_row)
    named = (at for at in filled[:DEEPEST_HEADER] if names_papers(rows[at]))
    header_at = next(named, first_of_most(rows, filled))
    header = rows[header_at]
    check_width(file, header)
    if any(len(cell) > LONGEST_NAME for cell in header):
        header, header_at = [""] * len(header), header_at - 1
    below = rows[header_at + 1 :]
    return Sheet(name, rows, first_row, header_at, name_columns(header, below[:SAMPLE]))


def first_of_most(rows: Sequence[Sequence[str]], filled: Sequence[int]) -> int:
    """The first row that fills as many cells as the fullest of the first: titles of tables above it fill fewer."""
    counts = {at: sum(bool(cell.strip()) for cell in rows[at]) for at in filled[:DEEPEST_HEADER]}
    return next(at for at, count in counts.items() if 2 * count > max(counts.values()))


def told(sheet: Sheet, others: Sequence[str]) -> Iterator[Trouble]:
    header = max(0, sheet.first_row + sheet.header_at)
    for guess in sheet.columns.guesses if sheet.columns else ():
        remedy = "Name the columns title and abstract."
        yield Trouble(f"Sheet {sheet.name}: {guess}", record=header, remedy=remedy, is_lost=False)
    if others:
        reason = f"The sheet {sheet.name} was read, others were not: {', '.join(others)[:200]}."
        yield Trouble(reason, remedy="Save other sheets with papers as files of their own.", is_lost=False)


def rows_of(sheet: Sheet, columns: Columns) -> Iterator[Row]:
    for at in range(sheet.header_at + 1, len(sheet.rows)):
        cells = sheet.rows[at]
        if any(cell.strip() for cell in cells):
            yield Row(as_values(columns.names, cells), record=sheet.first_row + at)


def as_text(cell: Any) -> str:
    """As the sheet shows it: years are no fractions, dates are written as ISO does."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime.date | datetime.time) else str(cell)


def broken(file: SourceFile, error: BaseException) -> ReadError:
    return ReadError(
        f"{file.name} can't be read as a workbook ({error}). Take its password off if it has one, or save it as CSV."
    )
