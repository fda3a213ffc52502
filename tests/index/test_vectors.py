"""Vectors in Chroma, in this process and behind a server."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from bench.hashed import replace_packaged_model
from index import IndexSettings, Paper, PaperIndex, PaperIndexError, inspect
from index.embedding import normalise
from index.vectors import Shown, Vectors

VECTORS = normalise(np.random.default_rng(0).normal(size=(200, 8)))
IDS = [f"p{n}#0" for n in range(200)]


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[Vectors]:
    vectors = Vectors(tmp_path, IndexSettings(), "library")
    vectors.write(IDS, VECTORS)
    yield vectors
    vectors.close()


def test_the_nearest_come_first_with_their_cosine(vectors: Vectors) -> None:
    cosines = VECTORS @ VECTORS[7]
    hits = vectors.search(VECTORS[7], 10)
    assert [id for id, _ in hits] == [IDS[at] for at in np.argsort(-cosines)[:10]]
    np.testing.assert_allclose([cosine for _, cosine in hits], np.sort(cosines)[::-1][:10], atol=1e-5)


def test_written_vectors_replace_earlier_ones_and_removed_ones_are_gone(vectors: Vectors) -> None:
    vectors.write(IDS[:2], VECTORS[[1, 0]])
    vectors.remove(IDS[150:])
    assert vectors.count() == 150
    # To one of the two the approximate graph may have no path (`EXACT_BELOW` in index/meaning.py).
    found = {id: cosine for id, cosine in vectors.search(VECTORS[1], 150) if id in IDS[:2]}
    wanted = {IDS[0]: 1, IDS[1]: float(VECTORS[0] @ VECTORS[1])}
    assert found == pytest.approx({id: wanted[id] for id in found}, abs=1e-5)
    assert found
    vectors.remove([])
    vectors.clear()
    assert vectors.count() == 0
    assert vectors.search(VECTORS[1], 1) == []


def test_more_than_chroma_takes_at_once_is_written_in_parts(vectors: Vectors) -> None:
    many = np.tile(VECTORS, (30, 1))
    vectors.write([f"m{n}#0" for n in range(len(many))], many)
    assert vectors.count() == 6200


def test_an_open_index_keeps_no_other_from_its_own_folder(tmp_path: Path) -> None:
    for name in ("one", "two"):
        vectors = Vectors(tmp_path / name, IndexSettings(), name)
        vectors.write([name], VECTORS[:1])
        assert vectors.count() == 1
        vectors.close()
        vectors.close()


def test_a_vector_on_a_server_is_taken_when_what_is_said_there_is_said_of_it(server: int, tmp_path: Path) -> None:
    settings = IndexSettings(store="server", server_port=server, collection="taken")
    vectors = Vectors(tmp_path, settings, "library")
    vectors.write(["a#0"], VECTORS[:1], [Shown("a#0", "Owls see.", "digest", 1)])
    np.testing.assert_allclose(vectors.take({"a#0": "digest"})["a#0"], VECTORS[0], atol=1e-6)
    assert vectors.take({"a#0": "of another text"}) == {}
    # As Chroma shows it while another process writes: the vector is not the one that the digest is of.
    vectors.write(["a#0"], VECTORS[1:2])
    assert vectors.take({"a#0": "digest"}) == {}
    vectors.close()


def test_vectors_may_live_behind_a_server(server: int, settings: IndexSettings, papers: list[Paper]) -> None:
    served = settings.model_copy(update={"store": "server", "server_port": server})
    with PaperIndex.open(served) as index:
        index.add(papers[:2])
        hits = index.search_meaning(index.embedding.embed_query("bleeding in the brain"), 3)
        assert hits[0][0].startswith(papers[0].id)
        index.restore()
        assert index.meaning.vectors.count() == index.library.count_passages()
    assert {finding.severity for finding in inspect(served)} == {"ok"}


def test_a_rebuild_on_a_server_fills_the_same_collection(
    server: int, settings: IndexSettings, papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_packaged_model(monkeypatch.setattr)
    served = settings.model_copy(update={"store": "server", "server_port": server, "collection": "rebuilding"})
    with PaperIndex.open(served) as index, PaperIndex.open(served) as reader:
        index.add(papers[:2])
        index.rebuild()
        index.rebuild()
        vector = index.embedding.embed_query("bleeding in the brain")
        assert index.search_meaning(vector, 9) == reader.search_meaning(vector, 9) != []
        assert index.meaning.vectors.count() == index.library.count_passages()
    collections = f"http://127.0.0.1:{server}/api/v2/tenants/default_tenant/databases/default_database/collections"
    names = [each["name"] for each in httpx.get(collections).json() if each["name"].startswith("rebuilding")]
    assert len([name for name in names if "-passages-" in name]) == 1
    assert {finding.severity for finding in inspect(served)} == {"ok"}


def test_a_server_that_is_away_is_an_error_that_says_how_to_start_one(settings: IndexSettings) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        away = settings.model_copy(update={"store": "server", "server_port": unused.getsockname()[1]})
        with pytest.raises(PaperIndexError, match="Start one with `chroma run`"):
            PaperIndex.open(away)
