"""One paper from several files is one, whatever their order; what each file said is remembered."""

import json
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import IndexSettings, Origin, Paper, PaperIndex, Record, ingest, make_id
from index.grouping import group_records, merge
from index.identity import family_name, identity_of

pytestmark = pytest.mark.usefixtures("quick_model")

SHORT = "Hedgehogs gain weight near feeding stations."
LONG = SHORT + " Rain made no difference to the gain in either of the two parks."
TITLE = "Weight of hedgehogs in parks"


def write(file: Path, *rows: dict[str, Any]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps({"title": TITLE, "abstract": SHORT} | row) + "\n" for row in rows))
    return file


def all_papers(settings: IndexSettings) -> list[Paper]:
    with PaperIndex.open(settings) as index:
        return index.all_papers()


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        (
            Paper("k1", "A", SHORT, doi="10.5555/HH.7"),
            Paper("k2", "B", SHORT, doi="https://doi.org/10.5555/hh.7"),
            "doi",
        ),
        (Paper("10.5555/HH.7", "A", SHORT), Paper("k2", "B", SHORT, doi="10.5555/hh.7"), "doi"),
        (Paper("2401.00001v1", "A", SHORT), Paper("arXiv:2401.00001", "B", SHORT), "arxiv_id"),
        (Paper("k", "A", SHORT, url="https://arxiv.org/abs/2401.00001v3"), Paper("2401.00001", "B", SHORT), "arxiv_id"),
        (Paper("k1", "A", SHORT, pmid="77"), Paper("k2", "B", SHORT, pmid="77"), "pmid"),
        (Paper("k1", "A b", SHORT, ("Anna Lee",), 2020), Paper("k2", "a B!", LONG, ("Lee, A.",), 2020), "title"),
        (Paper("k1", "A", SHORT, ("Anna Lee",), 2020, doi="10.5555/1"), Paper(make_id("A"), "A", LONG), "title"),
    ],
)
def test_two_records_are_one_paper_and_the_report_says_why(
    settings: IndexSettings, one: Paper, other: Paper, by: str
) -> None:
    for rows in ((one, other), (other, one)):
        with PaperIndex.open(settings) as index:
            files = [Record(row, Origin(f"/{n}", 1)) for n, row in enumerate(rows)]
            report = index.add(files)
            assert (report.added, report.merged, report.rows) == (1, 1, 2)
            assert report.merged_by == {by: 1}
            (paper,) = index.all_papers()
            assert paper.abstract == max(one.abstract, other.abstract, key=len)
            assert index.origins([paper.id]) == {paper.id: [Origin("/0", 1), Origin("/1", 1)]}
            index.remove([paper.id])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Paper("k1", "A", SHORT, ("Anna Lee",), 2020), Paper("k2", "A", LONG, ("Bo Sun",), 2020)),
        (Paper("k1", "A", SHORT, ("Anna Lee",), 2020), Paper("k2", "A", LONG, ("Anna Lee",), 2021)),
        (Paper("k1", "A", SHORT, doi="10.5555/1"), Paper("k2", "A", LONG, doi="10.5555/2")),
        (Paper("k1", "A", SHORT), Paper("k1", "B", LONG)),
    ],
)
def test_two_papers_stay_two(settings: IndexSettings, one: Paper, other: Paper) -> None:
    with PaperIndex.open(settings) as index:
        assert index.add([one, other]).added == 2
        assert len({paper.id for paper in index.all_papers()}) == 2


def test_a_preprint_and_its_article_are_two_papers_that_are_linked(settings: IndexSettings) -> None:
    preprint = Paper("10.1101/2020.01.01.123456", "A", SHORT, ("Anna Lee",), 2020)
    article = Paper("10.5555/9", "A", LONG, ("Anna Lee",), 2021)
    for rows in ([preprint, article], [article, preprint]):
        with PaperIndex.open(settings) as index:
            index.add([Record(row, Origin(f"/{row.id}")) for row in rows])
            assert index.count() == 2
            assert index.links([article.id]) == index.links([preprint.id]) == {(preprint.id, article.id)}
            index.remove([preprint.id, article.id])
            assert index.links([article.id]) == set()


def test_an_arxiv_record_that_names_the_articles_doi_is_the_preprint_when_both_are_there(
    settings: IndexSettings,
) -> None:
    rows = [
        Paper("2401.00001", "A", SHORT),
        Paper("k", "A", LONG, doi="10.5555/9"),
        Paper("2401.00001v2", "A", SHORT, doi="10.5555/9"),
    ]
    with PaperIndex.open(settings) as index:
        index.add([Record(row, Origin(f"/{n}")) for n, row in enumerate(rows)])
        assert [paper.id for paper in index.all_papers()] == ["2401.00001", "k"]
        assert index.links(["k"]) == {("2401.00001", "k")}


def test_ids_that_are_no_ids_lose_no_paper(settings: IndexSettings, tmp_path: Path) -> None:
    file = tmp_path / "na.csv"
    file.write_text("title,abstract,id\nFirst,We weighed 64 hedgehogs.,NA\nSecond,We counted 12 badgers.,NA\n")
    for _ in range(2):
        ingest([file], settings)
        assert [paper.title for paper in all_papers(settings)] == ["First", "Second"]


def test_a_doi_in_capitals_and_with_its_address_is_one_doi(settings: IndexSettings, tmp_path: Path) -> None:
    file = tmp_path / "case.csv"
    file.write_text(f"title,abstract,doi\nA,{SHORT},10.5555/HH.7\nA,{SHORT},https://doi.org/10.5555/hh.7\n")
    assert ingest([file], settings).merged_by == {"doi": 1}


def test_a_changed_abstract_replaces_what_the_file_said(settings: IndexSettings, tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", {"abstract": LONG, "id": "k"})
    ingest([file], settings)
    report = ingest([write(file, {"abstract": SHORT, "id": "k"})], settings)
    assert (report.changed, report.merged) == (1, 0)
    assert [paper.abstract for paper in all_papers(settings)] == [SHORT]
    assert ingest([file], settings).unchanged == 1


def test_a_second_file_is_merged_once_and_unchanged_then(settings: IndexSettings, tmp_path: Path) -> None:
    one = write(tmp_path / "1.jsonl", {"year": 2020})
    two = write(tmp_path / "2.jsonl", {"abstract": LONG})
    ingest([one], settings)
    assert ingest([two], settings).merged == 1
    assert ingest([two], settings).unchanged == 1
    (paper,) = all_papers(settings)
    assert (paper.year, paper.abstract) == (2020, LONG)


def test_prune_takes_what_left_its_source_and_no_other_has(settings: IndexSettings, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    one = write(folder / "1.jsonl", {"title": "A"}, {"title": "B", "abstract": LONG}, {"title": "C"})
    two = write(folder / "2.jsonl", {"title": "B"}, {"title": "D"})
    other = write(tmp_path / "other.jsonl", {"title": "E"})
    ingest([folder, other], settings)
    write(one, {"title": "A"})
    assert ingest([folder], settings).removed == 0
    assert ingest([folder], settings, prune=True, dry_run=True).removed == 1
    assert ingest([folder], settings, prune=True).removed == 1
    assert {paper.title: paper.abstract for paper in all_papers(settings)} == dict.fromkeys("ABDE", SHORT)
    two.unlink()
    other.unlink()
    assert ingest([folder], settings, prune=True).removed == 2
    assert [paper.title for paper in all_papers(settings)] == ["A", "E"]


def test_prune_keeps_what_a_file_that_cannot_be_read_has_given(settings: IndexSettings, tmp_path: Path) -> None:
    one, two = write(tmp_path / "in/1.jsonl", {"title": "A"}), write(tmp_path / "in/2.jsonl", {"title": "B"})
    ingest([one.parent], settings)
    two.write_text("not papers")
    assert ingest([one.parent], settings, prune=True).removed == 0
    assert len(all_papers(settings)) == 2


def test_a_dry_run_reports_and_writes_nothing(settings: IndexSettings, tmp_path: Path) -> None:
    file = write(tmp_path / "1.jsonl", {"title": "A"}, {"title": "a!"}, {"title": ""})
    assert settings.folder
    tried = ingest([file], settings, dry_run=True)
    assert not settings.folder.exists()
    assert tried == ingest([file], settings)
    write(file, {"title": "A"}, {"title": "B"})
    assert ingest([file], settings, dry_run=True).added == 1
    assert len(all_papers(settings)) == 1


@pytest.mark.parametrize("name", ["Lee, Anna", "Anna Lee", "Lee A.", "Lee AB", "Lee A.-B.", "Lée"])
def test_the_family_name_is_found_in_any_form(name: str) -> None:
    assert family_name(name) == "lee"


PAPERS = st.builds(
    Paper,
    id=st.sampled_from(["1", "2", "2401.00001", "2401.00002v1", "made"]),
    title=st.sampled_from(["A", "B", "a!"]),
    abstract=st.sampled_from([SHORT, LONG]),
    authors=st.sampled_from([(), ("Anna Lee",), ("Lee, A.",), ("Bo Sun",)]),
    year=st.sampled_from([None, 2020, 2021]),
    doi=st.sampled_from(["", "10.5555/1", "10.5555/2", "10.1101/2020.01.01.123456"]),
    pmid=st.sampled_from(["", "", "1", "2"]),
).map(lambda paper: replace(paper, id=make_id(paper.title)) if paper.id == "made" else paper)
RECORDS = st.lists(st.tuples(PAPERS, st.sampled_from("xyz")), max_size=8).map(
    lambda rows: [Record(paper, Origin(file)) for paper, file in rows]
)


@given(RECORDS, st.randoms(use_true_random=False))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_records_in_any_order_are_the_same_papers(records: list[Record], chance: Any) -> None:
    def papers(some: list[Record]) -> tuple[list[Paper], int]:
        groups, links = group_records(some)
        return sorted((merge([some[n].paper for n in group], "") for group in groups), key=repr), len(links)

    mixed = chance.sample(records, len(records))
    assert papers(mixed) == papers(records)


@given(st.lists(st.lists(PAPERS, max_size=3), min_size=1, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_files_in_any_order_are_the_same_papers_and_every_row_is_counted(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[Paper]], chance: Any
) -> None:
    found = []
    numbered = list(enumerate(files))
    for order in (numbered, chance.sample(numbered, len(numbered))):
        with PaperIndex.open(IndexSettings(folder=tmp_path_factory.mktemp("index"))) as index:
            for number, papers in order:
                report = index.add([Record(paper, Origin(f"/{number}", line)) for line, paper in enumerate(papers, 1)])
                assert report.rows == len(papers)
                again = [Record(paper, Origin(f"/{number}", line)) for line, paper in enumerate(papers, 1)]
                assert index.add(again).changed == 0
            found.append(sorted((replace(paper, id="") for paper in index.all_papers()), key=repr))
            origins = index.origins([paper.id for paper in index.all_papers()])
            assert sum(map(len, origins.values())) == sum(map(len, files))
    assert found[0] == found[1]


def test_keys_of_a_paper_are_the_same_however_it_is_written() -> None:
    written = [Paper("x", "A", SHORT, doi="10.48550/arXiv.2401.00001v2"), Paper("2401.00001v3", "a", SHORT)]
    assert identity_of(written[0]).identifiers == identity_of(written[1]).identifiers == {"arxiv_id:2401.00001"}


def test_which_of_two_equal_records_comes_first_does_not_matter() -> None:
    one, other = Paper("1", "A", SHORT, pmid="1"), Paper("2", "A", LONG, authors=("Anna Lee",))
    records = [Record(one, Origin("x")), Record(other, Origin("x")), Record(other, Origin("y"))]
    sizes = {tuple(sorted(len(group) for group in group_records(list(mixed))[0])) for mixed in permutations(records)}
    assert len(sizes) == 1


def test_one_paper_thousands_of_times_in_a_file_is_one(tmp_path: Path) -> None:
    file = write(tmp_path / "papers.jsonl", *[{"doi": "10.5555/hh.7", "year": 2019}] * 4000)
    settings = IndexSettings(folder=tmp_path / "index")
    reports = [ingest([file], settings) for _ in range(2)]
    assert [paper.doi for paper in all_papers(settings)] == ["10.5555/hh.7"]
    assert [sum(report.merged_by.values()) for report in reports] == [3999, 3999]
