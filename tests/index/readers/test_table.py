"""Delimited text: any dialect, header and columns found, surplus and open quotes mended where that is safe."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import ReadError
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile
from index.readers.table import MOST_COLUMNS, is_table, read_table

Read = Callable[..., tuple[list[Row], list[Trouble]]]

CASES = Path(__file__).parent / "cases"
LONG = "We weighed 64 hedgehogs in two parks over nine weeks. Those near feeding stations gained more weight. " * 3


def titles(rows: list[Row], name: str = "title") -> list[object]:
    return [row.values.get(name) for row in rows]


def in_memory(content: bytes, name: str = "export.csv") -> SourceFile:
    return SourceFile(Path(name), lambda: io.BytesIO(content), len(content))


def read_case(name: str) -> tuple[list[Row], list[Trouble]]:
    found = list(read_table(SourceFile.on_disk(CASES / name)))
    return [one for one in found if isinstance(one, Row)], [one for one in found if isinstance(one, Trouble)]


# -- the cases ------------------------------------------------------------------------------------------------------


def test_what_stands_for_nothing_is_passed_on_as_it_stands() -> None:
    rows, troubles = read_case("a06_na.csv")
    assert [(row.values["doi"], row.values["abstract"] == "NA") for row in rows] == [
        ("NA", False),
        ("NA", False),
        ("10.5555/m.3", True),
    ]
    assert not troubles


def test_each_row_is_yielded_even_when_two_are_one_paper() -> None:
    rows, troubles = read_case("a07_doicase.csv")
    assert titles(rows, "doi") == ["10.5555/HH.2021.7", "https://doi.org/10.5555/hh.2021.7"]
    assert not troubles


def test_a_record_with_a_surplus_cell_goes_in_with_a_warning() -> None:
    rows, troubles = read_case("a14_surplus.csv")
    assert titles(rows, "Title") == ["Weight of hedgehogs in parks", "Weight of badgers in parks"]
    assert [row.values["Year"] for row in rows] == ["2021", "2022"]
    assert "Editors" not in rows[1].values
    assert [(trouble.line, trouble.is_lost) for trouble in troubles] == [(3, False)]
    assert troubles[0].reason.startswith("6 fields where the header has 5: title and abstract are plain")


# -- dialects -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_are_found(read: Read, delimiter: str, newline: str) -> None:
    lines = [["Year", "Title", "Abstract"], ["2021", "One", f'"A{delimiter} b{newline}c ""d"""'], ["2022", "Two", "B"]]
    content = newline.join(delimiter.join(line) for line in lines)
    rows, troubles = read(content, "CSV")
    assert [(row.line, row.values["Title"], row.values["Abstract"]) for row in rows] == [
        (2, "One", f'A{delimiter} b\nc "d"'),
        (4, "Two", "B"),
    ]
    assert not troubles


def test_the_first_line_may_name_the_delimiter_and_lines_may_stand_above_the_header(read: Read) -> None:
    content = 'sep=;\nExported "by hand, on 3 May\n\n;;\nTitle;Abstract\nOne;A, b\nTwo;C, d\n'
    rows, troubles = read(content, "CSV", "export.csv")
    assert [(row.line, row.values["Title"], row.values["Abstract"]) for row in rows] == [
        (6, "One", "A, b"),
        (7, "Two", "C, d"),
    ]
    assert not troubles


def test_page_breaks_and_line_separators_within_fields_are_kept(read: Read) -> None:
    rows, troubles = read("title,abstract\n\x0cOne,A\u2028b c\nTwo,B\x85\n", "CSV")
    assert [row.values["abstract"] for row in rows] == ["A\u2028b c", "B\x85"]
    assert not troubles


def test_quotes_may_be_single_or_escaped_by_backslashes(read: Read) -> None:
    single = "'title','abstract'\n'One','A, b'\n'Two','It''s c'\n"
    assert [row.values["abstract"] for row in read(single, "CSV")[0]] == ["A, b", "It's c"]
    escaped = 'title,abstract\n"One","A \\"b, c\\" d"\n"Two","E \\"f\\", g"\n'
    assert [row.values["abstract"] for row in read(escaped, "CSV")[0]] == ['A "b, c" d', 'E "f", g']


def test_inches_and_apostrophes_are_no_quotes(read: Read) -> None:
    content = "title,abstract\n5\" pipes,Don't\n6\" pipes,Won't\n7\" pipes,Can't\n"
    rows, troubles = read(content, "CSV")
    assert titles(rows) == ['5" pipes', '6" pipes', '7" pipes']
    assert not troubles


def test_null_bytes_are_dropped(read: Read) -> None:
    rows, troubles = read(f"title,abst\0ract\nO\0ne,{LONG}\0\nTwo,B\n", "CSV", "export.csv")
    assert [(row.values["title"], row.values["abstract"]) for row in rows] == [("One", LONG), ("Two", "B")]
    assert not troubles


def test_rows_that_are_empty_or_repeat_the_header_are_no_records(read: Read) -> None:
    rows, troubles = read("title,abstract,year\nOne,A,1\n,,\n\ntitle,abstract,year\nTwo,B\n", "CSV")
    assert titles(rows) == ["One", "Two"]
    assert not troubles


def test_of_columns_called_alike_the_first_that_holds_something_counts(read: Read) -> None:
    rows, _ = read("title,abstract,abstract\nOne,,A\nTwo,B,C\n", "CSV")
    assert [row.values["abstract"] for row in rows] == ["A", "B"]


# -- mending --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "title", "abstract"),
    [
        ("One,We weighed them, twice,2021", "One", "We weighed them, twice"),
        ("Weights, of hedgehogs,We weighed them,2021", "Weights, of hedgehogs", "We weighed them"),
        ("One,We weighed 1,000 of them,2021", "One", "We weighed 1,000 of them"),
        ('"One","We, too",2021,extra', "One", "We, too"),
    ],
)
def test_a_surplus_field_is_joined_to_where_it_came_from(read: Read, record: str, title: str, abstract: str) -> None:
    rows, troubles = read(f"title,abstract,year\nFirst,A,2020\n{record}\n", "CSV")
    assert [(row.values["title"], row.values["abstract"], row.values["year"]) for row in rows[1:]] == [
        (title, abstract, "2021")
    ]
    assert [(trouble.line, trouble.is_lost) for trouble in troubles] == [(3, False)]


def test_a_record_of_which_title_and_abstract_are_not_plain_is_refused(read: Read) -> None:
    rows, troubles = read("title,abstract,year\nOne,A,2020\nTwo,We,They,2021\nThree,C,2022\n", "CSV")
    assert titles(rows) == ["One", "Three"]
    assert [(trouble.line, trouble.reason, trouble.is_lost) for trouble in troubles] == [
        (3, "4 fields where the header has 3.", True)
    ]
    assert "quotes" in troubles[0].remedy


def test_what_is_surplus_in_most_records_is_told_once(read: Read) -> None:
    records = "".join(f'"Title {number}","Abstract",{2000 + number},"x","y"\n' for number in range(9))
    rows, troubles = read(f"title,abstract,year,source\n{records}", "CSV")
    assert len(rows) == 9
    assert [(trouble.line, trouble.is_lost) for trouble in troubles] == [(1, False)]
    assert "5 fields in most records, where the header has 4" in troubles[0].reason


def test_a_quote_that_is_never_closed_costs_no_other_record(read: Read) -> None:
    records = "".join(f'"Title {number}","Abstract {number}",2021\n' for number in range(50))
    rows, troubles = read(f'title,abstract,year\n"Open","We weighed, twice,2021\n{records}', "CSV")
    assert len(rows) == 51
    assert (rows[0].values["abstract"], rows[0].values["year"]) == ("We weighed, twice", "2021")
    assert [(trouble.line, trouble.is_lost) for trouble in troubles] == [(2, False)]
    assert troubles[0].reason.startswith("A quote is not closed")


def test_two_quotes_that_are_not_closed_do_not_close_each_other(read: Read) -> None:
    content = '"One","A",2021\n"Two","B,2021\n"Three","C",2021\n"Four","D",2021\n"Five","E,2021\n"Six","F",2021\n'
    rows, troubles = read(f"title,abstract,year\n{content}", "CSV")
    assert titles(rows) == ["One", "Two", "Three", "Four", "Five", "Six"]
    assert [row.values["abstract"] for row in rows] == list("ABCDEF")
    assert [trouble.line for trouble in troubles] == [3, 6]


def test_quotes_that_are_not_closed_in_neighbours_do_not_close_each_other(read: Read) -> None:
    records = "".join(f'"Title {number}","Abstract {number},2021\n' for number in range(5))
    rows, troubles = read(f"title,abstract,year\n{records}", "CSV")
    assert titles(rows) == [f"Title {number}" for number in range(5)]
    assert [trouble.line for trouble in troubles] == [2, 3, 4, 5, 6]


def test_an_abstract_of_several_lines_with_commas_is_one_field(read: Read) -> None:
    content = 'title,abstract,year\n"One","First, second, third\nfourth, fifth, sixth\nlast",2021\n"Two","B",2022\n'
    rows, troubles = read(content, "CSV")
    assert titles(rows) == ["One", "Two"]
    assert not troubles


# -- columns --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "title", "abstract"),
    [
        ("Authors,Author(s) ID,Title,Year,Source title,DOI,Abstract,EID", "Title", "Abstract"),
        ("Title,Original Title,Author Names,Source,Abstract,Original Abstract", "Title", "Abstract"),
        ("Document Title,Authors,Publication Title,Publication Year,Abstract,DOI", "Document Title", "Abstract"),
        ("Lens ID,Title,Date Published,Publication Year,Source Title,Author/s,Abstract", "Title", "Abstract"),
        ("Title,Abstract,StoreId,ArticleType,Authors,pubtitle,year,digitalObjectIdentifier", "Title", "Abstract"),
        ("id,abstract,authorships.author.display_name,display_name,doi", "display_name", "abstract"),
        ("cord_uid,sha,source_x,title,doi,pmcid,pubmed_id,license,abstract,publish_time", "title", "abstract"),
        ("duplicate_id,cite_source,author,year,title,journal,abstract,doi", "title", "abstract"),
    ],
)
def test_the_columns_of_known_exports_need_no_guess(read: Read, header: str, title: str, abstract: str) -> None:
    names = header.split(",")
    cells = ",".join(f'"{name} of it"' for name in names)
    rows, troubles = read(f"\ufeff{header}\n{cells}\n", "CSV", "export.csv")
    assert [(row.values[title], row.values[abstract]) for row in rows] == [(f"{title} of it", f"{abstract} of it")]
    assert not troubles


def test_tab_delimited_web_of_science_has_tags_and_no_quotes(read: Read) -> None:
    header = "PT\tAU\tAF\tTI\tSO\tDE\tID\tAB\tDI\tPY\tPM\tUT"
    record = (
        'J\tMuster, A\tMuster, Anna\t"Too young" to eat\tHEDGEHOGS\tparks\tWEIGHT\tSay " so.\t10.5/x\t2021\t7\tWOS:1'
    )
    rows, troubles = read(f"\ufeff{header}\r\n" + f"{record}\t\r\n" * 2, "CSV")
    assert len(rows) == 2
    assert rows[0].values == {
        "publication kind": "J",
        "short author names": "Muster, A",
        "authors": "Muster, Anna",
        "title": '"Too young" to eat',
        "journal": "HEDGEHOGS",
        "keywords": "parks",
        "topics": "WEIGHT",
        "abstract": 'Say " so.',
        "doi": "10.5/x",
        "year": "2021",
        "pmid": "7",
        "id": "WOS:1",
    }
    assert not troubles


def test_columns_under_other_names_are_told_by_what_stands_in_them(read: Read) -> None:
    header = "Nr;Verfasser;Zeitschrift;Titel;Jahr;Zusammenfassung"
    records = "".join(
        f"{number};Muster, Anna and Beispiel, Bo;Igelkunde;The weight of {number} hedgehogs in city parks;2021;{LONG}\n"
        for number in range(5)
    )
    rows, troubles = read(f"{header}\n{records}", "CSV", "export.csv")
    assert rows[0].values["title"] == "The weight of 0 hedgehogs in city parks"
    assert rows[0].values["abstract"] == LONG
    assert [(trouble.reason, trouble.is_lost) for trouble in troubles] == [
        ("The column “Zusammenfassung” was taken for the abstract.", False),
        ("The column “Titel” was taken for the title.", False),
    ]


def test_a_table_may_have_no_header_at_all(read: Read) -> None:
    records = "".join(f"The weight of {number} hedgehogs in city parks\t{LONG}\n" for number in range(4))
    rows, troubles = read(records, "CSV", "export.txt")
    assert [row.line for row in rows] == [1, 2, 3, 4]
    assert rows[0].values["title"] == "The weight of 0 hedgehogs in city parks"
    assert [trouble.is_lost for trouble in troubles] == [False, False]


def test_a_table_without_abstracts_is_refused_with_its_columns() -> None:
    file = in_memory(b"title,doi,journal\nOne,10.5/x,J\nTwo,10.5/y,J\n")
    with pytest.raises(ReadError, match=r"or none abstracts.*The header reads: title, doi, journal"):
        list(read_table(file))


def test_a_table_of_too_many_columns_is_refused() -> None:
    for surplus in (MOST_COLUMNS, 100_000):
        header = ",".join(["title", "abstract", *(f"c{number}" for number in range(surplus))])
        with pytest.raises(ReadError, match=f"{surplus + 2:,} columns"):
            list(read_table(in_memory(f"{header}\nOne,A\n".encode())))


def test_a_header_longer_than_the_beginning_is_read_whole(read: Read) -> None:
    header = ",".join(["title", "abstract", *(f"{number} {'x' * 90}" for number in range(1000))])
    rows, troubles = read(f"{header}\nOne,A{',b' * 1000}\n", "CSV", "export.csv")
    assert [len(row.values) for row in rows] == [1002]
    assert not troubles


def test_prose_that_names_title_and_abstract_is_no_table() -> None:
    assert not is_table(in_memory(b"A title, an abstract, and a year\nare what a paper needs, we say.\n", "notes.txt"))


# -- anything -------------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    ["title", "abstract", ",", ";", "\t", '"', '""', "'", "\n", "\r", "\\", " a", "1", "\0", "\u2028"]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=100), st.booleans())
def test_any_text_gives_rows_and_troubles_or_is_refused(text: str, has_header: bool) -> None:
    content = f"title,abstract,year\n{text}" if has_header else text
    file = in_memory(content.encode("utf-8", "replace"))
    try:
        found = list(read_table(file)) if is_table(file) and content.strip() else []
    except ReadError:
        return
    assert all(isinstance(one, Row | Trouble) for one in found)


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_and_troubles_or_are_refused(content: bytes) -> None:
    try:
        found = list(read_table(in_memory(content)))
    except ReadError:
        return
    assert all(isinstance(one, Row | Trouble) for one in found)


CELL = st.text("ab ,\"\n;'x", max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=6))
def test_what_csv_writes_is_read_as_it_was(records: list[tuple[str, str, str]]) -> None:
    records = [record for record in records if any(cell.strip() for cell in record)]
    written = io.StringIO(newline="")
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([("title", "abstract", "year"), *records])
    found = list(read_table(in_memory(written.getvalue().encode())))
    rows = [one for one in found if isinstance(one, Row)]
    assert [tuple(row.values.values()) for row in rows] == records


def test_a_quote_that_closes_too_late_moves_no_value_into_another_column(read: Read) -> None:
    good = '"One","We weighed.","A","2001"\n'
    rows, troubles = read(f'"title","abstract","authors","year"\n{good}"Two","We slept.,"B","2002"\n{good}', "CSV")
    assert [row.values["year"] for row in rows] == ["2001", "2001"]
    assert [(trouble.reason, trouble.line) for trouble in troubles] == [
        ("A quote is not closed: 3 fields where the header has 4.", 3)
    ]
