"""Which papers a filter lets pass, and that both searches find the best of those and no others."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bench.hashed import encode, replace_packaged_model
from bench.synthetic import drawn_around, make_papers, random_vectors
from index import IndexSettings, Paper, PaperIndex, Passing
from index.paper import paper_of

LAYOUTS = Path(__file__).parent.parent / "layouts"
PAPERS = [
    Paper("owl", "Owls", "Owls hear mice.", ("Émile Uhu", "Ann Lee"), 2020, topics=("Birds",), keywords=("gaze",)),
    Paper("fox", "Foxes", "Foxes hear mice.", ("Bo Fuchs", "ANN Leer"), 2022, topics=("mammals", "birds of prey")),
    Paper("bee", "Bees", "Bees hear nothing.", (), None, topics=("100%_sure",)),
    Paper("bat", "Bats", "Bats hear moths.", ("Straße", "?"), -5, keywords=("Hedgehogs",)),
]

pytestmark = pytest.mark.usefixtures("quick_model")


@pytest.fixture
def index(settings: IndexSettings) -> Iterator[PaperIndex]:
    with PaperIndex.open(settings) as opened:
        opened.add(PAPERS)
        yield opened


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, "owl fox bee bat"),
        ({"years": (2021, None)}, "fox"),
        ({"years": (None, 2020)}, "owl bat"),
        ({"years": (0, 2030)}, "owl fox"),
        ({"years": (2022, 2020)}, ""),
        ({"authors": ("ann lee",)}, "owl fox"),
        ({"authors": ("Leer", "émile")}, "owl fox"),
        ({"authors": ("STRASSE",)}, "bat"),
        ({"authors": ("",)}, "owl fox bat"),
        ({"authors": ("nobody", "%", "_", "*")}, ""),
        ({"authors": ("?",)}, "bat"),
        ({"authors": ("birds",)}, ""),
        ({"topics": ("BIRD",)}, "owl fox"),
        ({"topics": ("Gaze", "hedgehog")}, "owl bat"),
        ({"topics": ("%_",)}, "bee"),
        ({"topics": ("\ud800", "\0", "' OR 1")}, ""),
        ({"topics": (*(f"t{n}" for n in range(1500)), "mammal")}, "fox"),
        ({"paper_ids": ("bee", "owl", "none", "\ud800")}, "owl bee"),
        ({"paper_ids": ("bee", "owl"), "years": (2000, None)}, "owl"),
        ({"topics": ("bird",), "authors": ("uhu",), "years": (2020, 2020)}, "owl"),
        ({"topics": ("bird",), "authors": ("uhu",), "years": (2021, None)}, ""),
    ],
)
def test_a_filter_lets_pass_what_meets_each_of_its_parts(index: PaperIndex, parts: dict, expected: str) -> None:
    passing = index.passing(**parts)
    assert list(passing) == expected.split()
    assert len(passing) == len(expected.split())
    assert all((paper.id in passing) == (paper.id in expected.split()) for paper in PAPERS)


def test_changed_details_are_filtered_by_and_removed_papers_are_not(index: PaperIndex) -> None:
    index.add([Paper("owl", "Owls", "Owls hear mice.", ("Zoe Uil",), 1999, topics=("night",))])
    assert list(index.passing(authors=("uhu",))) == list(index.passing(years=(2020, 2020))) == []
    assert list(index.passing(authors=("uil",), years=(1999, 1999), topics=("night",))) == ["owl"]
    index.remove(["fox", "bat"])
    assert list(index.passing(authors=("fuchs", "stra"))) == []
    index.add([Paper("new", "News", "News are new.", ("No One",))])
    assert list(index.passing(authors=("fuchs", "stra", "one"))) == ["new"]


def test_papers_that_came_after_a_filter_was_made_do_not_pass(index: PaperIndex) -> None:
    passing = index.passing(years=(None, None))
    index.add([Paper("new", "Newts", "Newts hear mice.")])
    assert "new" not in {id for id, _ in index.search_words("hear newts", 9, paper_ids=passing)}
    hits = index.search_meaning(encode("Newts").vector, 9, paper_ids=passing)
    assert {paper_of(id) for id, _ in hits} == {paper.id for paper in PAPERS}


@pytest.mark.parametrize("is_read_only", [False, True])
def test_a_library_of_layout_3_is_filtered_also_where_it_cannot_be_written(
    settings: IndexSettings, is_read_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.folder
    settings.folder.mkdir()
    if is_read_only:
        with PaperIndex.open(settings) as index:
            index.add([Paper("x", "X", "X.")])
        for path in settings.folder.glob("library.sqlite*"):
            path.unlink()
    shutil.copy(LAYOUTS / "library-3.sqlite", settings.folder / "library.sqlite")
    before = (settings.folder / "library.sqlite").read_bytes()
    monkeypatch.setattr("index.stores.is_read_only", lambda folder: is_read_only)
    with PaperIndex.open(settings) as index:
        assert list(index.passing(authors=("ÉMILE",))) == ["owl-1"]
        assert list(index.passing(topics=("hunt", "vision"))) == ["owl-1", "fox-1"]
        assert list(index.passing(years=(2021, None))) == ["fox-1"]
        assert index.count() == 3
    assert ((settings.folder / "library.sqlite").read_bytes() == before) == is_read_only


# -- searching ------------------------------------------------------------------------------------------------------

MANY = 1500
"""Papers, of some 2,600 passages."""


@pytest.fixture(scope="module")
def many() -> list[Paper]:
    return list(make_papers(MANY))


encode_drawn = drawn_around(random_vectors(40, 384))


@pytest.fixture(scope="module")
def folder(many: list[Paper], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("many")
    with pytest.MonkeyPatch.context() as patch:
        replace_packaged_model(patch.setattr, encode_drawn, 384)
        with PaperIndex.open(IndexSettings(folder=folder, token_vectors=False)) as index:
            index.add(many)
    return folder


@pytest.fixture(params=["small", "large"])
def large(request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaperIndex]:
    """Searched whole, and by signs and int8 as if it had more passages than can be."""
    if request.param == "large":
        monkeypatch.setattr("index.meaning.EXACT_BELOW", 0)
        monkeypatch.setattr("index.rows.COMPARED", 100)
        monkeypatch.setattr("index.rows.CHOSEN_BY_SIGNS", 400)
    with PaperIndex.open(IndexSettings(folder=folder, token_vectors=False)) as opened:
        yield opened


FILTERS: dict[str, dict] = {
    "years": {"years": (2013, None)},
    "topic": {"topics": ("attention",)},
    "one year": {"years": (2013, 2013)},
    "ids": {"paper_ids": ("made-3", "made-700", "made-701")},
}


@pytest.mark.parametrize("name", FILTERS)
def test_the_nearest_passages_of_those_that_pass_are_found(large: PaperIndex, many: list[Paper], name: str) -> None:
    passing = large.passing(**FILTERS[name])
    ids, matrix = large.encodings.all_vectors()
    rows = [at for at, id in enumerate(ids) if paper_of(id) in passing]
    missed = 0
    for paper in many[::150]:
        vector = encode_drawn(paper.title).vector
        hits = large.search_meaning(vector, 20, paper_ids=passing)
        cosines = matrix[rows] @ vector
        best = {ids[rows[at]] for at in np.argsort(-cosines, kind="stable")[:20]}
        missed += len(best - {id for id, _ in hits})
        kept = large.encodings.vectors([id for id, _ in hits])
        np.testing.assert_allclose([cosine for _, cosine in hits], [kept[id] @ vector for id, _ in hits], atol=1e-5)
        assert [cosine for _, cosine in hits] == sorted((cosine for _, cosine in hits), reverse=True)
    assert missed <= 2, "of 200"


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("k", [1, 50, MANY])
def test_words_find_the_best_of_those_that_pass(large: PaperIndex, many: list[Paper], name: str, k: int) -> None:
    passing = large.passing(**FILTERS[name])
    assert isinstance(passing, Passing)
    for paper in many[::300]:
        every = large.search_words(paper.title, MANY)
        expected = [hit for hit in every if hit[0] in passing][:k]
        for given in (passing, list(passing)):
            found = large.search_words(paper.title, k, paper_ids=given)
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], rel=1e-5)
            assert {id for id, _ in found} <= set(passing)


def test_what_this_process_and_another_add_and_remove_is_seen_under_a_filter(
    settings: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.meaning.EXACT_BELOW", 0)

    def found(index: PaperIndex) -> set[str]:
        hits = index.search_meaning(encode("Newts").vector, 9, paper_ids=index.passing(years=(2000, None)))
        return {paper_of(id) for id, _ in hits}

    with PaperIndex.open(settings) as one, PaperIndex.open(settings) as other:
        one.add(PAPERS)
        assert found(one) == found(other) == {"owl", "fox"}
        other.add([Paper("newt", "Newts", "Newts hear mice.", year=2001)])
        assert found(one) == found(other) == {"owl", "fox", "newt"}
        one.remove(["owl"])
        other.add([Paper("fox", "Foxes", "Foxes hear mice.", year=1990)])
        assert found(one) == found(other) == {"newt"}
