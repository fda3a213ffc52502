"""The refusal of a file says what it looks like and how its papers can be had."""

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from index import ReadError
from index.readers import read_papers


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as members:
        for name in ("[Content_Types].xml", *names):
            members.writestr(name, "<x/>")
    return file.getvalue()


def database(folder: Path) -> bytes:
    connection = sqlite3.connect(folder / "made.sqlite")
    connection.execute("create table papers (title text)")
    connection.commit()
    connection.close()
    return (folder / "made.sqlite").read_bytes()


LOOKS = {
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "an image (PNG)": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "an image (JPEG)": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "an image (SVG)": b'<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
    "a Word document": packed("word/document.xml"),
    "a PowerPoint presentation": packed("ppt/presentation.xml"),
    "an old Office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100),
    "a web page (HTML)": b"\n<!DOCTYPE html>\n<html><head><title>Papers</title></head><body>Papers</body></html>",
    "a Parquet file": b"PAR1\x15\x04",
    "a Rich Text document": rb"{\rtf1\ansi Papers}",
    "a LaTeX document": b"% A paper\n\\documentclass{article}\n\\begin{document}\n",
    "a Zstandard archive": b"\x28\xb5\x2f\xfd\x24",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\0\4",
    "source code": b"import sys\nfrom os import path\n\ndef main():\n    pass\n",
}


@pytest.mark.parametrize(("look", "content"), LOOKS.items(), ids=LOOKS)
@pytest.mark.parametrize("suffix", ["", ".dat"])
def test_a_file_without_papers_is_named_by_its_look_whatever_it_is_called(
    tmp_path: Path, look: str, content: bytes, suffix: str
) -> None:
    (tmp_path / f"papers{suffix}").write_bytes(content)
    with pytest.raises(ReadError) as caught:
        list(read_papers(tmp_path / f"papers{suffix}"))
    assert f"looks like {look}" in caught.value.reason
    assert caught.value.remedy.endswith(".")


@pytest.mark.parametrize("suffix", [".csv", ".txt", ".json", ".bib"])
def test_a_web_page_saved_as_an_export_is_told_as_one(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"export{suffix}").write_bytes(LOOKS["a web page (HTML)"])
    with pytest.raises(ReadError, match=r"looks like a web page \(HTML\)"):
        list(read_papers(tmp_path / f"export{suffix}"))


def test_a_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "zotero").write_bytes(database(tmp_path))
    with pytest.raises(ReadError, match=r"looks like an SQLite database.*exported from Zotero"):
        list(read_papers(tmp_path / "zotero"))


def test_the_remedy_for_a_pdf_names_the_formats_to_export(tmp_path: Path) -> None:
    (tmp_path / "paper.pdf").write_bytes(LOOKS["a PDF"])
    with pytest.raises(ReadError, match="from your reference manager as RIS or BibTeX"):
        list(read_papers(tmp_path / "paper.pdf"))


def test_bytes_of_no_known_kind_are_no_text(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(bytes(range(32)) * 50)
    with pytest.raises(ReadError, match="is not a text file"):
        list(read_papers(tmp_path / "x"))


def test_empty_files_are_empty(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").touch()
    with pytest.raises(ReadError, match="is empty"):
        list(read_papers(tmp_path / "x.pdf"))
