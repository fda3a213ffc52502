"""Damaged files are read in a child, and what fails of them is named and kept."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench import fuzz_readers
from index.readers import FORMATS

ROOT = Path(__file__).parents[2]


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


def test_a_child_that_does_not_come_to_an_end_names_the_place(tmp_path: Path) -> None:
    """A child that is stuck at its second input, with a second of processor for each."""
    program = (
        "import itertools, sys\n"
        "from pathlib import Path\n"
        "from bench import fuzz_readers\n"
        "fuzz_readers.STUCK = 1\n"
        "inputs = itertools.count()\n"
        "def read(file):\n"
        "    while next(inputs) > 1:\n"
        "        pass\n"
        "    return 0\n"
        "fuzz_readers.read = read\n"
        "fuzz_readers.damage_and_read('RIS', 600, 1, Path(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == -signal.SIGPROF, done.stderr
    assert "in read" in done.stderr
    assert (tmp_path / "at-1").is_file()


@pytest.mark.parametrize(("slow_every", "is_slow"), [(1, True), (2, False)])
def test_an_input_is_slow_when_it_is_slow_twice(
    slow_every: int, is_slow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of the bench: each second reading, or each, takes three seconds of it."""
    readings = clock = 0

    def read(file: object) -> int:
        nonlocal readings, clock
        readings += 1
        clock += 3 * (readings % slow_every == 0)
        return 0

    monkeypatch.setattr(fuzz_readers, "read", read)
    monkeypatch.setattr(fuzz_readers, "limit_memory", lambda: None)
    monkeypatch.setattr(fuzz_readers.time, "process_time", lambda: clock)
    tally = fuzz_readers.damage_and_read("RIS", 0.2, 1, tmp_path)
    assert list(tally.failures) == (["slow: 3 s"] if is_slow else [])
    assert tally.inputs > 0
    assert tally.slowest == (3 if is_slow else 0)
