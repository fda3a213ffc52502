"""What counts as a hop: a call from one of our files into another, each once."""

import importlib.util
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from bench.hops import Counting, Walk

LOWER = """
def one(): return 1
def twice(value): return own() + own()
def own(): return 1
def numbers():
    yield 1
    yield 2
def sorting(value): return value
class Paper:
    @property
    def id(self): return 1
"""
UPPER = """
import lower
def plain(): return lower.one()
def many(): return [lower.one() for _ in range(3)]
def inside(): return lower.twice(1)
def generated(): return list(lower.numbers())
def by_a_builtin(): return sorted([1, 2], key=lower.sorting)
def properties(): return lower.Paper().id
"""


@pytest.fixture
def upper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A module that calls functions of another one, both in a folder of their own."""
    (tmp_path / "lower.py").write_text(LOWER, "utf-8")
    (tmp_path / "upper.py").write_text(UPPER, "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.spec_from_file_location("upper", tmp_path / "upper.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("lower", None)


def walk(upper: ModuleType, name: str) -> Walk:
    counting = Counting([Path(upper.__file__ or "").parent])
    with counting.installed(), counting.counted() as counted:
        getattr(upper, name)()
    return counted


@pytest.mark.parametrize(
    ("name", "calls"),
    [("plain", 1), ("many", 3), ("inside", 1), ("generated", 1), ("by_a_builtin", 2), ("properties", 1)],
)
def test_each_call_into_another_file_counts_once(upper: ModuleType, name: str, calls: int) -> None:
    counted = walk(upper, name)
    assert {Path(file).name for file in counted.files} == {"upper.py", "lower.py"}
    assert counted.calls.total() == calls


def test_threads_count_too(upper: ModuleType) -> None:
    counting = Counting([Path(upper.__file__ or "").parent])
    with counting.installed(), counting.counted() as counted:
        thread = threading.Thread(target=upper.plain)
        thread.start()
        thread.join()
    assert counted.calls.total() == 1


def test_nothing_counts_outside_of_a_walk(upper: ModuleType) -> None:
    counting = Counting([Path(upper.__file__ or "").parent])
    with counting.installed():
        with counting.counted() as counted:
            pass
        upper.plain()
    assert not counted.files
