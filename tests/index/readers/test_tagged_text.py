"""Whatever a file of a tagged format holds, its reader yields rows and troubles, or raises ReadError, and soon."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.readers.formats import FORMATS, Format
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile

TAGGED = [
    format for format in FORMATS if format.name in ("BibTeX", "RIS", "Web of Science", "MEDLINE", "EndNote", "Ovid")
]

PIECES = """\
TY  - |ER  - |TI  - |AU  - |AB  - |KW  - |PT J|PT |EF|FN |ER|TI |AU |AB |UT |PMID- 1|FAU - |LID - x [doi]|%0 |%T |%A |
%X |<1>|Title|Author|Abstract|Source|@article{|@string{|@comment{|@x(|title = |author = |a and b|key,|=|{|}|"|#|,|$|\\|
\\textit{|\\"|\\'|\\begin{a}|\\end{a}|\\(|\\[|%|~|&|2021|a|  |\t|\n|\n\n|\r\n|\r|\ufeff|\x00|\x1b|\ud7ff|—|é|\u2028"""
text = st.lists(st.sampled_from(PIECES.replace("|\n", "|").split("|")) | st.text(max_size=5), max_size=60).map("".join)


def read(format: Format, content: bytes) -> list[Row | Trouble]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "export.txt"
        file.write_bytes(content)
        source = SourceFile.on_disk(file)
        try:
            format.is_this(source)
            return list(format.read(source))
        except ReadError:
            return []


@pytest.mark.parametrize("format", TAGGED, ids=lambda format: format.name)
@settings(max_examples=150, deadline=None)
@given(content=text.map(str.encode) | st.binary(max_size=300))
def test_any_text_gives_rows_and_troubles(format: Format, content: bytes) -> None:
    for found in read(format, content):
        assert isinstance(found, (Row, Trouble))
        if isinstance(found, Row):
            assert all(found.values.values())
            assert found.line > 0
            assert found.record > 0


@pytest.mark.parametrize("format", TAGGED, ids=lambda format: format.name)
def test_records_with_noise_are_all_found_or_named(format: Format) -> None:
    """A thousand records, each cut at a random place behind its first line: none vanishes."""
    record = {
        "BibTeX": "@article{key%d,\n title = {Weight},\n author = {Muster, Anna},\n abstract = {Text.}\n}\n",
        "RIS": "TY  - JOUR%d\nTI  - Weight\nAU  - Muster, Anna\nAB  - Text.\nER  - \n",
        "Web of Science": "PT J%d\nTI Weight\nAU Muster, A\nAB Text.\nER\n",
        "MEDLINE": "PMID- %d\nTI  - Weight\nAU  - Muster A\nAB  - Text.\n\n",
        "EndNote": "%%0 Book%d\n%%T Weight\n%%A Muster, Anna\n%%X Text.\n\n",
        "Ovid": "<%d>\nTitle\n  Weight\nAuthor\n  Muster, Anna\nAbstract\n  Text.\n\n",
    }[format.name]
    noise = random.Random(7)
    records = [record % number for number in range(1000)]
    cut = [one[: noise.randint(one.index("\n") + 1, len(one))].rstrip("\n") + "\n" for one in records]
    found = read(format, "".join(cut).encode())
    places = {one.record for one in found if isinstance(one, Row) or one.is_lost}
    assert places == set(range(1, 1001))


@pytest.mark.parametrize("format", TAGGED, ids=lambda format: format.name)
@pytest.mark.parametrize(
    "content",
    [
        "{" * 5_000_000,
        "@article{a, title = " + "{" * 5_000_000,
        "@a{b," * 30_000,
        "}@a{b,c=" * 20_000,
        '@a{b, c = "' + '"{' * 400_000,
        "@a{b, c = " + "#" * 900_000,
        "@a{b, c = " + "x#" * 100_000 + "x}",
        "@a{b, title = {" + "\\" * 150_000 + "}}",
        "@a{b, title = {" + "$ " * 40_000 + "}}",
        "@a{b, author = {" + "a and {" * 100_000 + "}}",
        "@" + " " * 5_000_000 + "a",
        "TY  - JOUR\nAB  - " + "x-\n" * 600_000,
        "TY  - JOUR\nKW  - " + "\n" * 1_000_000,
        "<1>\nTitle\n  " + " .[A" * 400_000,
        "<1>\nSource\n  " + "a. " * 500_000,
        "PMID- 1\nLID - " + " " * 1_000_000 + "[a",
        "%T a\n\n" * 30_000,
    ],
    ids=lambda content: repr(content[:20]),
)
def test_a_hostile_file_is_read_to_its_end(format: Format, content: str) -> None:
    """Each takes time in proportion to its size; one that took its square would not end."""
    assert all(isinstance(found, (Row, Trouble)) for found in read(format, content.encode()))
