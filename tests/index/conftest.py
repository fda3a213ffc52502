"""Fixtures of the index tests: a few real papers, and an index over them that is made once."""

import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import hypothesis
import pytest
from servers.chroma import ChromaServer

from bench.hashed import replace_packaged_model
from index import IndexSettings, Paper, PaperIndex, catalogue_path
from index.readers import read_papers

# A busy machine is no reason to fail.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.fixture(scope="session")
def papers() -> list[Paper]:
    """The first twelve papers of the shipped catalogue."""
    return [paper for paper in islice(read_papers(catalogue_path()), 12) if isinstance(paper, Paper)]


@pytest.fixture(scope="session")
def small_index(papers: list[Paper], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of an index over `papers`. Tests only read it, or copy it."""
    folder = tmp_path_factory.mktemp("small-index")
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add(papers)
    return folder


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    server = ChromaServer(tmp_path_factory.mktemp("server"))
    yield server
    server.kill()


@pytest.fixture
def chroma(running: ChromaServer) -> Iterator[ChromaServer]:
    """A real Chroma server, the same for all tests; each names a collection of its own, and may kill it."""
    yield running
    if not running.is_running:
        running.start()


@pytest.fixture
def server(chroma: ChromaServer) -> int:
    """Its port."""
    return chroma.port


@pytest.fixture
def settings(tmp_path: Path) -> IndexSettings:
    """Settings for an index that does not exist yet."""
    return IndexSettings(folder=tmp_path / "index")


@pytest.fixture
def quick_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """The model takes microseconds a text, and its vectors tell texts apart, no more: for tests of the stores."""
    replace_packaged_model(monkeypatch.setattr)


@pytest.fixture
def copied(small_index: Path, tmp_path: Path) -> IndexSettings:
    """Settings for a copy of `small_index` that a test may write to."""
    shutil.copytree(small_index, tmp_path / "copy")
    return IndexSettings(folder=tmp_path / "copy")
