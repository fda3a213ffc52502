"""The crash bench: it runs, and it would notice."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.crash import OLD, Run, add_old, compare
from bench.hashed import replace_packaged_model
from index import IndexSettings, PaperIndex

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
