"""EndNote's .enw: records after `%0` or a blank line, a paragraph after a blank line belongs to its field."""

from collections.abc import Callable

from index.readers.row import Row, Trouble

Read = Callable[..., tuple[list[Row], list[Trouble]]]

RECORD = """\
%0 Journal Article
%T Weight of hedgehogs
%A Muster, Anna
%A Beispiel, Bo
%J Journal of Hedgehogs
%D 2021
%8 May 3
%R 10.5555/hh.2021.7
%U https://example.org/7
%K hedgehogs; parks
weight
%X We weighed 64 hedgehogs.

They gained 38 percent
% of their weight, that is.
%G English
%M WOS:7
%F 12
"""


def test_a_record_becomes_a_row(read: Read) -> None:
    rows, troubles = read(RECORD, "EndNote", "export.enw")
    assert rows == [
        Row(
            {
                "title": "Weight of hedgehogs",
                "abstract": "We weighed 64 hedgehogs. They gained 38 percent % of their weight, that is.",
                "authors": ["Muster, Anna", "Beispiel, Bo"],
                "year": "2021",
                "date": "May 3",
                "doi": "10.5555/hh.2021.7",
                "url": ["https://example.org/7"],
                "journal": "Journal of Hedgehogs",
                "keywords": ["hedgehogs", "parks", "weight"],
                "type": "Journal Article",
                "language": "English",
                "id": "WOS:7",
            },
            line=1,
            record=1,
        )
    ]
    assert not troubles


def test_records_are_parted_by_their_first_tag_or_by_a_blank_line(read: Read) -> None:
    rows, _ = read("%0 Book\n%T One\n%0 Book\n%T Two\n\n%T Three\n%X Text.\n\n\n%A A, B\n%T Four\n", "EndNote")
    assert [row.values["title"] for row in rows] == ["One", "Two", "Three", "Four"]
    assert [(row.line, row.record) for row in rows] == [(1, 1), (3, 2), (6, 3), (10, 4)]


def test_a_type_that_stands_behind_the_title_is_of_the_same_record(read: Read) -> None:
    rows, _ = read("%T One\n%0 Book\n%X Text.\n\n%T Two\n%0 Book\n", "EndNote")
    assert [(row.values["title"], row.values["type"]) for row in rows] == [("One", "Book"), ("Two", "Book")]
