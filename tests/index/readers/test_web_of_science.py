"""Web of Science's tagged text, of Clarivate, Thomson Reuters and ISI."""

from collections.abc import Callable

import pytest

from index.readers.row import Row, Trouble

Read = Callable[..., tuple[list[Row], list[Trouble]]]

RECORD = """\
PT J
AU Muster, A
   Beispiel, B
AF Muster, Anna
   Beispiel, Bo
TI Weight of hedgehogs in
   parks
SO JOURNAL OF HEDGEHOGS
LA English
DT Article; Early Access
DE hedgehogs; weight;
   urban parks
ID EUROPEAN HEDGEHOG
AB We weighed 64 hedgehogs
   in two parks.
CR ADAM A, 1999, J HEDGEHOGS, V1, P1
   BERTA B, 2000, J HEDGEHOGS, V2, P1
PD MAY
PY 2021
DI 10.5555/hh.2021.7
PM 99999991
WC Zoology; Ecology
UT WOS:000000000000007
ER
"""


@pytest.mark.parametrize("maker", ["Clarivate Analytics Web of Science", "ISI Export Format"])
def test_a_record_becomes_a_row(read: Read, maker: str) -> None:
    rows, troubles = read(f"\ufeffFN {maker}\nVR 1.0\n{RECORD}\nEF", "Web of Science", "savedrecs.txt")
    assert rows == [
        Row(
            {
                "title": "Weight of hedgehogs in parks",
                "abstract": "We weighed 64 hedgehogs in two parks.",
                "authors": ["Muster, Anna", "Beispiel, Bo"],
                "year": "2021",
                "date": "MAY",
                "doi": "10.5555/hh.2021.7",
                "pmid": "99999991",
                "journal": "JOURNAL OF HEDGEHOGS",
                "keywords": ["hedgehogs", "weight", "urban parks"],
                "topics": ["Zoology", "Ecology"],
                "type": "Article; Early Access",
                "language": "English",
                "id": "WOS:000000000000007",
            },
            line=3,
            record=1,
        )
    ]
    assert not troubles


def test_a_record_of_medline_has_its_pmid(read: Read) -> None:
    rows, _ = read("PT J\nTI One\nAB Text.\nUT MEDLINE:18705684\nER\n\nEF", "Web of Science")
    assert rows[0].values["pmid"] == "18705684"


def test_files_that_were_put_together_are_read_through(read: Read) -> None:
    part = f"\ufeffFN Clarivate\nVR 1.0\n{RECORD}\nEF\n"
    rows, troubles = read(part * 2, "Web of Science")
    assert len(rows) == 2
    assert not troubles


def test_a_record_that_is_cut_off_goes_in_and_is_told(read: Read) -> None:
    rows, troubles = read(f"FN ISI\nVR 1.0\n{RECORD}\n" + RECORD.partition("CR ")[0], "Web of Science")
    assert [row.values["abstract"] for row in rows] == ["We weighed 64 hedgehogs in two parks."] * 2
    assert [(trouble.line, trouble.record, trouble.is_lost) for trouble in troubles] == [(28, 2, False)]
