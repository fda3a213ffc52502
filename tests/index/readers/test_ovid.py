"""Ovid's plain text: a number in angle brackets, then the names of fields with their lines indented."""

from collections.abc import Callable
from pathlib import Path

from index.readers.row import Row, Trouble

Read = Callable[..., tuple[list[Row], list[Trouble]]]

RECORD = """\
<8>
Accession Number
  00000001-202105000-00007.
Author
  Muster, Anna 1;  Beispiel, Bo 1, 2
Institution
  (1) Department of Hedgehogs
Title
  Weight of hedgehogs.[Article]
Source
  Journal of Hedgehogs.   8(6):1048-1964, May 2021.
Abstract
  We weighed 64 hedgehogs
  in two parks.
Author Keywords
  hedgehogs;  parks.
References
  Adam A. 1999. Hedgehogs. Journal of Hedgehogs 1: 1-2.

  Berta B. 2000. Parks. Journal of Hedgehogs 2: 1-2.
Language
  English.
Document Type
  Article.
DOI Number
  https://dx.doi.org/10.5555/hh.2021.7
"""


def test_a_record_becomes_a_row(read: Read) -> None:
    rows, troubles = read(RECORD + "\n\n" + RECORD.replace("<8>", "<9>"), "Ovid")
    assert rows[0] == Row(
        {
            "title": "Weight of hedgehogs",
            "abstract": "We weighed 64 hedgehogs in two parks.",
            "authors": ["Muster, Anna", "Beispiel, Bo"],
            "year": "2021",
            "doi": "https://dx.doi.org/10.5555/hh.2021.7",
            "journal": "Journal of Hedgehogs",
            "keywords": ["hedgehogs", "parks"],
            "type": "Article",
            "language": "English",
            "id": "00000001-202105000-00007",
        },
        line=1,
        record=1,
    )
    assert (rows[1].values, rows[1].record) == (rows[0].values, 2)
    assert not troubles


def test_a_list_of_references_is_no_paper(read: Read) -> None:
    content = (Path(__file__).parent / "cases" / "a15_reflist.txt").read_text()
    rows, _ = read(content, "Ovid")
    assert [row.values.get("abstract") for row in rows] == [None]


def test_a_blank_before_the_kind_of_an_article_leaves_no_stop_behind_its_title(read: Read) -> None:
    (row,), _ = read(RECORD.replace(".[Article]", ". [Article]"), "Ovid")
    assert row.values["title"] == "Weight of hedgehogs"
