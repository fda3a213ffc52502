"""JSON and JSON Lines: the shapes of services and programs under our names, others by what is in them."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import ReadError
from index.readers.json_files import is_json, is_json_lines, read_json, read_lines
from index.readers.json_shapes import arxiv_year
from index.readers.row import Row, Trouble
from index.readers.source_file import SourceFile

Read = Callable[..., tuple[list[Row], list[Trouble]]]

CASES = Path(__file__).parent / "cases"
ABSTRACT = (
    "We weighed 64 hedgehogs in two parks over nine weeks. Hedgehogs near feeding stations gained 38 percent more "
)
ABSTRACT += "weight. Rain made no difference to the gain."
PAPER = {"title": "One", "abstract": ABSTRACT}


def in_memory(content: Any, name: str = "export.json") -> SourceFile:
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SourceFile(Path(name), lambda: io.BytesIO(written), len(written))


def values_of(content: Any) -> dict[str, Any]:
    (row,) = read_json(in_memory(content))
    assert isinstance(row, Row)
    return {name: value for name, value in row.values.items() if value}


# -- the cases ------------------------------------------------------------------------------------------------------


def test_csl_json_has_its_year_in_issued_and_no_tags() -> None:
    assert values_of((CASES / "a09_csl.json").read_bytes()) == {
        "id": "muster2021",
        "title": "Weight of hedgehogs in parks",
        "abstract": ABSTRACT,
        "authors": ["Anna Muster"],
        "date": "2021-05-03",
        "year": 2021,
        "doi": "10.5555/hh.2021.7",
        "url": "https://doi.org/10.5555/hh.2021.7",
        "type": "article-journal",
    }


def test_openalex_has_its_abstract_put_together() -> None:
    assert values_of((CASES / "a10_openalex.json").read_bytes()) == {
        "id": "W999",
        "title": "Weight of hedgehogs in parks",
        "abstract": ABSTRACT,
        "authors": ["Anna Muster"],
        "year": 2021,
        "doi": "https://doi.org/10.5555/hh.2021.7",
        "url": "https://doi.org/10.5555/hh.2021.7",
    }


def test_a_line_of_arxiv_has_the_year_of_its_first_version() -> None:
    (row,) = read_lines(SourceFile.on_disk(CASES / "a11_arxiv.jsonl"))
    assert isinstance(row, Row)
    assert (row.values["year"], row.values["authors"]) == (2009, ["Anna Muster", "Bo Beispiel"])
    assert row.values["topics"] == ["q-bio.PE", "stat.AP"]
    assert (row.line, row.values["arxiv_id"]) == (1, "0901.00017")


# -- shapes ---------------------------------------------------------------------------------------------------------


def test_crossref_works_are_read_with_labels_of_their_sections() -> None:
    work = {
        "DOI": "10.5555/x",
        "title": ["Weight of hedgehogs"],
        "abstract": "<jats:title>Abstract</jats:title><jats:sec><jats:title>Aims:</jats:title><jats:p>To weigh, p "
        "&lt; .05.</jats:p></jats:sec><jats:sec><jats:title>Results</jats:title><jats:p>They gained.</jats:p>"
        "</jats:sec>",
        "author": [{"given": "Anna", "family": "Muster"}, {"name": "The Hedgehog Group"}],
        "container-title": ["Journal of Hedgehogs"],
        "created": {"date-parts": [[2023, 1, 1]]},
        "issued": {"date-parts": [[2021]]},
        "subject": ["Zoology"],
    }
    content = {"status": "ok", "message": {"facets": {}, "items": [work, work]}}
    rows = list(read_json(in_memory(content)))
    assert [row.record for row in rows] == [1, 2]
    assert values_of({"message": work}) | {"abstract": ""} == {
        "id": "10.5555/x",
        "title": "Weight of hedgehogs",
        "abstract": "",
        "authors": ["Anna Muster", "The Hedgehog Group"],
        "date": "2021",
        "year": 2021,
        "doi": "10.5555/x",
        "journal": "Journal of Hedgehogs",
        "topics": ["Zoology"],
    }
    assert " ".join(values_of(work)["abstract"].split()) == "Aims: To weigh, p &lt; .05. Results: They gained."


def test_semantic_scholar_is_read_alone_and_as_the_result_of_a_search() -> None:
    paper = {
        "paperId": "abc",
        "externalIds": {"DOI": "10.5555/x", "ArXiv": "2101.00001", "PubMed": "7"},
        **PAPER,
        "authors": [{"authorId": "1", "name": "Anna Muster"}],
        "year": 2021,
        "publicationTypes": ["Review"],
        "journal": {"name": "Journal of Hedgehogs"},
        "fieldsOfStudy": None,
        "s2FieldsOfStudy": [{"category": "Biology", "source": "external"}],
    }
    expected = {
        "id": "abc",
        **PAPER,
        "authors": ["Anna Muster"],
        "year": 2021,
        "doi": "10.5555/x",
        "pmid": "7",
        "arxiv_id": "2101.00001",
        "journal": "Journal of Hedgehogs",
        "topics": ["Biology"],
        "type": "Review",
    }
    assert values_of(paper) == expected
    assert values_of({"total": 1, "offset": 0, "data": [paper]}) == expected
    assert values_of({"data": [{"contexts": ["here"], "citingPaper": paper}]}) == expected
    unknown, found = read_json(in_memory([None, paper]))
    assert isinstance(unknown, Trouble)
    assert unknown.record == 1
    assert isinstance(found, Row)


def test_s2orc_and_cord_19_are_read() -> None:
    people = [{"first": "Anna", "middle": ["B."], "last": "Muster", "suffix": "Jr"}]
    s2orc = {"paper_id": "7", **PAPER, "authors": people, "mag_field_of_study": ["Biology"], "s2_url": "https://s2/7"}
    assert values_of(s2orc)["authors"] == ["Anna B. Muster Jr"]
    assert values_of(s2orc)["topics"] == ["Biology"]
    cord = {
        "paper_id": "abc",
        "metadata": {"title": "One", "authors": people},
        "abstract": [{"text": "We weighed them.", "section": "Abstract"}, {"text": "They gained."}],
        "body_text": [{"text": "Long."}],
        "bib_entries": {"BIBREF0": {"title": "Another"}, "BIBREF1": {"title": "One more"}},
    }
    assert values_of(cord) == {
        "id": "abc",
        "title": "One",
        "abstract": "We weighed them. They gained.",
        "authors": ["Anna B. Muster Jr"],
    }


def test_zotero_is_read_from_better_bibtex_and_from_its_interface() -> None:
    item = {
        "itemType": "journalArticle",
        "citationKey": "muster2021",
        "title": "One",
        "abstractNote": ABSTRACT,
        "creators": [
            {"creatorType": "editor", "firstName": "Ed", "lastName": "Itor"},
            {"creatorType": "author", "firstName": "Anna", "lastName": "Muster"},
            {"creatorType": "author", "name": "The Hedgehog Group"},
        ],
        "date": "May 3, 2021",
        "publicationTitle": "Journal of Hedgehogs",
        "tags": [{"tag": "parks"}],
        "dateModified": "2025-01-01",
    }
    expected = {
        "id": "muster2021",
        "title": "One",
        "abstract": ABSTRACT,
        "authors": ["Anna Muster", "The Hedgehog Group"],
        "date": "May 3, 2021",
        "year": 2021,
        "journal": "Journal of Hedgehogs",
        "topics": ["parks"],
        "type": "journalArticle",
    }
    better = {"config": {"id": "x"}, "collections": {"K": {"key": "K", "name": "Mine", "items": [1]}}, "items": [item]}
    assert values_of(better) == expected
    assert values_of([{"key": "K", "library": {"name": "Mine"}, "data": item}]) == expected


@pytest.mark.parametrize(
    ("id", "year"),
    [("0901.00017", 2009), ("2402.11307v2", 2024), ("hep-th/9901001", 1999), ("math.GT/0309136", 2003), ("x", None)],
)
def test_arxiv_ids_tell_the_year(id: str, year: int | None) -> None:
    assert arxiv_year(id) == year


# -- any names, any nesting -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        [PAPER, PAPER],
        {"papers": [PAPER, PAPER]},
        {"answer": {"hits": {"total": 2, "tags": ["a"], "hits": [{"_id": "1", "_source": PAPER}, {"_source": PAPER}]}}},
        {"result": {"references": [], "facets": [{"name": "year"}], "documents": [PAPER, PAPER]}},
        {"first": PAPER, "second": PAPER},
        [[PAPER], [PAPER]],
    ],
)
def test_the_list_of_papers_is_found_wherever_it_is(content: Any) -> None:
    rows = list(read_json(in_memory(content)))
    assert [row.values["title"] for row in rows if isinstance(row, Row)] == ["One", "One"]
    assert [row.record for row in rows] == [1, 2]


def test_members_under_other_names_are_told_by_what_stands_in_them(read: Read) -> None:
    lines = [
        {"nummer": number, "ueberschrift": f"The weight of {number} hedgehogs in parks", "zusammenfassung": ABSTRACT}
        for number in range(3)
    ]
    rows, troubles = read("\n".join(map(json.dumps, lines)), "JSON Lines", "export.txt")
    assert [row.values["title"] for row in rows] == [line["ueberschrift"] for line in lines]
    assert rows[0].values["abstract"] == ABSTRACT
    assert [(trouble.is_lost, trouble.reason) for trouble in troubles] == [
        (False, "The column “zusammenfassung” was taken for the abstract."),
        (False, "The column “ueberschrift” was taken for the title."),
    ]


def test_a_reply_kept_as_text_is_read_as_what_it_is() -> None:
    entry = f"<entry><id>http://arxiv.org/abs/2101.00001v2</id><title>One</title><summary>{ABSTRACT}</summary></entry>"
    reply = f"<?xml version='1.0' encoding='ISO-8859-1'?><feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>"
    assert values_of({"url": "https://export.arxiv.org", "body": reply})["abstract"] == ABSTRACT


@pytest.mark.parametrize(
    ("name", "content", "are_lines"),
    [
        ("a.jsonl", '{"title": "One"}', True),
        ("a.json", '{"title": "One"}', False),
        ("a.json", '{"title": "One"}\n{"title": "Two"}', True),
        ("a.txt", '{"title": "One"}\nbroken\n{"title": "Two"}', True),
        ("a.jsonl", '[{"title": "One"}]', False),
        ("a.json", '[\n{"title": "One"},\n{"title": "Two"}\n]', False),
        ("a.json", '{\n"papers": [\n{"title": "One"}\n]\n}', False),
    ],
)
def test_lines_and_documents_are_told_apart(name: str, content: str, are_lines: bool) -> None:
    file = in_memory(content.encode(), name)
    assert is_json_lines(file) == are_lines
    assert is_json_lines(file) or is_json(file)


def test_a_title_in_brackets_is_no_json() -> None:
    assert not is_json(in_memory(b"[Withdrawn] On the weight of hedgehogs\nWe weighed them.\n", "listing.txt"))


# -- large files ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        [PAPER] * 3,
        {"meta": {"count": 3, "list": [{"x": 1}]}, "results": [PAPER] * 3, "groups": [{"y": 2}]},
        {"status": "ok", "message": {"total": 3, "items": [PAPER] * 3}},
    ],
)
def test_what_is_too_large_to_parse_at_once_is_read_object_by_object(content: Any) -> None:
    rows = list(read_json(in_memory(content), at_once=10))
    assert [row.record for row in rows if isinstance(row, Row)] == [1, 2, 3]


def test_the_same_comes_of_a_large_file_as_of_a_small_one() -> None:
    papers = [{"title": f"Title {number} é ☕", "abstract": "x" * number, "year": number} for number in range(5000)]
    file = in_memory({"total": 5000, "papers": papers})
    assert list(read_json(file, at_once=10)) == list(read_json(file))


@pytest.mark.parametrize(
    "content", [b'[{"title": "One"}, {"title": ', b'{"papers": {"title"}}', b'[{"a": 1} {"b": 2}]']
)
def test_a_large_file_that_is_broken_is_refused_behind_what_was_read(content: bytes) -> None:
    with pytest.raises(ReadError, match="is not valid JSON"):
        list(read_json(in_memory(content), at_once=10))


def test_a_large_file_of_something_else_is_refused() -> None:
    with pytest.raises(ReadError, match="holds no list of papers"):
        list(read_json(in_memory({"numbers": list(range(100))}), at_once=10))


# -- anything -------------------------------------------------------------------------------------------------------

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "title abstract paperId paper_id metadata authors authors_parsed versions abstract_inverted_index DOI "
                "authorships itemType creators issued externalIds journal data items x".split()
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(ANY, st.sampled_from([10, 10_000]))
def test_any_json_gives_rows_and_troubles_or_is_refused(content: Any, at_once: int) -> None:
    try:
        found = list(read_json(in_memory(content), at_once))
    except ReadError:
        return
    assert all(isinstance(one, Row | Trouble) for one in found)


@given(
    st.binary(max_size=300) | st.text('[]{},:"1 \n\\atitle', max_size=60).map(str.encode), st.sampled_from([10, 900])
)
def test_any_bytes_give_rows_and_troubles_or_are_refused(content: bytes, at_once: int) -> None:
    file = in_memory(content)
    for read in (read_lines, lambda file: read_json(file, at_once)):
        try:
            found = list(read(file))
        except ReadError:
            continue
        assert all(isinstance(one, Row | Trouble) for one in found)
