"""A command in another folder may use another library: it says so, on stderr, and only then."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ui.cli.commands import main

Run = Callable[..., tuple[str, str]]


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Two folders, each with a config.yaml and a paper; a home and a state of their own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    found = []
    for name in ("owls", "bees"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "config.yaml").write_text("llm: offline", "utf-8")
        paper = {"id": name, "title": f"All about {name}", "abstract": f"There are {name} everywhere."}
        (folder / "papers.jsonl").write_text(json.dumps(paper), "utf-8")
        found.append(folder)
    return found[0], found[1]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run(folder, "search", "owls")`: what `paperchat` prints there on stdout and stderr."""

    def run(folder: Path, *arguments: object) -> tuple[str, str]:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["paperchat", *map(str, arguments)])
        main()
        return tuple(capsys.readouterr())

    return run


def test_another_library_than_last_time_is_named_once(run: Run, folders: tuple[Path, Path]) -> None:
    owls, bees = folders
    for folder in folders:
        run(folder, "index", "papers.jsonl")
    out, err = run(owls, "search", "owls", "--json")
    assert [hit["paper_id"] for hit in json.loads(out)] == ["owls"]
    assert f"Library: {owls / '.paperchat'} (1 paper), as {owls / 'config.yaml'} says" in err
    assert f"last time it was {bees / '.paperchat'}" in err
    assert run(owls, "search", "owls", "--json")[1] == ""


def test_a_library_that_is_made_is_named_with_where_it_was_looked_for(run: Run, folders: tuple[Path, Path]) -> None:
    owls, bees = folders
    run(owls, "index", "papers.jsonl")
    (bees / "config.yaml").unlink()
    _, err = run(bees, "index", "papers.jsonl")
    assert f"Library: {Path.home() / '.paperchat'} (new), as there is no config.yaml in {bees}" in err
    assert f"last time it was {owls / '.paperchat'}" in err


def test_the_option_is_named_where_it_chose(run: Run, folders: tuple[Path, Path]) -> None:
    owls, bees = folders
    run(owls, "index", "papers.jsonl")
    run(bees, "index", "papers.jsonl")
    assert "as --index-dir says" in run(bees, "search", "owls", "--index-dir", owls / ".paperchat")[1]


@pytest.mark.parametrize("obstacle", ["a file", "a folder in its place", "no text"])
def test_where_nothing_can_be_kept_commands_work_all_the_same(
    run: Run, folders: tuple[Path, Path], tmp_path: Path, obstacle: str
) -> None:
    if obstacle == "a file":
        (tmp_path / "state").write_text("", "utf-8")
    elif obstacle == "a folder in its place":
        (tmp_path / "state" / "paperchat" / "last-library").mkdir(parents=True)
    else:
        (tmp_path / "state" / "paperchat").mkdir(parents=True)
        (tmp_path / "state" / "paperchat" / "last-library").write_bytes(b"\xff\x00\n")
    owls, _ = folders
    run(owls, "index", "papers.jsonl")
    out, _ = run(owls, "search", "owls", "--json")
    assert json.loads(out)
