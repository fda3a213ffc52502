"""MEDLINE: wrapped lines, structured abstracts, full names, and identifiers told by their kind."""

from collections.abc import Callable

import pytest

from index.readers.row import Row, Trouble

Read = Callable[..., tuple[list[Row], list[Trouble]]]

RECORD = """\
PMID- 99999991
OWN - NLM
DP  - 2021 May-Jun
TI  - Weight of hedgehogs in
      parks.
LID - S0000-1111(21)00007-1 [pii]
LID - 10.5555/hh.2021.7 [doi]
AB  - BACKGROUND: Hedgehogs are weighed rarely. METHODS: We weighed 64 hedgehogs in a follow-
      up of nine weeks. RESULTS: They gained 38 percent.
FAU - Muster, Anna
AU  - Muster A
AD  - Department of Hedgehogs, Hedgehog
      University.
AU  - Beispiel B
CN  - Hedgehog Group
LA  - eng
PT  - Journal Article
PT  - Review
TA  - J Hedgehogs
JT  - Journal of hedgehogs
MH  - *Hedgehogs/physiology
OT  - weight
SO  - J Hedgehogs. 2021 May;5:67.
"""


def test_a_record_becomes_a_row(read: Read) -> None:
    rows, troubles = read(RECORD, "MEDLINE", "pubmed.nbib")
    assert rows == [
        Row(
            {
                "title": "Weight of hedgehogs in parks.",
                "abstract": "BACKGROUND: Hedgehogs are weighed rarely. METHODS: We weighed 64 hedgehogs in a "
                "follow-up of nine weeks. RESULTS: They gained 38 percent.",
                "authors": ["Muster, Anna", "Beispiel B", "Hedgehog Group"],
                "year": "2021 May-Jun",
                "doi": "10.5555/hh.2021.7",
                "pmid": "99999991",
                "journal": "Journal of hedgehogs",
                "keywords": ["weight"],
                "topics": ["Hedgehogs/physiology"],
                "type": "Journal Article; Review",
                "language": "eng",
            },
            line=1,
            record=1,
        )
    ]
    assert not troubles


@pytest.mark.parametrize("gap", ["", "\n", "\r\n\r\n"])
def test_records_are_parted_by_pmid_or_a_blank_line(read: Read, gap: str) -> None:
    rows, troubles = read(gap.join(["PMID- 1\nTI  - One\n", "PMID- 2\nTI  - Two\n"]), "MEDLINE")
    assert [(row.values["pmid"], row.values["title"]) for row in rows] == [("1", "One"), ("2", "Two")]
    assert not troubles


def test_a_record_that_begins_with_another_tag_is_one_record(read: Read) -> None:
    rows, _ = read("OWN - NLM\nPMID- 1\nTI  - One\n\nOWN - NLM\nPMID- 2\nTI  - Two\n", "MEDLINE")
    assert [(row.values["pmid"], row.values["title"]) for row in rows] == [("1", "One"), ("2", "Two")]


def test_a_record_without_pmid_is_not_mixed_with_the_one_before(read: Read) -> None:
    rows, _ = read("PMID- 1\nTI  - One\n\nTI  - Two\nAB  - Text.\n", "MEDLINE")
    assert [row.values.get("abstract") for row in rows] == [None, "Text."]


def test_a_preprint_that_pubmed_lists_has_its_arxiv_id(read: Read) -> None:
    rows, _ = read("PMID- 1\nTI  - One\nAID - 2301.00001 [pii]\nJT  - ArXiv\n", "MEDLINE")
    assert rows[0].values["arxiv_id"] == "2301.00001"


@pytest.mark.parametrize("gap", ["", "\n"])
def test_ovids_variant_begins_with_a_number_and_ui(read: Read, gap: str) -> None:
    record = "<{0}>\nUI  - 202100000{0}\nTI  - Title {0}\nAB  - Text.\nYR  - 2021\nSO  - Hedgehogs\n"
    rows, troubles = read(gap.join([record.format(1), record.format(2)]), "MEDLINE")
    assert [row.values for row in rows] == [
        {
            "title": f"Title {number}",
            "abstract": "Text.",
            "journal": "Hedgehogs",
            "year": "2021",
            "id": f"202100000{number}",
        }
        for number in (1, 2)
    ]
    assert not troubles
