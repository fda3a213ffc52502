"""Files of papers are read whatever they look like, and what can't be used is named with its line."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper, Problem, ReadError, make_id
from index.readers import read_papers
from index.readers.fields import make_paper
from index.readers.row import Row

ABSTRACT = "We show that small models can cite their sources. Five data sets agree with us."


def read(file: Path, content: str | bytes) -> tuple[list[Paper], list[Problem]]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    found = list(read_papers(file))
    return [one for one in found if isinstance(one, Paper)], [one for one in found if isinstance(one, Problem)]


# -- JSON -----------------------------------------------------------------------------------------------------------


def test_json_lines_give_a_paper_a_line_and_a_bad_line_does_not_stop_the_rest(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "1", "title": "One", "abstract": ABSTRACT}),
        "{broken",
        "",
        json.dumps({"title": "No abstract"}),
        json.dumps(["a list"]),
        json.dumps({"title": ["wrong"], "abstract": ABSTRACT}),
        json.dumps({"title": "Last", "abstract": ABSTRACT}),
    ]
    papers, problems = read(tmp_path / "papers.jsonl", "\n".join(lines))
    assert [paper.title for paper in papers] == ["One", "Last"]
    assert [(problem.line, problem.message.split(":")[0]) for problem in problems] == [
        (2, "This is not valid JSON"),
        (4, "There is no abstract."),
        (5, "This is a list, not an object with `title` and `abstract`."),
        (6, "The title is a list, not a text."),
    ]


@pytest.mark.parametrize("wrapped", ["[{}]", '{{"papers": [{}]}}', "{}"])
def test_json_may_be_a_list_an_object_with_a_list_or_one_paper(tmp_path: Path, wrapped: str) -> None:
    paper = json.dumps({"title": "One", "abstract": ABSTRACT}, indent=2)
    papers, problems = read(tmp_path / "papers.json", wrapped.format(paper))
    assert [paper.title for paper in papers] == ["One"]
    assert not problems


def test_json_lines_called_json_are_read_too(tmp_path: Path) -> None:
    line = json.dumps({"title": "One", "abstract": ABSTRACT})
    papers, _ = read(tmp_path / "papers.json", f"{line}\n{line.replace('One', 'Two')}\n")
    assert [paper.title for paper in papers] == ["One", "Two"]


def test_deep_nesting_and_halves_of_characters_do_no_harm(tmp_path: Path) -> None:
    deep = "[" * 100_000
    half = '{"title": "A\\ud800 B", "abstract": "' + ABSTRACT + '"}'
    papers, problems = read(tmp_path / "papers.jsonl", f"{deep}\n{half}\n")
    assert papers[0].title == "A? B"
    assert [problem.line for problem in problems] == [1]


# -- fields ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"arxiv_id": "2402.11307v2"}, ("2402.11307", "https://arxiv.org/abs/2402.11307")),
        ({"url": "http://arxiv.org/abs/2402.11307v2"}, ("2402.11307", "http://arxiv.org/abs/2402.11307v2")),
        ({"id": "http://arxiv.org/abs/2402.11307v1"}, ("2402.11307", "https://arxiv.org/abs/2402.11307")),
        ({"id": "2402.11307"}, ("2402.11307", "https://arxiv.org/abs/2402.11307")),
        ({"id": "hep-th/9901001"}, ("hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001")),
        ({"DOI": "https://doi.org/10.1000/xyz(1)"}, ("10.1000/xyz(1)", "https://doi.org/10.1000/xyz(1)")),
        ({"id": 17}, ("17", "")),
        ({"id": 0}, ("0", "")),
        ({"id": "x", "url": "javascript:alert(1)"}, ("x", "")),
        ({}, (make_id("One"), "")),
    ],
)
def test_ids_come_from_the_source_else_from_the_url_else_from_the_title(
    values: dict[str, object], expected: tuple[str, str]
) -> None:
    paper = make_paper(Row({"title": "One", "abstract": ABSTRACT, **values}))
    assert isinstance(paper, Paper)
    assert (paper.id, paper.url) == expected


@pytest.mark.parametrize(
    ("authors", "expected"),
    [
        (["Ann Lee", "Bo Sun"], ("Ann Lee", "Bo Sun")),
        ([{"name": "Ann Lee"}, {"firstName": "Bo", "last_name": "Sun"}], ("Ann Lee", "Bo Sun")),
        ([{"given": "Bo", "family": "Sun"}], ("Bo Sun",)),
        ("Lee, Ann; Sun, Bo", ("Ann Lee", "Bo Sun")),
        ("Ann Lee and Bo Sun", ("Ann Lee", "Bo Sun")),
        ("Ann Lee, Bo Sun, and Cy Day", ("Ann Lee", "Bo Sun", "Cy Day")),
        ("Lee, Ann and Sun, Bo", ("Ann Lee", "Bo Sun")),
        ("Anderson", ("Anderson",)),
        (None, ()),
        (7, ()),
    ],
)
def test_authors_come_as_lists_or_texts(authors: object, expected: tuple[str, ...]) -> None:
    paper = make_paper(Row({"title": "One", "summary": ABSTRACT, "author": authors}))
    assert isinstance(paper, Paper)
    assert paper.authors == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("year", 2024, 2024),
        ("year", "2024", 2024),
        ("year", 2024.0, 2024),
        ("published", "2024-02-17T10:00:00Z", 2024),
        ("Publication Date", "17 Feb 2024", 2024),
        ("year", "n.d.", None),
        ("year", {"value": 2024}, None),
        ("year", "20245", None),
    ],
)
def test_the_year_is_found_in_dates(name: str, value: object, expected: int | None) -> None:
    paper = make_paper(Row({"title": "One", "abstract": ABSTRACT, name: value}))
    assert isinstance(paper, Paper)
    assert paper.year == expected


@pytest.mark.parametrize(
    ("topics", "expected"),
    [
        (["a", "b", "a"], ("a", "b")),
        ("gaze; joint attention", ("gaze", "joint attention")),
        ("gaze, joint attention", ("gaze", "joint attention")),
        ("cs.CL cs.AI", ("cs.CL", "cs.AI")),
        ("graph neural networks", ("graph neural networks",)),
    ],
)
def test_topics_and_keywords_come_as_lists_or_texts(topics: object, expected: tuple[str, ...]) -> None:
    paper = make_paper(Row({"title": "One", "abstract": ABSTRACT, "Keywords": topics, "Categories": topics}))
    assert isinstance(paper, Paper)
    assert (paper.keywords, paper.topics) == (expected, expected)
    assert paper.subjects == expected


def test_a_whole_document_is_no_abstract() -> None:
    assert "59,999 characters" in str(make_paper(Row({"title": "One", "abstract": "abcde " * 10_000})))


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = ["title", "abstract", "summary", "id", "doi", "authors", "year", "date", "url", "topics", "keywords"]


@given(st.dictionaries(st.sampled_from(NAMES), values), st.booleans())
def test_any_row_gives_a_paper_or_a_reason(row: dict[str, object], is_complete: bool) -> None:
    if is_complete:
        row |= {"title": "One", "abstract": ABSTRACT}
    found = make_paper(Row(row))
    if isinstance(found, Paper):
        assert found.id
        assert found.title
        assert found.abstract
        assert not found.url or found.url.startswith("http")
        json.dumps(found.title).encode()
        found.abstract.encode()
    else:
        assert found


# -- tables ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suffix", "delimiter"), [(".csv", ","), (".csv", ";"), (".tsv", "\t"), (".txt", ",")])
def test_tables_are_read_by_their_header(tmp_path: Path, suffix: str, delimiter: str) -> None:
    rows = [["Year", "Paper Title", "Abstract", "Authors"], ["2024", "One", f'"{ABSTRACT}\r\nMore, and; more."', "A"]]
    content = "\r\n".join(delimiter.join(row) for row in rows)
    papers, problems = read(tmp_path / f"papers{suffix}", "\ufeff" + content)
    assert [(paper.title, paper.abstract, paper.year) for paper in papers] == [
        ("One", f"{ABSTRACT} More, and; more.", 2024)
    ]
    assert not problems


def test_a_row_with_too_many_fields_is_named_rather_than_cut(tmp_path: Path) -> None:
    content = f"title,abstract\nOne,First,second\n\nTwo,{ABSTRACT}\nThree\n"
    papers, problems = read(tmp_path / "papers.csv", content)
    assert [paper.title for paper in papers] == ["Two"]
    assert [(problem.line, problem.message) for problem in problems] == [
        (2, "3 fields where the header has 2."),
        (5, "There is no abstract."),
    ]


def test_a_field_longer_than_csv_allows_by_default_is_read(tmp_path: Path) -> None:
    content = f"title,abstract,notes\nOne,{ABSTRACT},{'x' * 200_000}\n"
    papers, _ = read(tmp_path / "papers.csv", content)
    assert [paper.title for paper in papers] == ["One"]


def test_a_table_without_title_and_abstract_names_its_columns(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="The header reads: name, text"):
        read(tmp_path / "papers.csv", "name,text\nOne,Two\n")


# -- listings -------------------------------------------------------------------------------------------------------

LONG = "This is a long abstract of a paper that says what was done and why, with every word that this needs. " * 3


def test_a_listing_alternates_titles_and_abstracts_below_its_banner(tmp_path: Path) -> None:
    lines = [
        "Get trending papers in your inbox!",
        "SubscribeFirst Title: With Words",
        LONG,
        "",
        "Is the Second a Question?",
        "",
        LONG,
    ]
    papers, problems = read(tmp_path / "listing.txt", "\r\n".join(lines))
    assert [paper.title for paper in papers] == ["First Title: With Words", "Is the Second a Question?"]
    assert papers[0].abstract == LONG.strip()
    assert papers[0].id == make_id("First Title: With Words")
    assert not problems


def test_a_title_about_email_is_no_banner(tmp_path: Path) -> None:
    papers, _ = read(tmp_path / "listing", f"Sorting E-Mail by Attention\n{LONG}\nSubscribe or Leave\n{LONG}\n")
    assert [paper.title for paper in papers] == ["Sorting E-Mail by Attention", "Subscribe or Leave"]


def test_a_missing_line_costs_one_paper_and_is_named(tmp_path: Path) -> None:
    content = f"One\n{LONG}\nTwo\nThree\n{LONG}\n{LONG}\nFour\n{LONG}\n"
    papers, problems = read(tmp_path / "listing.txt", content)
    assert [paper.title for paper in papers] == ["One", "Three", "Four"]
    assert [(problem.line, problem.message) for problem in problems] == [
        (3, "This looks like a title without an abstract: it was left out."),
        (6, "This looks like an abstract without a title: it was left out."),
    ]


@pytest.mark.parametrize(
    ("residue", "readable"),
    [
        (r"modalities (\ie utterance)", "modalities (i.e. utterance)"),
        (r"regions (\ie, routed)", "regions (i.e., routed)"),
        (r"many, \eg. this", "many, e.g. this"),
        (r"less than 0.1\% of", "less than 0.1% of"),
        (r"by 40times and 1.2-1.4times", "by 40× and 1.2-1.4×"),
        (r"videos of 512 times 896", "videos of 512 × 896"),
        (r"sometimes 3 times more", "sometimes 3 times more"),
        (r"a \textit{new \emph{idea}} here", "a new idea here"),
        (r"our \Approach wins", "our Approach wins"),
        (r"Oleft(n^{1.5}dright) and a bright(er) light", "O(n^{1.5}d) and a bright(er) light"),
        (r"code at ~https://x.org/~me", "code at https://x.org/~me"),
    ],
)
def test_what_is_left_of_latex_becomes_readable(tmp_path: Path, residue: str, readable: str) -> None:
    papers, _ = read(tmp_path / "listing.txt", f"One\n{residue}. {LONG}\n")
    assert papers[0].abstract.startswith(readable)


def test_the_listing_of_238_papers_is_read_whole() -> None:
    listing = Path(__file__).parents[4] / "shared" / "corpus" / "joint-attention-listing.txt"
    if not listing.exists():
        pytest.skip("../shared with the listing is not here")
    lines = listing.read_text("utf-8").splitlines()[2:]
    lines[0] = lines[0].removeprefix("Subscribe")
    found = list(read_papers(listing))
    assert [paper.title for paper in found if isinstance(paper, Paper)] == lines[::2]
    assert len(found) == 238
    assert not [paper.title for paper in found if isinstance(paper, Paper) and "\\" in paper.abstract]


# -- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_files_may_have_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    content = f"title,abstract\nGröße,{ABSTRACT}\n".encode(encoding)
    papers, _ = read(tmp_path / "papers.csv", content)
    assert [paper.title for paper in papers] == ["Größe"]


def test_a_stray_control_character_is_dropped(tmp_path: Path) -> None:
    papers, _ = read(tmp_path / "papers.csv", f"title,abstract\nO\x00n\x07e,{ABSTRACT}\n")
    assert [paper.title for paper in papers] == ["One"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("papers.jsonl", b"", "is empty"),
        ("papers.csv", b" \n\n", "is empty"),
        ("papers.pdf", b"%PDF-1.7\n" + bytes(range(32)) * 50, "looks like a PDF"),
        ("notes.txt", b"Shopping\nmilk\neggs\nbread\n", "is text, but no list of papers"),
        ("papers.json", b"{broken", "is not valid JSON"),
        ("papers.json", b'"text"', "holds no list of papers"),
    ],
)
def test_a_file_without_papers_is_an_error_that_says_what_to_give_instead(
    tmp_path: Path, name: str, content: bytes, message: str
) -> None:
    with pytest.raises(ReadError, match=message):
        read(tmp_path / name, content)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    for name in ("x.jsonl", "x.json", "x.csv", "x.txt"):
        (folder / name).write_bytes(content)
        with contextlib.suppress(ReadError):
            assert all(isinstance(found, Paper | Problem) for found in read_papers(folder / name))
