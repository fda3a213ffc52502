"""The retrieval bench: its figures, and one run over a few papers."""

import subprocess
import sys
from pathlib import Path

from bench.retrieval import quality, reciprocal_ranks

ROOT = Path(__file__).parents[2]


def test_a_perfect_ranking_has_perfect_figures() -> None:
    assert quality(frozenset({"a", "b"}), ["a", "b", "c"]) == (1, 1, 1, 1)


def test_figures_of_a_ranking_that_misses_some() -> None:
    recall_1, recall_5, ndcg, mrr = quality(frozenset({"a", "b"}), ["c", "a", "d"])
    assert (recall_1, recall_5, mrr) == (0, 0.5, 0.5)
    assert 0 < ndcg < 1


def test_nothing_found_is_nothing() -> None:
    assert quality(frozenset({"a"}), []) == (0, 0, 0, 0)


def test_reciprocal_ranks_reward_being_high_in_both() -> None:
    fused = reciprocal_ranks([["a", "b", "c"], ["b", "c", "a"]])
    assert max(fused, key=fused.__getitem__) == "b"


def test_all_systems_run_on_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x.all").write_text(
        ".I 1\n.T\nbees dance\n.W\nthey waggle to show flowers .\n.I 2\n.T\nants\n.W\nants follow trails .\n"
    )
    (tmp_path / "x.qry").write_text(".I 1\n.W\nhow do bees point to flowers ?\n.I 2\n.W\nwho follows trails ?\n")
    (tmp_path / "xrel").write_text("1 1 1\n2 2 1\n")
    run = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "retrieval.py"), "--collection", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    for name in ("paperchat", "BM25 alone", "embedding alone", "reciprocal ranks", "LlamaIndex quickstart"):
        assert any(line.strip().startswith(name) and "1.000" in line for line in run.stdout.splitlines()), run.stdout


def test_help_shows_examples() -> None:
    run = subprocess.run(
        [sys.executable, str(ROOT / "bench" / "retrieval.py"), "--help"], capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0
    assert "--collection ~/cranfield" in run.stdout
