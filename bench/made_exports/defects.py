"""What is wrong with records and files of the made corpus, and what should be said of it."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO

from bench.made_exports.made import Made
from bench.made_exports.tables import zipped


@dataclass(frozen=True, slots=True)
class Defect:
    """One that was made: in which file, in which lines or record; `says` is a pattern for what is told of it.

    Empty when nothing need be told: the record was mended.
    """

    kind: str
    file: str
    says: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """A way for a record to be wrong: `change` is done to the paper, `edit` to its record and the one before it.

    The paper goes in nevertheless when it `is_kept`; `is_last` kinds end their file.
    """

    name: str
    says: str
    change: Callable[[Made], Made] = lambda made: made
    edit: Callable[[str, str], str] = lambda record, before: record
    is_kept: bool = False
    is_last: bool = False
    encoding: str = ""


def with_abstract(text: str) -> Callable[[Made], Made]:
    return lambda made: replace(made, parts=(("", text),) if text else ())


EVERYWHERE = (
    Kind("no title", "There is no title", lambda made: replace(made, title="")),
    Kind("no abstract", "There is no abstract", with_abstract("")),
    Kind("an abstract NA", "There is no abstract", with_abstract("NA")),
    Kind("words for no abstract", "There is no abstract: it reads", with_abstract("[No abstract available]")),
    Kind(
        "notice of a retraction",
        "notice of a retraction",
        with_abstract("This article has been retracted at the request of the authors, who could not repeat it."),
    ),
    Kind("a whole document", "The abstract has .* characters", with_abstract("Otters slept well in it. " * 3_000)),
    Kind("a title n/a", "There is no title", lambda made: replace(made, title="n/a")),
    Kind(
        "the title as abstract",
        "the title stands in its place",
        lambda made: replace(made, parts=(("", made.title + "."),)),
    ),
)
"""What can be wrong in every format."""

MISSING_ER = Kind("no ER", "no ER line", edit=lambda record, _: re.sub(r"(?m)^ER\b.*\n", "", record), is_kept=True)
LAST_WITHOUT_ER = replace(MISSING_ER, name="cut behind the last field", is_last=True)
STRAY = Kind("a stray line", "belongs to no record", edit=lambda record, _: f"see above\n{record}", is_kept=True)
CUT_BIBTEX = Kind(
    "a cut last record", "can't be parsed", edit=lambda record, _: record[: len(record) // 2], is_last=True
)
OPEN_BRACE = Kind("an open brace", "can't be parsed", edit=lambda record, _: record.rstrip()[:-1] + "\n")
SAME_KEY = Kind(
    "a key twice",
    "The key .* is that of line",
    edit=lambda record, before: re.sub(r"(@\w+\{)[^,]*", rf"\g<1>{re.split('[{,]', before)[1]}", record, count=1),
    is_kept=True,
)
NO_COMMA = Kind("no comma", "no comma behind", edit=lambda record, _: record.replace("},", "}", 1), is_kept=True)
FIELD_TWICE = Kind(
    "a field twice",
    "Fields stand twice",
    edit=lambda record, _: record.replace("doi = ", "note = {x}, note = {y}, doi = "),
    is_kept=True,
)
SURPLUS = Kind("a surplus field", "fields where the header has", edit=lambda record, _: f"{record},more", is_kept=True)
SHORT_ROW = Kind("a short row", "There is no abstract", edit=lambda record, _: record[:20].partition(",")[0])
OPEN_QUOTE = Kind(
    "an open quote", "quote is not closed", edit=lambda record, _: re.sub(r'\.","', '.,"', record, count=1)
)
STRAY_BYTES = Kind("bytes of Windows-1252 in UTF-8", "", is_kept=True, encoding="cp1252")
BROKEN_LINE = Kind("a broken line", "not valid JSON", edit=lambda record, _: record[:-5])
NO_OBJECT = Kind("a line that is no object", "not an object", edit=lambda record, _: "[1, 2]")
LIST_AS_TITLE = Kind(
    "a list as title", "The title is a list", edit=lambda record, _: record.replace('"title": ', '"title": [1], "t": ')
)

SPECIAL: dict[str, tuple[Kind, ...]] = {
    "bibtex.bib": (OPEN_BRACE, SAME_KEY, NO_COMMA, CUT_BIBTEX),
    "biblatex.bib": (OPEN_BRACE, SAME_KEY, FIELD_TWICE, CUT_BIBTEX),
    "zotero.ris": (STRAY, MISSING_ER, LAST_WITHOUT_ER),
    "old.ris": (STRAY, LAST_WITHOUT_ER),
    "crlf.ris": (MISSING_ER,),
    "savedrecs.txt": (MISSING_ER,),
    "own.jsonl": (BROKEN_LINE, NO_OBJECT, LIST_AS_TITLE),
    "arxiv.jsonl": (BROKEN_LINE, NO_OBJECT),
    "papers.tar.gz": (BROKEN_LINE, LIST_AS_TITLE),
    "lists.csv": (SURPLUS, SHORT_ROW, STRAY_BYTES),
    "preamble.csv": (SURPLUS, SHORT_ROW),
    "packed.zip": (SHORT_ROW, STRAY_BYTES),
    "embase.csv": (OPEN_QUOTE,),
    "ieee.csv": (OPEN_QUOTE,),
}
"""What can be wrong in some formats only, by the file that has it."""


def encrypted() -> bytes:
    """A zip that says of its file that it is encrypted."""
    content = bytearray(zipped({"papers.csv": b"title,abstract\n"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert zipfile.ZipFile(BytesIO(bytes(content))).infolist()[0].flag_bits & 1
    return bytes(content)


REFERENCES = "".join(
    f"Muster A {year}. Some notes on mud. Journal of Mud {year - 1980}: 11-20.\n" for year in range(1990, 2000)
)

ODD_FILES: tuple[tuple[str, str, bytes, str], ...] = (
    ("a PDF", "paper.pdf", b"%PDF-1.7\n1 0 obj", "looks like a PDF"),
    ("an image", "figure.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "looks like an image"),
    (
        "a document",
        "notes.docx",
        zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        "a Word document",
    ),
    ("a web page", "page.html", b"<!DOCTYPE html><html><body>Papers</body></html>", "looks like a web page"),
    ("an unknown text", "notes.txt", b"Milk\nBread\nEggs\n", "no list of papers"),
    ("bytes", "data.bin", bytes(range(32)) * 50, "not a text file"),
    ("an empty file", "empty.csv", b"", "is empty"),
    ("an encrypted zip", "locked.zip", encrypted(), "encrypted"),
    ("a broken archive", "broken.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff", "damaged"),
    ("references", "references.txt", REFERENCES.encode(), "looks like a list of references"),
    ("a cut JSON file", "cut.json", b'[{"title": "One", "abstract": "We', "is not valid JSON"),
    (
        "XML with entities",
        "entities.xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><PubmedArticleSet><PubmedArticle>&b;</PubmedArticle></PubmedArticleSet>',
        "entities",
    ),
    ("cut XML", "cut.xml", b"<PubmedArticleSet><PubmedArticle><MedlineCitation>", "broken XML"),
    (
        "too many columns",
        "wide.csv",
        ",".join(["title", "abstract", *map(str, range(3_000))]).encode(),
        "3,002 columns",
    ),
    (
        "no column of abstracts",
        "bare.csv",
        b"title,year\nOtters asleep in the Po delta,2001\n",
        "no column holds titles",
    ),
    ("a hidden file", ".hidden.csv", b"title,abstract\n", "It is hidden"),
)
"""Kind, name, content and what is said of it."""
