"""A made corpus of 40 files and 2,000 papers: each good paper goes in, each of 150 defects is named with its place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.hashed import replace_packaged_model
from bench.made_exports.corpus import Corpus, make_corpus
from bench.made_exports.defects import Defect
from bench.made_exports.layouts import LAYOUTS
from bench.made_exports.made import Layout, Made
from index import IndexSettings, IngestReport, Paper, PaperIndex, Problem, ingest


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("made")


@pytest.fixture(scope="module")
def corpus(folder: Path) -> Corpus:
    (folder / "papers").mkdir()
    return make_corpus(folder / "papers")


@pytest.fixture(scope="module")
def settings(folder: Path) -> IndexSettings:
    return IndexSettings(folder=folder / "index")


@pytest.fixture(scope="module")
def report(folder: Path, corpus: Corpus, settings: IndexSettings) -> Iterator[IngestReport]:
    with pytest.MonkeyPatch.context() as patch:
        replace_packaged_model(patch.setattr)
        yield ingest([folder / "papers"], settings)


@pytest.fixture(scope="module")
def papers(report: IngestReport, settings: IndexSettings) -> dict[str, Paper]:
    """By title: each is another."""
    with PaperIndex.open(settings) as index:
        return {paper.title: paper for paper in index.all_papers()}


def test_the_corpus_is_as_large_as_it_should_be(corpus: Corpus) -> None:
    assert len(LAYOUTS) >= 40
    assert len(corpus.papers) >= 2_000
    assert len(corpus.defects) >= 150
    assert len({defect.kind for defect in corpus.defects}) >= 25


def expected(made: Made, layout: Layout) -> tuple[object, ...]:
    def unless_lacking(name: str, value: object, otherwise: object) -> object:
        return otherwise if name in layout.lacks else value

    authors = tuple(made.initialled if layout.has_initials else made.names)
    return (
        made.title,
        made.abstract,
        unless_lacking("authors", authors, ()),
        unless_lacking("year", made.year, None),
        unless_lacking("doi", made.doi, ""),
    )


@pytest.mark.parametrize("layout", LAYOUTS, ids=[layout.name for layout in LAYOUTS])
def test_every_good_paper_goes_in_as_it_was_written(corpus: Corpus, papers: dict[str, Paper], layout: Layout) -> None:
    for made, where in corpus.papers:
        if where is layout:
            paper = papers.get(made.title)
            assert paper is not None, made
            assert (paper.title, paper.abstract, paper.authors, paper.year, paper.doi) == expected(made, layout)


def test_no_other_paper_goes_in(corpus: Corpus, papers: dict[str, Paper]) -> None:
    assert set(papers) - {made.title for made, _ in corpus.papers} == set()


def test_papers_that_two_files_have_are_one(corpus: Corpus, report: IngestReport) -> None:
    assert report.merged == corpus.shared


def test_every_record_is_in_one_of_the_counts(corpus: Corpus, report: IngestReport) -> None:
    assert report.rows == corpus.records
    assert (report.added, report.changed, report.unchanged) == (len(corpus.papers), 0, 0)


def tells(problem: Problem, defect: Defect, folder: Path) -> bool:
    place = problem.line or problem.record
    return (
        (str(problem.file) + "/").startswith(f"{folder / 'papers' / defect.file}/")
        and re.search(defect.says, problem.message) is not None
        and (defect.first <= place <= defect.last)
    )


def test_every_defect_is_told_with_its_place_and_nothing_else(
    folder: Path, corpus: Corpus, report: IngestReport
) -> None:
    untold = [one for one in corpus.defects if one.says and not any(tells(p, one, folder) for p in report.problems)]
    assert untold == []
    uncalled = [p for p in report.problems if not any(one.says and tells(p, one, folder) for one in corpus.defects)]
    assert uncalled == []
