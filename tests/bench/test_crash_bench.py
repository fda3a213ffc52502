"""The crash bench: it runs, and it would notice."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.crash import OLD, Run, add_old, compare
from bench.hashed import replace_packaged_model
from bench.missing import MISSES, missing
from index import IndexSettings, Paper, PaperIndex

ROOT = Path(__file__).parents[2]


def test_runs_that_are_killed_lose_nothing_and_double_nothing() -> None:
    command = [sys.executable, str(ROOT / "bench" / "crash.py"), "--short"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1] == "8 stops: nothing lost, nothing doubled"


def test_what_is_lost_or_doubled_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_packaged_model(monkeypatch.setattr)
    settings = IndexSettings(folder=tmp_path)
    add_old(tmp_path)
    run = Run("index", settings, add_old, lambda settings: None, OLD, OLD)
    lost, doubled = compare(run, settings)
    assert lost.total() == doubled.total() == 0
    with PaperIndex.open(settings) as index:
        ids = sorted(index.library.passage_ids())
        vector = index.encodings.vectors(ids[:1])[ids[0]]
        index.meaning.vectors.remove(ids[1:3])
        index.meaning.vectors.write([f"stray#{n}" for n in range(7)], vector[None].repeat(7, axis=0))
        index.library.remove(OLD[3].id)
    lost, doubled = compare(run, settings)
    assert lost["papers"] == 1
    assert lost["passages"] > 0
    assert lost["vectors"] >= 2
    assert doubled["vectors"] == 5


def test_a_vector_that_is_lost_is_told_from_one_that_is_not_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_packaged_model(monkeypatch.setattr)
    settings = IndexSettings(folder=tmp_path)
    add_old(tmp_path)
    with PaperIndex.open(settings) as index:
        ids = sorted(index.library.passage_ids())
        index.meaning.vectors.remove(ids[:1])
        index.meaning.vectors.write(ids[1:2], index.encodings.vectors(ids[2:3])[ids[2]][None])
        index.encodings.remove(ids[3:4])
        meaning = type(index.meaning)
    assert missing(settings, OLD) == Counter({"vectors": 3})
    search = meaning.search
    unreached = ids[4:6]

    def search_around(self: Any, *given: Any, **named: Any) -> list[tuple[str, float]]:
        return [hit for hit in search(self, *given, **named) if hit[0] not in unreached]

    monkeypatch.setattr(meaning, "search", search_around)
    assert missing(settings, OLD) == Counter({"vectors": 3, MISSES: 2})


def test_passages_of_one_vector_are_found_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_packaged_model(monkeypatch.setattr)
    settings = IndexSettings(folder=tmp_path)
    # The stand-in for the model adds up the words, in whatever order.
    twins = [
        Paper("one", "Owls at night", "Owls hear mice in the snow."),
        Paper("other", "Night at owls", "Mice hear owls in the snow."),
    ]
    with PaperIndex.open(settings) as index:
        index.add([*OLD, *twins])
    assert missing(settings, twins).total() == 0
