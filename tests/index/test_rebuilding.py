"""A rebuild that is stopped or fails leaves an index that works, and the next one goes on."""

import os
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

import index
from bench import hashed
from index import EmbeddingError, EmbeddingSettings, IndexSettings, Paper, PaperIndex, ingest, inspect
from index.embedding import Vector

pytestmark = pytest.mark.usefixtures("quick_model")

CODE = Path(index.__file__).parent
WRITING = {str(CODE / f"{name}.py") for name in ("rebuilding", "writing", "stores", "library", "vectors")}
"""Where the statements are that change files. While the words are written threads of tantivy are at work, so that no
copy of that moment would be true; they are committed at one stroke."""

PAPERS = [
    Paper(f"p{n}", f"Paper {n}", " ".join(f"Owl {n} hears mouse {n}{part} below the snow." for part in range(8)))
    for n in range(5)
]


@pytest.fixture
def old(tmp_path: Path) -> IndexSettings:
    """Settings of an index over PAPERS."""
    settings = IndexSettings(folder=tmp_path / "index", chunk_tokens=128)
    with PaperIndex.open(settings) as index:
        index.add(PAPERS)
    return settings


def finer(settings: IndexSettings) -> IndexSettings:
    return settings.model_copy(update={"chunk_tokens": 32})


@pytest.fixture(autouse=True)
def several_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.writing.RECORD_BATCH", 3)
    monkeypatch.setattr("index.writing.EMBED_BATCH", 2)


def passages(index: PaperIndex) -> int:
    """How many there are, when all is well: every paper found by words, and every passage by its own vector."""
    assert index.all_papers() == PAPERS
    assert index.count_unfinished() == 0
    assert len(index.search_words("owl", 100)) == len(PAPERS)
    ids, vectors = index.encodings.all_vectors()
    assert set(ids) == index.library.passage_ids()
    assert [index.search_meaning(vector, 1)[0][0] for vector in vectors] == ids
    assert index.meaning.vectors.count() == len(index.token_vectors(ids)) == len(ids)
    return len(ids)


class Snapshots:
    """Copies a folder whenever a statement of the index is about to run and the folder has changed: what a kill at that
    moment would leave."""

    def __init__(self, folder: Path, into: Path) -> None:
        self._folder, self._into = folder, into
        self._seen: dict[str, tuple[int, int]] = {}
        self.taken: list[tuple[str, Path]] = []

    def __enter__(self) -> "Snapshots":
        sys.settrace(self._enter)
        return self

    def __exit__(self, *raised: object) -> None:
        sys.settrace(None)
        self._take("the end")

    def _enter(self, frame: FrameType, event: str, argument: Any) -> Any:
        return self._step if frame.f_code.co_filename in WRITING else None

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:
        if event == "line":
            self._take(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        return self._step

    def _take(self, place: str) -> None:
        found = {str(path): (status.st_size, status.st_mtime_ns) for path, status in self._files()}
        if found != self._seen:
            self._seen = found
            copy = self._into / str(len(self.taken))
            shutil.copytree(self._folder, copy)
            self.taken.append((place, copy))

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        for path in self._folder.rglob("*"):
            if not path.name.endswith(("-shm", ".lock", ".pid")):
                yield path, path.stat()


def test_a_rebuild_that_is_stopped_at_any_statement_leaves_an_index_that_works(
    old: IndexSettings, tmp_path: Path
) -> None:
    assert old.folder
    with PaperIndex.open(finer(old), rebuild=True) as index:
        before = passages(index)
        with Snapshots(old.folder, tmp_path) as snapshots:
            index.rebuild()
        after = passages(index)
    assert after > before
    found = []
    for number, (place, folder) in enumerate(snapshots.taken):
        with PaperIndex.open(finer(old).model_copy(update={"folder": folder}), rebuild=True) as index:
            found.append(passages(index))
            index.finish()
            assert passages(index) == found[-1], place
            if number % 3 == 0:
                index.rebuild()
                assert passages(index) == after, place
    # At one stroke: never anything between.
    assert found == sorted(found)
    assert set(found) == {before, after}


class FailingModel:
    """An embedding that answers a few times, then no more."""

    name, dimension = "openai/text-small", hashed.DIMENSION

    def __init__(self, answers: int) -> None:
        self.answers = answers

    def embed_query(self, text: str) -> Vector:
        return hashed.encode(text).vector

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        if self.answers == 0:
            raise EmbeddingError("The embedding model openai/text-small did not answer: wrong key.")
        self.answers -= 1
        return np.stack([self.embed_query(text) for text in texts])


def test_a_rebuild_whose_package_is_missing_leaves_the_index_as_it_was(old: IndexSettings) -> None:
    other = old.model_copy(update={"embedding": EmbeddingSettings(provider="ollama", model="nomic")})
    with pytest.raises(EmbeddingError, match="needs a package that is missing"):
        ingest([], other, rebuild=True)
    with PaperIndex.open(old) as index:
        assert passages(index) == 5
    assert old.folder
    assert not list(old.folder.glob("rebuilt-*"))


@pytest.mark.parametrize("answers", [0, 1])
def test_a_rebuild_whose_model_does_not_answer_leaves_the_index_as_it_was_and_goes_on_later(
    old: IndexSettings, monkeypatch: pytest.MonkeyPatch, answers: int
) -> None:
    other = finer(old).model_copy(update={"embedding": EmbeddingSettings(provider="openai", model="text-small")})
    model = FailingModel(answers)
    monkeypatch.setattr("index.providers.load_embedding", lambda settings, threads: model)
    with pytest.raises(EmbeddingError, match="wrong key"):
        ingest([], other, rebuild=True)
    with PaperIndex.open(old) as index:
        assert passages(index) == 5
        index.add(PAPERS)
        assert passages(index) == 5
    assert [finding.name for finding in inspect(old) if finding.severity == "warning"] == ["rebuild"]
    model.answers = 3 - answers
    ingest([], other, rebuild=True)
    with PaperIndex.open(other) as index:
        assert passages(index) > 5
    assert model.answers == 0


def test_what_came_in_after_a_rebuild_stopped_is_part_of_the_next(
    old: IndexSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = old.model_copy(update={"embedding": EmbeddingSettings(provider="openai", model="text-small")})
    model = FailingModel(1)
    monkeypatch.setattr("index.providers.load_embedding", lambda settings, threads: model)
    with pytest.raises(EmbeddingError):
        ingest([], other, rebuild=True)
    changed = replace(PAPERS[1], abstract="Zebrafish larvae swim towards light.")
    new = Paper("new", "Bees", "Bees dance to point to flowers.")
    with PaperIndex.open(old) as index:
        index.add([changed, new])
        index.remove(["p0"])
    model.answers = 9
    ingest([], other, rebuild=True)
    assert {finding.severity for finding in inspect(other)} == {"ok"}
    with PaperIndex.open(other) as index:
        assert index.all_papers() == [changed, *PAPERS[2:], new]
        assert index.search_words("zebrafish", 1)[0][0] == "p1"
        assert index.search_meaning(hashed.encode("Bees. Bees dance to point to flowers.").vector, 1)[0][0] == "new#0"


def test_a_rebuild_leaves_one_index_behind(old: IndexSettings) -> None:
    assert old.folder
    for _ in range(3):
        ingest([], old, rebuild=True)
    assert sorted(path.name for path in old.folder.iterdir() if path.is_dir()) == ["rebuilt-3"]
    assert not (old.folder / "encodings.sqlite").exists()
    assert not list((old.folder / "rebuilt-3").glob("library*"))


def test_others_search_while_a_rebuild_runs_and_after(old: IndexSettings) -> None:
    done = threading.Event()

    def search(index: PaperIndex) -> int:
        searches = 0
        while not done.is_set():
            assert len(index.search_words("owl", 9)) == 5
            hits = index.search_meaning(hashed.encode("Owl 3 hears mouse 31").vector, 3)
            assert len(hits) == 3
            assert index.sentence_vectors(["p3"])
            searches += 1
        return searches

    with PaperIndex.open(old) as index, PaperIndex.open(old) as reader, ThreadPoolExecutor() as threads:
        running = [threads.submit(search, one) for one in (index, index, reader)]
        try:
            for _ in range(3):
                index.rebuild()
        finally:
            done.set()
        assert all(one.result() > 0 for one in running)
