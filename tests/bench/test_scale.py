"""Searches of a library of 20,000 abstracts, and the bench that measures larger ones."""

import statistics
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from bench.hashed import replace_packaged_model
from bench.synthetic import drawn_around, fill, make_papers, random_vectors
from index import IndexSettings, PaperIndex
from rag import Filters, RetrievalSettings
from rag.search import make_retriever

DIMENSION = 32
"""Of the vectors: Chroma takes in a fifth of what it takes for 384."""


def test_a_filter_makes_a_search_at_most_three_times_as_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encode = drawn_around(random_vectors(40, DIMENSION))
    replace_packaged_model(monkeypatch.setattr, encode, DIMENSION)
    papers = [replace(paper, abstract=paper.abstract[:120]) for paper in make_papers(20_000)]
    filters = {
        "nothing": Filters(),
        "year": Filters(years=(2013, None)),
        "author": Filters(authors=papers[0].authors[:1]),
        "topic": Filters(topics=papers[0].topics[:1]),
    }
    times: dict[str, list[float]] = {name: [] for name in filters}
    with PaperIndex.open(IndexSettings(folder=tmp_path, token_vectors=False)) as index:
        fill(index, papers, encode)
        retriever = make_retriever(index, RetrievalSettings())
        for paper in papers[:2000:100]:
            for name, each in filters.items():
                started = time.perf_counter()
                assert retriever.retrieve(paper.title, 10, each).candidates
                times[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(took) for name, took in times.items()}
    assert all(took < 3 * medians["nothing"] for took in medians.values()), medians


def test_the_bench_prints_a_row_for_each_filter() -> None:
    done = subprocess.run(
        [sys.executable, "bench/scale.py", "100"], capture_output=True, text=True, timeout=300, check=True
    )
    rows = [line.split() for line in done.stdout.splitlines() if "x " in line]
    assert [row[0] for row in rows] == ["none", "year", "author", "topic", "year+topic", "ids"]
    assert all(float(row[-1]) == 1 for row in rows)
