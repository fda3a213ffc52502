"""What sources call the fields of a paper, what names it everywhere, and when it is from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Paper, ReadError
from index.readers import read_papers
from index.readers.fields import NAMES, make_paper
from index.readers.row import Row, Trouble

CASES = Path(__file__).parent / "cases"


def paper_with(**values: object) -> Paper:
    found = make_paper(Row({"title": "Weight of hedgehogs", "abstract": "We weighed 64 hedgehogs.", **values}))
    assert isinstance(found, Paper)
    return found


# -- names ----------------------------------------------------------------------------------------------------------

EXPORTS = {
    "Scopus": {
        "Authors": "Muster A., Beispiel B.", "Title": "T", "Year": "2005", "Source title": "J", "DOI": "10.1000/A",
        "Link": "https://www.scopus.com/x", "Abstract": "We.", "Author Keywords": "k; l", "Index Keywords": "i",
        "PubMed ID": "16222654", "Language of Original Document": "English", "Document Type": "Article",
    },
    "Web of Science": {
        "PT": "J", "AU": "Muster, A; Beispiel, B", "AF": "Muster, A.; Beispiel, B.", "TI": "T", "SO": "J",
        "LA": "English", "DT": "Article", "DE": "k; l", "ID": "PLUS", "AB": "We.", "PY": "2005",
        "DI": "10.1000/A", "PM": "16222654",
        "WC": "i", "UT": "WOS:1",
    },
    "Embase": {
        "Title": "T", "Author Names": "Muster A., Beispiel B.", "Source": "J (2005) 3:3 (152-160)", "Abstract": "We.",
        "keywords": "k; l", "Emtree Medical Index Terms": "i", "Publication Type": "Article", "DOI": "10.1000/A",
        "Language": "English", "Medline PMID": "16222654",
    },
    "IEEE": {
        "Document Title": "T", "Authors": "A. Muster; B. Beispiel", "Publication Title": "J",
        "Date Added To Xplore": "11 Nov 2010", "Publication Year": "2005", "Abstract": "We.", "DOI": "10.1000/A",
        "PDF Link": "https://x.org/1", "Author Keywords": "k;l", "IEEE Terms": "i", "type": "Article",
        "language": "eng", "pmid": 16222654,
    },
    "Lens": {
        "Lens ID": "000-1", "Title": "T", "Date Published": "2005-11-22", "Publication Year": 2005,
        "Publication Type": "Article", "Source Title": "J", "Author/s": "A. Muster; B. Beispiel", "Abstract": "We.",
        "Fields of Study": "i", "Keywords": "k; l", "PMID": "16222654", "DOI": "10.1000/A", "Language": "en",
    },
    "OpenAlex": {
        "authorships.author.display_name": "A. Muster|B. Beispiel", "display_name": "T", "abstract": "We.",
        "doi": "https://doi.org/10.1000/A", "ids.pmid": "https://pubmed.ncbi.nlm.nih.gov/16222654", "language": "en",
        "primary_location.source.display_name": "J", "primary_topic.display_name": "i", "publication_year": 2005,
        "type": "Article", "keywords": "k|l",
    },
    "CORD-19": {
        "title": "T", "doi": "10.1000/A", "pubmed_id": "16222654", "abstract": "We.", "publish_time": "2005-07-04",
        "authors": "Muster, A.; Beispiel, B.", "journal": "J", "keywords": "k; l", "tags": "i", "type": "Article",
        "language": "en-GB",
    },
    "CSL": {
        "title": "T", "abstract": "We.", "author": [{"family": "Muster", "given": "A."}, {"literal": "B. Beispiel"}],
        "container-title": "J", "issued": {"date-parts": [[2005, 1]]}, "DOI": "10.1000/A", "PMID": "16222654",
        "keyword": "k, l", "categories": ["i"], "type": "Article", "language": "en",
    },
}  # fmt: skip


@pytest.mark.parametrize("source", EXPORTS)
def test_the_columns_of_common_exports_are_known(source: str) -> None:
    paper = make_paper(Row(EXPORTS[source]))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.authors) == ("T", "We.", ("A. Muster", "B. Beispiel"))
    assert (paper.year, paper.journal, paper.doi, paper.pmid) == (2005, "J", "10.1000/a", "16222654")
    assert (paper.topics, paper.type, paper.language) == (("i",), "article", "en")
    assert paper.keywords == ("k", "l")
    assert paper.id == {"Web of Science": "WOS:1", "Lens": "000-1"}.get(source, "10.1000/a")


def test_csl_json_keeps_its_key_and_the_date_of_issue() -> None:
    (paper,) = read_papers(CASES / "a09_csl.json")
    assert isinstance(paper, Paper)
    assert (paper.id, paper.year, paper.doi) == ("muster2021", 2021, "10.5555/hh.2021.7")
    assert paper.abstract.startswith("We weighed 64 hedgehogs")


def test_a_paper_of_arxiv_is_from_the_year_of_its_first_version() -> None:
    (paper,) = read_papers(CASES / "a11_arxiv.jsonl")
    assert isinstance(paper, Paper)
    assert (paper.id, paper.year, paper.title) == ("0901.00017", 2009, "Weight of hedgehogs in parks")
    assert paper.authors == ("Anna Muster", "Bo Beispiel")
    assert paper.topics == ("q-bio.PE", "stat.AP")
    assert paper.url == "https://arxiv.org/abs/0901.00017"


# -- identifiers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "id", "url"),
    [
        ({"doi": "10.1000/ABC(1)X"}, "10.1000/abc(1)x", "https://doi.org/10.1000/abc(1)x"),
        ({"DOI": "https://dx.doi.org/10.1000/Abc."}, "10.1000/abc", "https://doi.org/10.1000/abc"),
        ({"doi": "DOI: 10.1000/abc"}, "10.1000/abc", "https://doi.org/10.1000/abc"),
        ({"url": "https://doi.org/10.1000/ABC"}, "10.1000/abc", "https://doi.org/10.1000/ABC"),
        ({"url": "https://x.org/?id=doi:10.1000%2FAB&i=1"}, "10.1000/ab", "https://x.org/?id=doi:10.1000%2FAB&i=1"),
        ({"doi": "https://x.org/doi/abs/10.1000/AB?i=1"}, "10.1000/ab", "https://doi.org/10.1000/ab"),
        ({"id": "k", "url": "https://x.org/10.1000/abc.pdf"}, "k", "https://x.org/10.1000/abc.pdf"),
        ({"eprint": "2402.11307v3"}, "2402.11307", "https://arxiv.org/abs/2402.11307"),
        ({"arxiv": "arXiv:hep-th/9901001v2"}, "hep-th/9901001", "https://arxiv.org/abs/hep-th/9901001"),
        ({"doi": "10.48550/arXiv.2402.11307"}, "2402.11307", "https://arxiv.org/abs/2402.11307"),
        ({"id": "http://arxiv.org/abs/2402.11307v1"}, "2402.11307", "https://arxiv.org/abs/2402.11307"),
        ({"arxiv_id": "2402.11307", "doi": "10.1000/abc"}, "2402.11307", "https://doi.org/10.1000/abc"),
        ({"pmid": "PMID: 123456"}, "pmid:123456", "https://pubmed.ncbi.nlm.nih.gov/123456/"),
        ({"pmid": 123456.0}, "pmid:123456", "https://pubmed.ncbi.nlm.nih.gov/123456/"),
        ({"id": "key1", "doi": "10.1000/abc"}, "key1", "https://doi.org/10.1000/abc"),
        ({"id": "key1", "pmcid": "PMC12345"}, "key1", "https://pmc.ncbi.nlm.nih.gov/articles/PMC12345/"),
        ({"id": "key1", "url": "javascript:alert(1)", "doi": "none"}, "key1", ""),
        ({"id": "key1", "url": ["ftp://x", "https://x.org/1"]}, "key1", "https://x.org/1"),
        ({"id": "key1", "url": "https://x.org/1; https://x.org/2"}, "key1", "https://x.org/1"),
        ({"id": "key1", "url": " ;| https://x.org/1;;"}, "key1", "https://x.org/1"),
        ({"id": "key1", "url": "https://x.org/1" + ";" * 200_000 + "v2"}, "key1", f"https://x.org/1{';' * 200_000}v2"),
    ],
)
def test_a_paper_is_named_by_its_source_else_by_arxiv_doi_or_pubmed(
    values: dict[str, object], id: str, url: str
) -> None:
    paper = paper_with(**values)
    assert (paper.id, paper.url) == (id, url)


@pytest.mark.parametrize("missing", ["NA", "n/a", "null", "NaN", "", " ", None, float("nan")])
def test_values_that_say_there_is_none_are_unknown(missing: object) -> None:
    names = ("id", "year", "authors", "doi", "pmid", "url", "journal", "keywords", "topics", "language", "type")
    assert paper_with(**dict.fromkeys(names, missing)) == paper_with()


# -- years ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "year"),
    [
        ({"year": "n.d.", "date": "DEC 1988"}, 1988),
        ({"year": "2014//"}, 2014),
        ({"issued": {"date-parts": [["2021", 5]]}}, 2021),
        ({"issued": {"raw": "May 2021"}}, 2021),
        ({"publish_time": "2020-03-01"}, 2020),
        ({"PY": 1999}, 1999),
        (
            {"versions": [{"version": "v1", "created": "Fri, 2 Jan 2009 10:00:00 GMT"}], "update_date": "2015-05-13"},
            2009,
        ),
        ({"updated": "2015-05-13", "id": "http://arxiv.org/abs/0812.1234v3"}, 2008),
        ({"arxiv_id": "hep-th/9901001"}, 1999),
        ({"arxiv_id": "math/0401001"}, 2004),
        ({"update_date": "2015-05-13"}, None),
        ({"updated": "2015-05-13"}, None),
        ({"Date Added": "2015-05-13"}, None),
        ({"year": True}, None),
    ],
)
def test_the_year_is_that_of_the_first_appearance_never_of_the_last_change(
    values: dict[str, object], year: int
) -> None:
    assert paper_with(**values).year == year


@pytest.mark.parametrize(
    ("language", "code"),
    [("English", "en"), ("eng", "en"), ("en-US", "en"), ("ger", "de"), ("Chinese (Simplified)", "zh"), ("Klingon", "")],
)
def test_languages_are_codes_of_two_letters(language: str, code: str) -> None:
    assert paper_with(language=language).language == code


# -- topics and keywords --------------------------------------------------------------------------------------------


def test_keywords_are_those_of_the_authors_topics_those_of_the_source_and_subjects_are_both() -> None:
    paper = paper_with(**{"Author Keywords": "Gaze; hedgehogs", "Index Keywords": "gaze; Erinaceus"})
    assert paper.keywords == ("Gaze", "hedgehogs")
    assert paper.topics == ("gaze", "Erinaceus")
    assert paper.subjects == ("gaze", "Erinaceus", "hedgehogs")


@pytest.mark.parametrize("value", ["['a', 'b']", [{"tag": "a"}, {"term": "b"}], ["a", "NA", "b"], "a; b;"])
def test_tags_come_in_many_wrappings(value: object) -> None:
    assert paper_with(tags=value).topics == ("a", "b")


# -- listings -------------------------------------------------------------------------------------------------------


def test_a_reference_list_is_no_listing(tmp_path: Path) -> None:
    whole = (CASES / "a15_reflist.txt").read_text()
    (tmp_path / "references.txt").write_text(whole.partition("References\n")[2])
    with pytest.raises(ReadError, match="looks like a list of references"):
        list(read_papers(tmp_path / "references.txt"))


def test_the_parts_of_a_record_and_its_references_are_no_papers() -> None:
    assert [one for one in read_papers(CASES / "a15_reflist.txt") if isinstance(one, Paper)] == []


def test_lines_of_one_length_are_no_listing(tmp_path: Path) -> None:
    line = "{} hedgehogs were seen near the river by people who looked for other things that day."
    (tmp_path / "diary.txt").write_text("\n".join(line.format(number) for number in range(20)))
    with pytest.raises(ReadError, match="no list of papers"):
        list(read_papers(tmp_path / "diary.txt"))


def test_the_navigation_of_a_page_is_no_listing(tmp_path: Path) -> None:
    lines = ["Home", "Browse all the journals of this publisher", "About", "Contact us", "Terms and conditions", "Help"]
    (tmp_path / "page.txt").write_text("\n".join(lines * 4))
    with pytest.raises(ReadError, match="no list of papers"):
        list(read_papers(tmp_path / "page.txt"))


# -- what holds of any row ------------------------------------------------------------------------------------------

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        ["NA", "10.1000/x", "arXiv:2402.11307v2", "[1, 2", "Lee, A.", "2005", "$x_1$", "<p>", "http://x"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "date-parts", "given", "family", "term", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from([name for names in NAMES.values() for name in names])


@given(st.dictionaries(FIELDS, VALUES, max_size=8), st.booleans())
def test_any_row_gives_a_paper_or_a_trouble(row: dict[str, object], is_complete: bool) -> None:
    if is_complete:
        row |= {"title": "Weight of hedgehogs", "abstract": "We weighed 64 hedgehogs."}
    found = make_paper(Row(row, line=3))
    if isinstance(found, Trouble):
        assert found.line == 3
        assert found.reason
        return
    assert found.id
    assert not found.url or found.url.startswith("http")
    assert found.doi == found.doi.casefold()
    assert not found.pmid or found.pmid.isdigit()
    assert len(found.language) in (0, 2)
