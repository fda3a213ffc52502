"""Whatever happens to words and vectors, they are made again from the library, and nothing is lost."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.hashed import replace_packaged_model
from index import IndexDamaged, IndexSettings, Paper, PaperIndex, inspect, repair

QUESTION = "How do patients fare after bleeding in the brain?"


def answers(settings: IndexSettings) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    with PaperIndex.open(settings) as index:
        hits = index.search_meaning(index.embedding.embed_query(QUESTION), 8)
        return index.search_words(QUESTION, 8), [(id, round(cosine, 4)) for id, cosine in hits]


def troubles(settings: IndexSettings) -> list[str]:
    return [finding.name for finding in inspect(settings) if finding.severity == "error"]


def spoil(file: Path) -> None:
    size = file.stat().st_size
    file.write_bytes(b"spoiled " * (size // 8 + 1))


def remove_words(folder: Path) -> None:
    shutil.rmtree(folder / "words")


def remove_vectors(folder: Path) -> None:
    shutil.rmtree(folder / "vectors")


def remove_encodings(folder: Path) -> None:
    (folder / "encodings.sqlite").unlink()


def remove_all_but_the_library(folder: Path) -> None:
    remove_words(folder)
    remove_vectors(folder)
    remove_encodings(folder)


def spoil_words(folder: Path) -> None:
    for file in (folder / "words").iterdir():
        spoil(file)


def spoil_vectors(folder: Path) -> None:
    for file in (folder / "vectors").rglob("*.*"):
        spoil(file)


def spoil_encodings(folder: Path) -> None:
    spoil(folder / "encodings.sqlite")


def lose_a_vector(folder: Path) -> None:
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.meaning.vectors.remove([min(index.library.passage_ids())])


def lose_a_kept_vector(folder: Path) -> None:
    with sqlite3.connect(folder / "encodings.sqlite") as encodings:
        encodings.execute("DELETE FROM vectors WHERE rowid = 1")
    encodings.close()


DAMAGES = [
    remove_words,
    remove_vectors,
    remove_encodings,
    remove_all_but_the_library,
    spoil_words,
    spoil_vectors,
    spoil_encodings,
    lose_a_vector,
    lose_a_kept_vector,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_repair_brings_back_the_same_results(
    small_index: Path, copied: IndexSettings, damage: Callable[[Path], None]
) -> None:
    expected = answers(IndexSettings(folder=small_index))
    assert copied.folder
    damage(copied.folder)
    assert troubles(copied)
    repaired = repair(copied)
    assert [finding.name for finding in repaired if finding.severity != "ok"] == []
    assert answers(copied) == expected


@pytest.mark.parametrize("damage", [spoil_words, remove_vectors, spoil_encodings], ids=lambda damage: damage.__name__)
def test_repair_finds_what_a_rebuild_has_made(
    settings: IndexSettings, papers: list[Paper], damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_packaged_model(monkeypatch.setattr)
    with PaperIndex.open(settings) as index:
        index.add(papers)
        index.rebuild()
    expected = answers(settings)
    assert settings.folder
    damage(settings.folder / "rebuilt-1")
    assert troubles(settings)
    assert {finding.severity for finding in repair(settings)} == {"ok"}
    assert answers(settings) == expected


def test_a_whole_index_has_nothing_to_find(small_index: Path) -> None:
    settings = IndexSettings(folder=small_index)
    assert {finding.severity for finding in inspect(settings)} == {"ok"}
    assert {finding.severity for finding in inspect(settings.model_copy(update={"chunk_tokens": 64}))} == {
        "ok",
        "warning",
    }


def test_no_index_yet_is_a_warning_with_the_next_command(settings: IndexSettings) -> None:
    (finding,) = inspect(settings)
    assert (finding.severity, finding.remedy) == ("warning", "Run `paperchat index` with your files.")
    assert repair(settings) == [finding]
    assert settings.folder
    assert not settings.folder.exists()


def test_a_damaged_part_is_an_error_that_names_the_command(copied: IndexSettings) -> None:
    assert copied.folder
    spoil_words(copied.folder)
    with pytest.raises(IndexDamaged, match="paperchat doctor --repair"):
        PaperIndex.open(copied)


def test_a_damaged_library_cannot_be_repaired_and_says_so(copied: IndexSettings) -> None:
    assert copied.folder
    spoil(copied.folder / "library.sqlite")
    with pytest.raises(IndexDamaged, match="restore it from a copy"):
        repair(copied)
    (finding,) = inspect(copied)
    assert finding.severity == "error"
