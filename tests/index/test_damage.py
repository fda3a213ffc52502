"""Whatever happens to files of an index: a command says in a line what mends it, and the first repair does.

The cases are some of the table that `bench/damage.py` goes through: each kind of file, each damage, each command.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.commands import Commands, Done
from bench.damage import (
    COMMANDS,
    DAMAGES,
    FILES,
    FOLDERS,
    LIBRARIES,
    Case,
    cut,
    do_damage,
    empty,
    flip,
    make_index,
    outcome,
    remove,
    replace,
    try_case,
)

CASES = [
    Case("library.sqlite", flip),
    Case("library.sqlite", empty),
    Case("library.sqlite", remove),
    Case("library.sqlite", replace),
    Case("library-copy.sqlite", cut),
    Case(LIBRARIES, remove),
    Case("encodings.sqlite", flip),
    Case("encodings.sqlite", remove),
    Case("vectors/chroma.sqlite3", flip),
    Case("vectors/*/*.bin", cut),
    Case("vectors/*/*.bin", cut, is_sealed=False),
    Case("vectors/*-*", remove),
    Case("vectors", replace),
    Case("words/meta.json", empty),
    Case("words/*.*", flip),
    Case("words/*.*", flip, is_sealed=False),
    Case("words", replace),
    Case("words.seal", flip),
    Case("vectors.seal", replace),
]
LOST = {LIBRARIES}
"""Kinds with which the papers are gone."""


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    with Commands() as commands:
        yield commands


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make_index(folder)
    return folder


def test_the_cases_cover_each_kind_of_file_and_each_damage() -> None:
    assert {case.kind for case in CASES} == {*FILES, *FOLDERS}
    assert {case.damage for case in CASES} == set(DAMAGES)


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)), ids=lambda each: str(each))
def test_damage_is_told_in_a_line_and_the_first_repair_mends_it(
    commands: Commands, whole: Path, tmp_path: Path, number: int, case: Case
) -> None:
    folder = tmp_path / "index"
    do_damage(case, whole, folder)
    # Each command in turn is the first to meet the damage, and one of them is enough to see what a first one does.
    first = list(COMMANDS)[number % len(COMMANDS)]
    outcomes = try_case(commands, case, folder, asked=[first])
    assert outcomes.pop("repair") == ("lost, and says so" if case.kind in LOST else "mended")
    assert outcomes[first] in ("well", "told")
    shutil.rmtree(folder)


def test_what_is_a_fault_is_seen() -> None:
    assert outcome(Done(0, "fine", "")) == "well"
    assert outcome(Done(1, "", "Error: Broken. Run `paperchat doctor --repair`.")) == "told"
    assert outcome(Done(-11, "", "")) == "SIGNAL 11"
    assert outcome(Done(1, "", "Traceback (most recent call last):\nValueError: x")).startswith("TRACE")
    assert outcome(Done(1, "", "Error: Broken.")).startswith("NO REMEDY")
    assert outcome(Done(1, "", "Error: paperchat doctor --repair\nError: b")).startswith("2 LINES")
