"""Damaged files are read in a child, and what fails of them is named and kept."""

from pathlib import Path

import pytest

from bench import fuzz_readers
from index.readers.formats import FORMATS


def test_every_format_is_damaged() -> None:
    assert set(fuzz_readers.by_format()) == {format.name for format in FORMATS} | {fuzz_readers.ARCHIVES}


def test_the_readers_stand_what_comes_in_a_moment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz_readers.main(["0.5", "--format", "RIS", "--keep", str(tmp_path)]) == 0
    name, inputs, *_, failures = capsys.readouterr().out.splitlines()[2].strip("| ").split(" | ")
    assert (name, failures) == ("RIS", "0")
    assert int(inputs) > 0
    assert list(tmp_path.iterdir()) == []


def test_what_fails_is_named_by_its_place_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_readers, "read", lambda file: {}["nothing"] if file.name != Path("first") else 0)
    monkeypatch.setattr(fuzz_readers, "limit_memory", lambda: None)
    tally = fuzz_readers.damage_and_read("RIS", 0.2, 1, tmp_path)
    (what, file), *others = tally.failures.items()
    assert what.startswith("KeyError at test_fuzz_readers.py")
    assert Path(file).is_file()
    assert others == []
