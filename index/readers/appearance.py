"""What a file that isn't read looks like, by its first bytes and words, and how its papers can be had."""

import re
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from index.errors import ReadError
from index.readers.source_file import SourceFile

HEAD = 1024
"""Bytes in which a sign is looked for."""

EXPORT = "Export its record from your reference manager as RIS or BibTeX."
TABLE = "Save it as .xlsx or CSV with the columns title and abstract."
FROM_PAGE = "Use the page's own export (RIS, BibTeX, CSV), or copy titles and abstracts into a text file."
TO_TABLE = "Write titles and abstracts to CSV or JSON Lines."
UNPACK = "Unpack it, or pack it anew as .zip or .tar.gz."
FORMATS_THAT_ARE_READ = "docs/formats.md lists the formats that paperchat reads: RIS, BibTeX, CSV and others."


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like ("a PDF"), and what to do to have its papers."""

    what: str
    remedy: str


BINARY: tuple[tuple[int, bytes, Look], ...] = (
    (0, b"%PDF-", Look("a PDF", EXPORT)),
    (0, b"%!PS", Look("a PostScript document", EXPORT)),
    (0, b"\x89PNG\r\n", Look("an image (PNG)", EXPORT)),
    (0, b"\xff\xd8\xff", Look("an image (JPEG)", EXPORT)),
    (0, b"GIF8", Look("an image (GIF)", EXPORT)),
    (0, b"II*\x00", Look("an image (TIFF)", EXPORT)),
    (0, b"MM\x00*", Look("an image (TIFF)", EXPORT)),
    (8, b"WEBP", Look("an image (WebP)", EXPORT)),
    (4, b"ftyp", Look("a video or an image (MP4, HEIC)", EXPORT)),
    (0, b"SQLite format 3\x00", Look("an SQLite database", TO_TABLE + " A Zotero library is exported from Zotero.")),
    (0, b"PAR1", Look("a Parquet file", TO_TABLE)),
    (0, b"ARROW1", Look("an Arrow file", TO_TABLE)),
    (0, b"\x89HDF\r\n", Look("an HDF5 file", TO_TABLE)),
    (0, b"\x93NUMPY", Look("a NumPy file", TO_TABLE)),
    (0, b"\x80\x04", Look("a Python pickle", TO_TABLE)),
    (0, b"\x80\x05", Look("a Python pickle", TO_TABLE)),
    (0, b"7z\xbc\xaf\x27\x1c", Look("a 7z archive", UNPACK)),
    (0, b"Rar!\x1a\x07", Look("a RAR archive", UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", Look("a Zstandard archive", UNPACK)),
    (0, b"\x7fELF", Look("a program", "Leave it out.")),
    (0, b"MZ\x90", Look("a program", "Leave it out.")),
)
"""Where a sign stands, the sign, and what begins so: the registered "magic numbers" of these formats."""

OLD_OFFICE = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Look("an old Office document (.doc, .xls, .ppt)", TABLE))
"""Not in BINARY: a reader may take workbooks of this kind."""

REFERENCES = Look(
    "a list of references", "Export the records behind it as RIS or BibTeX: there are no abstracts in it."
)

PACKED: tuple[tuple[str, Look], ...] = (
    ("word/", Look("a Word document", EXPORT)),
    ("xl/", Look("an Excel workbook", TABLE)),
    ("ppt/", Look("a PowerPoint presentation", EXPORT)),
    ("META-INF/container.xml", Look("an e-book (EPUB)", EXPORT)),
    ("META-INF/manifest.xml", Look("an OpenDocument file", TABLE)),
)
"""The member by which a document that is a zip within is known."""

TEXTS: tuple[tuple[re.Pattern[str], Look], ...] = (
    (re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html\b|head\b|body\b)", re.I | re.S),
     Look("a web page (HTML)", FROM_PAGE)),
    (re.compile(r"\{\\rtf"), Look("a Rich Text document", "Save it as plain text: each title, below it its abstract.")),
    (re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<svg\b", re.I | re.S), Look("an image (SVG)", EXPORT)),
    (re.compile(r"(?:\s*%.*\n)*\s*\\documentclass"),
     Look("a LaTeX document", "Give paperchat the .bib file that belongs to it.")),
    (re.compile(r"version https://git-lfs"), Look("a pointer of Git LFS", "Run `git lfs pull`.")),
)  # fmt: skip
"""Texts that no reader takes, told before any reader is asked."""

LOOSE: tuple[tuple[re.Pattern[str], Look], ...] = (
    (re.compile(r"^\s*@\w+\s*[{(]", re.M), Look("BibTeX", "Check it in a reference manager and export it anew.")),
    (re.compile(r"^TY  ?- ", re.M), Look("RIS", "Check it in a reference manager and export it anew.")),
    (re.compile(r"^PMID ?- ", re.M), Look("a PubMed file", "Download it anew: Save, Format: PubMed.")),
    (re.compile(r"\s*<\?xml|\s*<[A-Za-z][\w:.-]*[\s>]"), Look("XML of a kind that isn't known", EXPORT)),
    (re.compile(r"^#!|^(?:import|from) \w+|^def \w+\(|^#include ", re.M), Look("source code", "Leave it out.")),
    (re.compile(r"^\s*(?:10\.\d{4,9}/\S+\s*)+$"),
     Look("a list of DOIs", "Import it into a reference manager and export the records as RIS or BibTeX.")),
)  # fmt: skip
"""Texts that none of the readers took, although they look like one of theirs or are known otherwise."""


def refuse_by_sight(file: SourceFile) -> None:
    """Raises ReadError for what is never read, whatever it is called: PDF, images, web pages, databases."""
    if (look := look_at_bytes(file)) or (look := look_at(TEXTS, beginning_of(file))):
        raise refusal(file, look)


def refusal_of(file: SourceFile) -> ReadError:
    """The error for a file that no reader takes."""
    sign, old_office = OLD_OFFICE
    look = old_office if file.head(len(sign)) == sign else look_into_zip(file) or look_at(LOOSE, beginning_of(file))
    if look:
        return refusal(file, look)
    if not beginning_of(file):
        return ReadError(f"{file.name} is not a text file, nor of a kind that is known.", FORMATS_THAT_ARE_READ)
    return ReadError(
        f"{file.name} is text, but no list of papers.",
        "A listing has a title on one line and its abstract on the next. " + FORMATS_THAT_ARE_READ,
    )


def refusal(file: SourceFile, look: Look) -> ReadError:
    return ReadError(f"{file.name} looks like {look.what}.", look.remedy)


def look_at_bytes(file: SourceFile) -> Look | None:
    head = file.head(HEAD)
    return next((look for offset, sign, look in BINARY if head[offset : offset + len(sign)] == sign), None)


def look_at(signs: Iterable[tuple[re.Pattern[str], Look]], beginning: str) -> Look | None:
    """Patterns are matched at the start, those with `^` at any line of the first characters."""
    beginning = beginning[: 4 * HEAD]
    for pattern, look in signs:
        if pattern.search(beginning) if pattern.flags & re.M else pattern.match(beginning):
            return look
    return None


def look_into_zip(file: SourceFile) -> Look | None:
    if not file.head(HEAD).startswith(b"PK\x03\x04"):
        return None
    with suppress(OSError, ValueError, zipfile.BadZipFile), file.open() as stream, zipfile.ZipFile(stream) as packed:
        for name in packed.namelist():
            for sign, look in PACKED:
                if name.startswith(sign):
                    return look
    return Look("a zip archive that is damaged", UNPACK)


def beginning_of(file: SourceFile) -> str:
    """Empty when it is no text."""
    with suppress(ReadError):
        return file.beginning
    return ""
