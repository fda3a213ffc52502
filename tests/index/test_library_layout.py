"""A library of an older layout is brought to today's; one of a newer program is left alone."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from index import IndexMismatch, IndexSettings, Origin, Paper, PaperIndex, Record, inspect, repair
from index.library_layout import MIGRATIONS
from index.origin import KEPT_FROM_BEFORE

LAYOUTS = Path(__file__).parent.parent / "layouts"
OLD = LAYOUTS / "library-1.sqlite"

pytestmark = pytest.mark.usefixtures("quick_model")


@pytest.fixture
def old(settings: IndexSettings) -> IndexSettings:
    """An index whose library is of the first layout."""
    assert settings.folder
    settings.folder.mkdir()
    shutil.copy(OLD, settings.folder / "library.sqlite")
    return settings


def layout(settings: IndexSettings) -> int:
    assert settings.folder
    with sqlite3.connect(settings.folder / "library.sqlite") as connection:
        number = int(connection.execute("PRAGMA user_version").fetchone()[0])
    connection.close()
    return number


def test_a_library_of_the_first_layout_keeps_its_papers_and_gets_todays_layout(old: IndexSettings) -> None:
    for _ in range(2):
        with PaperIndex.open(old) as index:
            papers = index.all_papers()
            passages = index.passages([paper.id for paper in papers])
            assert index.library.copy.count() == len(papers)
        assert (papers[0].id, papers[0].title, papers[0].year) == ("owl-1", "Owls at Night", 2020)
        assert [paper.id for paper in papers][1:] == ["fox-1", "bee-1"]
        assert [passages[paper.id][0].text for paper in papers] == [paper.abstract for paper in papers]
        assert layout(old) == len(MIGRATIONS)


def test_a_library_of_the_first_layout_is_searched_and_repaired(old: IndexSettings) -> None:
    assert {finding.severity for finding in repair(old)} == {"ok"}
    with PaperIndex.open(old) as index:
        assert index.search_words("owls", 1)[0][0] == "owl-1"
        assert index.meaning.vectors.count() == 3


def test_a_library_of_layout_2_knows_its_papers_by_all_their_keys(settings: IndexSettings) -> None:
    place(settings, LAYOUTS / "library-2.sqlite", "library.sqlite")
    with PaperIndex.open(settings) as index:
        assert [paper.id for paper in index.all_papers()] == ["owl-1", "2401.00001v2", "10.1000/Bee.3"]
        assert index.origins(["owl-1"]) == {"owl-1": [Origin(KEPT_FROM_BEFORE)]}
        rows = [
            Paper("7", "Owls at night!", "Owls hear.", doi="10.1000/owl"),
            Paper("8", "Foxes", "Foxes.", url="https://arxiv.org/abs/2401.00001v3", journal="Fox Letters"),
            Paper("9", "Bees", "Bees fly.", doi="10.1000/bee.3"),
        ]
        report = index.add([Record(paper, Origin("/new.bib", n)) for n, paper in enumerate(rows, 1)])
        assert (report.added, report.merged + report.changed) == (0, 3)
        assert index.papers(["2401.00001v2"])["2401.00001v2"].journal == "Fox Letters"


def test_details_origins_and_links_come_back_from_the_copy(settings: IndexSettings) -> None:
    preprint = Paper("2401.00001", "A", "Short.", ("Ann Lee",), keywords=("owls",), journal="J", language="en")
    article = Paper("k", "A", "Longer than short.", ("Ann Lee",), doi="10.5555/1", pmid="7")
    other = Paper("z", "A", "Short.", doi="10.5555/1")
    with PaperIndex.open(settings) as index:
        index.add([Record(paper, Origin(f"/{n}.bib", n)) for n, paper in enumerate((preprint, article, other), 1)])
        papers, origins, links = index.all_papers(), index.origins(["2401.00001", "k"]), index.links(["k"])
    assert settings.folder
    (settings.folder / "library.sqlite").write_bytes(b"no library")
    repair(settings)
    with PaperIndex.open(settings) as index:
        assert index.all_papers() == papers
        assert (index.origins(["2401.00001", "k"]), index.links(["k"])) == (origins, links)
        assert index.add([Record(article, Origin("/2.bib", 2)), Record(other, Origin("/3.bib", 3))]).changed == 0


def test_a_copy_of_the_first_layout_still_makes_a_library(settings: IndexSettings) -> None:
    place(settings, LAYOUTS / "library-copy-1.sqlite", "library-copy.sqlite")
    repair(settings)
    with PaperIndex.open(settings) as index:
        assert [paper.id for paper in index.all_papers()] == ["owl-1", "2401.00001v2", "10.1000/Bee.3"]


def place(settings: IndexSettings, file: Path, name: str) -> None:
    assert settings.folder
    settings.folder.mkdir()
    shutil.copy(file, settings.folder / name)


def test_a_library_of_a_newer_program_is_left_alone(old: IndexSettings) -> None:
    assert old.folder
    with sqlite3.connect(old.folder / "library.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(IndexMismatch, match="a newer paperchat made it"):
        PaperIndex.open(old)
    assert [finding.severity for finding in inspect(old)] == ["error"]
    assert layout(old) == len(MIGRATIONS) + 1


def test_a_migration_that_fails_leaves_the_old_layout(old: IndexSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: sqlite3.Connection) -> None:
        connection.execute("DROP TABLE leftovers")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("index.library_layout.MIGRATIONS", (*MIGRATIONS, fail))
        with pytest.raises(KeyboardInterrupt):
            PaperIndex.open(old)
    assert layout(old) == 0
    with PaperIndex.open(old) as index:
        assert index.count() == 3
