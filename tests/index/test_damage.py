"""Whatever happens to files of an index: a command says in a line what mends it, and the first repair does."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers.forking import Commands, Done

from index import IndexSettings, Paper, PaperIndex

PAPERS = [
    Paper(f"p{n}", f"{name} at Night", f"{name} see at night. Their eyes are {n} cm wide. They hunt {n} kinds of mice.")
    for n, name in enumerate(["Owls", "Cats", "Foxes", "Bats", "Moths", "Frogs", "Hares", "Deer"] * 5, 1)
]
QUESTION = "How wide are the eyes of owls?"


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as commands:
        yield commands


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough rows in two steps for Chroma's graph to be on disk."""
    folder = tmp_path_factory.mktemp("whole")
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add(PAPERS)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "index"))


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    """Bytes all over the file, but for its head."""
    content = bytearray(file.read_bytes())
    for at in range(100, len(content), 97):
        content[at] ^= 0xFF
    file.write_bytes(content)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def remove(file: Path) -> None:
    file.unlink()


def replace_by_a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def replace_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


DAMAGES: list[tuple[Callable[[Path], None], str]] = [
    (flip, "library.sqlite"),
    (empty, "library.sqlite"),
    (remove, "library.sqlite"),
    (replace_by_a_folder, "library.sqlite"),
    (cut, "library-copy.sqlite"),
    (flip, "encodings.sqlite"),
    (flip, "vectors/chroma.sqlite3"),
    (cut, "vectors/*/*.bin"),
    (flip, "words/*.*"),
    (replace_by_a_file, "words"),
]
UNSEALED: list[tuple[Callable[[Path], None], str]] = [(cut, "vectors/*/*.bin"), (flip, "words/*.*")]
CASES = [(*damage, True) for damage in DAMAGES] + [(*damage, False) for damage in UNSEALED]


def one_line(done: Done) -> bool:
    return "Traceback" not in done.err and "panicked" not in done.err and done.code in (0, 1)


@pytest.mark.parametrize(("damage", "where", "is_sealed"), CASES, ids=lambda each: getattr(each, "__name__", each))
def test_damage_is_told_in_a_line_and_the_first_repair_mends_it(
    commands: Commands, folder: Path, damage: Callable[[Path], None], where: str, is_sealed: bool
) -> None:
    if not is_sealed:
        for seal in folder.glob("*.seal"):
            seal.unlink()
    damaged = list(folder.glob(where))
    assert damaged
    for path in damaged:
        damage(path)
    for command in (["ask", QUESTION], ["doctor"]):
        done = commands.run(*command, "--index-dir", folder)
        assert one_line(done), (command, done)
        if done.code:
            assert "paperchat doctor --repair" in done.out + done.err, (command, done)
    repaired = commands.run("doctor", "--repair", "--index-dir", folder)
    assert (repaired.code, "ERROR" in repaired.out) == (0, False), repaired
    assert one_line(repaired), repaired
    assert "40 papers" in repaired.out
    asked = commands.run("ask", QUESTION, "--index-dir", folder)
    assert asked.code == 0, asked
    assert "[1]" in asked.out
