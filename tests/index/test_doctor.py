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


def lose_the_copy(folder: Path) -> None:
    for file in folder.glob("library-copy.sqlite*"):
        file.unlink()


def test_a_lost_library_comes_back_from_the_copy_of_the_papers_with_its_kept_vectors(
    small_index: Path, copied: IndexSettings
) -> None:
    assert copied.folder
    (copied.folder / "library.sqlite").unlink()
    with pytest.raises(IndexDamaged, match="paperchat doctor --repair"):
        PaperIndex.open(copied)
    assert repair(copied)[0].message == "12 papers are back from their copy"
    assert answers(copied) == answers(IndexSettings(folder=small_index))


def test_without_the_copy_a_lost_library_says_what_is_lost(copied: IndexSettings) -> None:
    assert copied.folder
    lose_the_copy(copied.folder)
    (copied.folder / "library.sqlite").unlink()
    with pytest.raises(IndexDamaged, match="titles and abstracts of your papers"):
        repair(copied)


def test_without_the_copy_a_damaged_library_gives_back_what_can_be_read(copied: IndexSettings) -> None:
    assert copied.folder
    lose_the_copy(copied.folder)
    with sqlite3.connect(copied.folder / "library.sqlite") as library:
        library.execute("UPDATE papers SET abstract = 'Another.' WHERE number = 3")
    library.close()
    lose_the_copy(copied.folder)
    assert troubles(copied)
    first = repair(copied)[0]
    assert (first.name, first.severity) == ("recovered", "warning")
    assert first.message.startswith("11 papers are back from their copy, 1 can't be read any more")
    assert (copied.folder / "library.damaged.sqlite").exists()
    assert troubles(copied) == []
