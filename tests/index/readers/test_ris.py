"""RIS: every dialect's tags under our names, and no record is lost or mixed with its neighbour."""

from collections.abc import Callable
from typing import Any

import pytest
import rispy

from index.readers.row import Row, Trouble

Read = Callable[..., tuple[list[Row], list[Trouble]]]


def ris(*fields: str, type: str = "JOUR", end: str = "ER  - \n") -> str:
    return "\n".join((f"TY  - {type}", *fields, end))


GOOD = ris("TI  - Weight of hedgehogs", "AU  - Muster, Anna", "AU  - Beispiel, Bo", "AB  - We weighed 64 hedgehogs.")


def test_a_record_becomes_a_row_with_its_place(read: Read) -> None:
    content = ris(
        "TI  - Weight of hedgehogs",
        "AU  - Muster, Anna",
        "AU  - Beispiel, Bo",
        "PY  - 2021",
        "DA  - 2021/05/03/",
        "DO  - 10.5555/hh.2021.7",
        "UR  - https://example.org/7",
        "T2  - Journal of Hedgehogs",
        "KW  - hedgehogs",
        "KW  - parks",
        "LA  - en",
        "AN  - rayyan-7",
        "AB  - We weighed 64 hedgehogs.",
    )
    rows, troubles = read(f"\n{content}", "RIS", "export.ris")
    assert rows == [
        Row(
            {
                "title": "Weight of hedgehogs",
                "abstract": "We weighed 64 hedgehogs.",
                "authors": ["Muster, Anna", "Beispiel, Bo"],
                "year": "2021",
                "date": "2021/05/03/",
                "doi": "10.5555/hh.2021.7",
                "url": ["https://example.org/7"],
                "journal": "Journal of Hedgehogs",
                "keywords": ["hedgehogs", "parks"],
                "type": "JOUR",
                "language": "en",
                "id": "rayyan-7",
            },
            line=2,
            record=1,
        )
    ]
    assert not troubles


def test_tags_of_older_programs_are_read_like_the_new_ones(read: Read) -> None:
    rows, _ = read(
        ris("T1  - A title", "A1  - Muster, A.", "Y1  - 1999///", "N2  - An abstract.", "JF  - Hedgehogs"), "RIS"
    )
    assert rows[0].values == {
        "title": "A title",
        "abstract": "An abstract.",
        "authors": ["Muster, A."],
        "year": "1999///",
        "date": "1999///",
        "journal": "Hedgehogs",
        "type": "JOUR",
    }


def test_the_number_of_a_record_in_one_export_is_not_its_id_but_pubmeds_number_is_its_pmid(read: Read) -> None:
    rows, _ = read(ris("TI  - T", "AN  - 21553931", "DP  - NLM", "ID  - 369") + ris("TI  - U", "ID  - 369"), "RIS")
    assert [(row.values.get("pmid"), row.values.get("id")) for row in rows] == [("21553931", None), (None, None)]


def test_lines_without_a_tag_go_on_with_the_field_above_keywords_one_a_line(read: Read) -> None:
    content = ris(
        "KW  - Animals", "Diet, Healthy", "AB  - The first line", "  and a follow-", "up line, pre-", "and post-test."
    )
    rows, _ = read(content, "RIS")
    assert rows[0].values["keywords"] == ["Animals", "Diet, Healthy"]
    assert rows[0].values["abstract"] == "The first line and a follow-up line, pre- and post-test."


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_line_ends_and_encodings_do_not_matter(read: Read, line_end: str, encoding: str) -> None:
    content = GOOD.replace("Anna", "Änne").replace("\n", line_end)
    rows, troubles = read(content.encode(encoding), "RIS")
    assert [row.values["authors"] for row in rows] == [["Muster, Änne", "Beispiel, Bo"]]
    assert not troubles


def test_exports_put_together_by_hand_have_byte_order_marks_in_the_middle(read: Read) -> None:
    rows, troubles = read(f"\ufeff{GOOD}\ufeff{GOOD}\n\n\ufeff{GOOD}", "RIS")
    assert len(rows) == 3
    assert not troubles


@pytest.mark.parametrize("start", ["TY  - JOUR", "TY - JOUR", "TY  -JOUR", "  TY  - JOUR"])
def test_blanks_around_the_hyphen_may_be_missing(read: Read, start: str) -> None:
    rows, _ = read(GOOD.replace("TY  - JOUR", start), "RIS")
    assert [row.values["type"] for row in rows] == ["JOUR"]


def test_a_line_of_text_with_one_blank_and_a_hyphen_is_no_tag(read: Read) -> None:
    rows, _ = read(ris("TI  - T", "AB  - Light was", "UV - visible."), "RIS")
    assert rows[0].values["abstract"] == "Light was UV - visible."


def test_records_without_an_end_are_parted_and_the_last_one_is_told(read: Read) -> None:
    rows, troubles = read(ris("TI  - One", "AU  - A, B", end="") + ris("TI  - Two", "AU  - C, D", end=""), "RIS")
    assert [(row.values["title"], row.values["authors"]) for row in rows] == [("One", ["A, B"]), ("Two", ["C, D"])]
    assert troubles == [
        Trouble(
            "The last record has no ER line: was the file cut off?",
            line=4,
            record=2,
            remedy="Compare it with the source.",
            is_lost=False,
        )
    ]


def test_a_record_without_a_beginning_goes_in_and_is_told(read: Read) -> None:
    rows, troubles = read(GOOD + "TI  - No type\nAB  - Text.\nER  - \n" + GOOD, "RIS")
    assert [row.values["title"] for row in rows] == ["Weight of hedgehogs", "No type", "Weight of hedgehogs"]
    assert [(trouble.line, trouble.record, trouble.is_lost) for trouble in troubles] == [(7, 2, False)]
    assert "does not begin with TY" in troubles[0].reason


def test_lines_outside_of_records_are_told_but_a_publishers_header_is_not(read: Read) -> None:
    rows, troubles = read("Provider: Hedgehog Press\nContent: text\n" + GOOD + "lost words\nand more\n" + GOOD, "RIS")
    assert len(rows) == 2
    assert [(trouble.line, trouble.reason) for trouble in troubles] == [
        (9, "2 lines from here belong to no record: left out.")
    ]


def test_two_titles_in_a_record_are_told_and_the_first_is_kept(read: Read) -> None:
    rows, troubles = read(ris("TI  - One", "TI  - Two", "TI  - One", "AB  - A.", "AB  - B.", "AB  - A."), "RIS")
    assert (rows[0].values["title"], rows[0].values["abstract"]) == ("One", "A. B.")
    assert [trouble.reason for trouble in troubles] == ["The record has 2 titles (TI): are these two records?"]


def test_empty_tags_hold_nothing(read: Read) -> None:
    rows, troubles = read(ris("TI  - ", "T1  - Title", "AB  -", "N2  - Text.", "AU  - "), "RIS")
    assert rows[0].values == {"title": "Title", "abstract": "Text.", "type": "JOUR"}
    assert not troubles


def test_a_record_that_never_ends_is_refused_and_the_next_one_read(read: Read) -> None:
    rows, troubles = read(ris("TI  - T", "AB  - " + "\n".join(["x" * 1000] * 2100)) + GOOD, "RIS")
    assert [row.values["title"] for row in rows] == ["Weight of hedgehogs"]
    assert [(trouble.line, trouble.record, trouble.is_lost) for trouble in troubles] == [(1, 1, True)]


def test_well_formed_records_are_read_as_rispy_reads_them(read: Read) -> None:
    content = GOOD + ris(
        "T1  - Two", "A1  - Muster, Anna", "N2  - Text", "of two lines.", "KW  - a", "b", "UR  - http://a.b"
    )
    theirs: list[dict[str, Any]] = rispy.loads(content)
    rows, _ = read(content, "RIS")
    assert [row.values["authors"] for row in rows] == [theirs[0]["authors"], theirs[1]["first_authors"]]
    assert [row.values["title"] for row in rows] == [theirs[0]["title"], theirs[1]["primary_title"]]
    assert [row.values["abstract"] for row in rows] == [theirs[0]["abstract"], theirs[1]["notes_abstract"]]
    assert (rows[1].values["keywords"], rows[1].values["url"]) == (theirs[1]["keywords"], theirs[1]["urls"])


def test_of_records_with_ends_one_without_is_told(read: Read) -> None:
    rows, troubles = read(GOOD + ris("TI  - Two", "AB  - Open.", end="") + GOOD, "RIS")
    assert len(rows) == 3
    assert [(trouble.line, trouble.is_lost) for trouble in troubles] == [(7, False)]
    assert "has no ER line" in troubles[0].reason
