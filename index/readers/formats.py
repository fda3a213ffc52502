"""Which format a file has, told by what is in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from index.readers import (
    bibtex,
    enw,
    json_files,
    listing,
    medline,
    ovid,
    ris,
    spreadsheet,
    table,
    web_of_science,
    xml_files,
)
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile


@dataclass(frozen=True, slots=True)
class Format:
    """`is_this` looks at a beginning (`SourceFile.beginning`, suffix); `read` yields the file's records in order.

    `read` raises ReadError when nothing, or nothing more, can be read of the file, and no other exception.
    """

    name: str
    is_this: Callable[[SourceFile], bool]
    read: Callable[[SourceFile], Iterator[Row | Trouble]]


FORMATS: tuple[Format, ...] = (
    Format("Excel and OpenDocument", spreadsheet.is_spreadsheet, spreadsheet.read_spreadsheet),
    Format("XML", xml_files.is_xml, xml_files.read_xml),
    Format("JSON Lines", json_files.is_json_lines, json_files.read_lines),
    Format("JSON", json_files.is_json, json_files.read_json),
    Format("BibTeX", bibtex.is_bibtex, bibtex.read_bibtex),
    Format("RIS", ris.is_ris, ris.read_ris),
    Format("Web of Science", web_of_science.is_web_of_science, web_of_science.read_web_of_science),
    Format("MEDLINE", medline.is_medline, medline.read_medline),
    Format("EndNote", enw.is_enw, enw.read_enw),
    Format("Ovid", ovid.is_ovid, ovid.read_ovid),
    Format("CSV", table.is_table, table.read_table),
    Format("a listing of titles and abstracts", listing.is_listing, listing.read_listing),
)
"""The first that says yes reads the file: the most particular come first, those that take nearly anything last."""
