"""A full disk says what to do about it; a folder that can't be written is searched and asked all the same."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.commands import Commands
from index import IndexSettings, Paper, PaperIndex


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as commands:
        yield commands


@pytest.mark.parametrize("limit", [50_000, 200_000])
def test_a_full_disk_says_to_make_room_and_the_same_command_goes_on(
    commands: Commands, tmp_path: Path, limit: int
) -> None:
    papers, folder = tmp_path / "papers.jsonl", tmp_path / "index"
    rows = [{"id": f"p{n}", "title": f"Owls {n}", "abstract": f"Owls see {n} mice at night. " * 9} for n in range(60)]
    papers.write_text("\n".join(json.dumps(row) for row in rows))
    full = commands.run("index", papers, "--index-dir", folder, file_limit=limit)
    assert full.code == 1, full
    assert "ake room" in full.err, full
    assert "--repair" not in full.err, full
    assert "Traceback" not in full.err, full
    again = commands.run("index", papers, "--index-dir", folder)
    assert again.code == 0, again
    found = commands.run("doctor", "--index-dir", folder)
    assert "60 papers" in found.out, found
    assert "ERROR" not in found.out, found


def test_a_folder_that_cannot_be_written_is_searched_and_asked(commands: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add([Paper("p1", "Owls at Night", "Owls see at night. Their eyes are 5 cm wide.")])
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = sorted(folder.rglob("*"))
    asked = commands.run("ask", "How wide are the eyes of owls?", "--index-dir", folder, is_bound=True)
    assert asked.code == 0, asked
    assert "5 cm wide" in asked.out, asked
    found = commands.run("search", "owl eyes", "--index-dir", folder, is_bound=True)
    assert (found.code, "Owls at Night" in found.out) == (0, True), found
    doctor = commands.run("doctor", "--index-dir", folder, is_bound=True)
    assert (doctor.code, "can't be written" in doctor.out) == (0, True), doctor
    papers = tmp_path / "papers.jsonl"
    papers.write_text(json.dumps({"title": "Bees", "abstract": "Bees dance to point to flowers."}))
    for refused in (["doctor", "--repair"], ["index", "--rebuild"], ["index", papers]):
        done = commands.run(*refused, "--index-dir", folder, is_bound=True)
        assert done.code == 1, done
        assert "Traceback" not in done.err, done
        (line,) = [line for line in done.err.splitlines() if not line.startswith("Library:")]
        assert "can't be written" in line, done
        assert "ermissions" in line, done
    assert sorted(folder.rglob("*")) == before


def questions(file: Path, number: int) -> Path:
    rows = [
        {"qid": f"q{n}", "type": "detail", "question": "How wide are owl eyes?", "gold": ["p1"]} for n in range(number)
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows))
    return file


def test_on_a_full_disk_each_command_says_to_make_room_and_works_once_there_is_some(
    commands: Commands, tmp_path: Path
) -> None:
    folder, asked = tmp_path / "index", questions(tmp_path / "questions.jsonl", 40)
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add([Paper("p1", "Owls at Night", "Owls see at night. Their eyes are 5 cm wide.")])
    for limit, *command in (
        (8_000, "ask", "How wide are owl eyes?"),
        (8_000, "search", "owls"),
        (8_000, "doctor"),
        (8_000, "doctor", "--repair"),
        (34_000, "eval", asked),
    ):
        full = commands.run(*command, "--index-dir", folder, file_limit=limit)
        assert full.code == 1, full
        said = [line for line in (full.out + full.err).splitlines() if "ake room" in line]
        assert len(said) == 1, full
        assert "Traceback" not in full.err, full
        assert "--repair" not in said[0], full
        again = commands.run(*command, "--index-dir", folder)
        assert again.code == 0, again


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_report_for_which_there_is_no_room_asks_nothing_anew(commands: Commands, tmp_path: Path) -> None:
    folder, asked = tmp_path / "index", questions(tmp_path / "questions.jsonl", 2)
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add([Paper("p1", "Owls at Night", "Owls see at night. Their eyes are 5 cm wide.")])
    full = commands.run("eval", asked, "--json", "/dev/full", "--index-dir", folder)
    assert full.code == 1, full
    assert "Make room" in full.err.splitlines()[-1], full
    again = commands.run("eval", asked, "--json", tmp_path / "run.json", "--index-dir", folder)
    assert (again.code, "Going on after 2 of 2" in again.err) == (0, True), again
