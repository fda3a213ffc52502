"""A path may be a file, a folder, a pattern or standard input; nothing in a folder is passed over without a word."""

import io
import os
import sys
from pathlib import Path

import pytest

from index import Paper, Problem, ReadError
from index.readers import SourceFile, find_files, read_papers

TABLE = b"title,abstract\nOne,Hedgehogs were weighed in forty parks.\n"


def names(path: Path, leave_out: Path | None = None) -> list[str]:
    return [str(found.name.relative_to(path)) for found in find_files(path, leave_out) if isinstance(found, SourceFile)]


def said(path: Path) -> dict[str, str]:
    return {one.file.name: one.message for one in find_files(path) if isinstance(one, Problem)}


def test_every_file_of_a_folder_and_its_subfolders_is_found_in_order(tmp_path: Path) -> None:
    for name in ("b.csv", "deep/er/a.JSONL", "notes.md", "index/words"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    assert names(tmp_path, tmp_path / "index") == ["b.csv", "deep/er/a.JSONL", "notes.md"]
    with pytest.raises(ReadError, match="holds no files"):
        names(tmp_path / "empty")
    with pytest.raises(ReadError, match="There is no file or folder"):
        names(tmp_path / "nowhere")


def test_hidden_files_are_left_out_with_a_warning_unless_they_are_named(tmp_path: Path) -> None:
    (tmp_path / ".git" / "objects").mkdir(parents=True)
    (tmp_path / ".git" / "objects" / "x").touch()
    (tmp_path / ".papers.csv").write_bytes(TABLE)
    found = list(find_files(tmp_path))
    assert [(str(one.file.name), one.is_lost) for one in found if isinstance(one, Problem)] == [
        (".git", False),
        (".papers.csv", False),
    ]
    assert len(list(find_files(tmp_path / ".papers.csv"))) == 1


def test_a_folder_that_links_to_itself_ends(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_bytes(TABLE)
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["in/a.csv"]
    assert {name: message.split(":")[0].split(" (")[0] for name, message in said(tmp_path).items()} == {
        "up": "It is a link to a folder that is read already.",
        "self": "It is a link to nothing",
        "gone": "It is a link to nothing",
    }


def test_folders_that_go_very_deep_end(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(120):
        deep /= "d"
    deep.mkdir(parents=True)
    assert "100 folders deep" in next(iter(said(tmp_path).values()))


def test_what_may_not_be_read_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "shut/c.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TABLE)
    (tmp_path / "a.csv").chmod(0)
    (tmp_path / "shut").chmod(0)
    if os.access(tmp_path / "a.csv", os.R_OK):
        pytest.skip("this user may read everything")
    try:
        assert "can't be read" in said(tmp_path)["shut"]
        assert names(tmp_path) == ["a.csv", "b.csv"]
        with pytest.raises(ReadError, match="Check the file and its permissions"):
            list(read_papers(tmp_path / "a.csv"))
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_a_pipe_in_a_folder_is_left_out_and_does_not_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "pipe or a device" in said(tmp_path)["pipe"]


def test_a_pattern_means_the_files_that_fit(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "c.txt", "in/d.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TABLE)
    found = [file.name.name for file in find_files(tmp_path / "**" / "*.csv") if isinstance(file, SourceFile)]
    assert sorted(found) == ["a.csv", "b.csv", "d.csv"]
    with pytest.raises(ReadError, match="There is no file that fits"):
        list(find_files(tmp_path / "*.bib"))


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "a[1].csv").write_bytes(TABLE)
    assert len(list(find_files(tmp_path / "a[1].csv"))) == 1


@pytest.mark.parametrize("size", [1, 15_000])
def test_standard_input_is_a_file_like_any_other(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    content = TABLE + b"".join(b"Number %d,%s\n" % (number, b"Hedgehogs were weighed. " * 15) for number in range(size))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    found = [paper for file in find_files("-") if isinstance(file, SourceFile) for paper in read_papers(file)]
    assert len(found) == size + 1
    assert all(isinstance(paper, Paper) for paper in found)
