"""A folder that is watched: what is new or changed is told once, and not before it is written."""

import os
from pathlib import Path

from index import FolderWatch


def test_a_file_is_told_once_it_rests_and_again_when_it_changes(tmp_path: Path) -> None:
    watch = FolderWatch(tmp_path)
    assert watch.settled() == []
    file = tmp_path / "papers.csv"
    file.write_text("title,")
    assert watch.settled() == []
    file.write_text("title,abstract\n")
    assert watch.settled() == []
    assert watch.settled() == [file]
    assert watch.settled() == []
    os.utime(file, ns=(1, 1))
    assert [watch.settled(), watch.settled(), watch.settled()] == [[], [file], []]


def test_a_file_that_is_gone_and_comes_back_is_told_again(tmp_path: Path) -> None:
    watch = FolderWatch(tmp_path)
    file = tmp_path / "papers.csv"
    file.touch()
    assert [watch.settled(), watch.settled()] == [[], [file]]
    file.unlink()
    assert watch.settled() == []
    file.touch()
    assert [watch.settled(), watch.settled()] == [[], [file]]


def test_the_index_in_the_folder_is_not_watched(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "library.sqlite").touch()
    watch = FolderWatch(tmp_path, leave_out=tmp_path / "index")
    assert [watch.settled(), watch.settled()] == [[], []]
