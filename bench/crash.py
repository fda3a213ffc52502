"""Runs that write to an index are killed, and what a next run makes of it is compared with what should be there.

    python bench/crash.py            # a stop after every named step of each run, and as many kills at random
    python bench/crash.py --short    # one of both
    python bench/crash.py --seed 7   # other moments

The runs: papers added and changed, a rebuild with finer passages, the repair of an index without its vectors, the first
start of an assistant. Each stop is a kill -9 of a process. What was there before must still be found by the next
search, and after the run is done once more all papers, passages and vectors must be there, once each, and be found.
Prints a table; exit code 1 when anything is lost, doubled or missed. A vector is lost when it is not where it is kept;
one that is there and that a search for itself does not find is a search miss. A stand-in for the embedding model makes
vectors (`bench/hashed.py`). Needs `fork`, so not Windows.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.hashed import encode, replace_packaged_model
from bench.missing import MISSES, PARTS, missing
from index import IndexSettings, Paper, PaperIndex, catalogue_path, repair
from index.chunking import split_passages
from index.encodings import Encodings
from index.library import Library
from index.readers import read_papers
from index.stores import Stores
from index.vectors import Vectors
from index.words import Words
from index.writing import Writer

STEPS: tuple[tuple[type, str], ...] = (
    (Library, "set_meta"),
    (Library, "switch"),
    (Library, "start_over"),
    (Library, "advance"),
    (Library, "clear_leftovers"),
    (Library, "bump_generation"),
    (Writer, "_record"),
    (Writer, "_empty"),
    (Words, "write"),
    (Words, "clear"),
    (Encodings, "write"),
    (Encodings, "remove"),
    (Vectors, "write"),
    (Vectors, "remove"),
    (Vectors, "clear"),
    (Stores, "remove_unused"),
)
"""A run is stopped after each of these that it does, at the first time and at the last."""

OLD = [
    Paper(f"p{n}", f"Owl {n}", " ".join(f"Owl {n} hears mouse {n}.{k} in snow." for k in range(9))) for n in range(40)
]
NEW = [Paper(f"q{n}", f"Bat {n}", " ".join(f"Bat {n} hears moth {n}.{k} in fog." for k in range(9))) for n in range(40)]
CHANGED = [replace(paper, abstract=paper.abstract.replace("mouse", "vole")) for paper in OLD[:5]]

Step = tuple[str, int]
"""Name, and at which time that it was done."""


@dataclass(frozen=True)
class Run:
    """`go` writes to the index of `settings`, made by `prepare`; in the end `papers` are there, cut by `settings`.

    `untouched` must be found at any moment.
    """

    name: str
    settings: IndexSettings
    prepare: Callable[[Path], None]
    go: Callable[[IndexSettings], None]
    papers: list[Paper]
    untouched: list[Paper]


@dataclass
class Tally:
    """What was found after some stops: papers, passages and vectors that are missing or not found, and that are there
    too often."""

    stops: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost.total() or self.doubled.total() or self.errors)


def runs() -> list[Run]:
    catalogue = [paper for paper in read_papers(catalogue_path()) if isinstance(paper, Paper)]
    plain, finer = IndexSettings(), IndexSettings(chunk_tokens=32)
    return [
        Run("index", plain, add_old, add_new, CHANGED + OLD[5:] + NEW, OLD[5:]),
        Run("rebuild", finer, add_old, rebuild, OLD, OLD),
        Run("repair", plain, add_old_and_lose_vectors, repair_all, OLD, []),
        Run("first start", plain, lambda folder: None, start, catalogue, []),
    ]


def add_old(folder: Path) -> None:
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add(OLD)


def add_old_and_lose_vectors(folder: Path) -> None:
    add_old(folder)
    shutil.rmtree(folder / "vectors")


def add_new(settings: IndexSettings) -> None:
    with PaperIndex.open(settings) as index:
        index.add(CHANGED + NEW)


def rebuild(settings: IndexSettings) -> None:
    with PaperIndex.open(settings, rebuild=True) as index:
        index.rebuild()


def repair_all(settings: IndexSettings) -> None:
    repair(settings)


def start(settings: IndexSettings) -> None:
    from rag import Assistant

    os.chdir(settings.folder.parent)
    Assistant.from_config(index_dir=settings.folder).close()


# -- stopping -------------------------------------------------------------------------------------------------------


def in_child(work: Callable[..., Any], *arguments: Any, kill_after: float | None = None) -> Any:
    """What `work` returns in a process of its own; None when it was killed. Raises RuntimeError when it raised."""
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)

    def report() -> None:
        try:
            there.send(("ok", work(*arguments)))
        except BaseException as error:  # noqa: BLE001 - it is told to the parent
            there.send(("error", f"{type(error).__name__}: {error}"))

    child = fork.Process(target=report)
    child.start()
    there.close()
    if kill_after is not None:
        time.sleep(kill_after)
        child.kill()
    try:
        kind, said = here.recv()
    except EOFError:
        kind, said = "killed", None
    child.join()
    if kind == "error":
        raise RuntimeError(said)
    return said


@contextmanager
def after_each_step(do: Callable[[str, int], None]) -> Iterator[None]:
    """Calls `do` with the step's name, and the time, after each."""
    times: Counter[str] = Counter()
    for owner, name in STEPS:
        watch(owner, name, times, do)
    yield


def watch(owner: type, name: str, times: Counter[str], do: Callable[[str, int], None]) -> None:
    original = getattr(owner, name)
    step = f"{owner.__name__}.{name.strip('_')}"

    def watched(*given: Any, **named: Any) -> Any:
        result = original(*given, **named)
        times[step] += 1
        do(step, times[step])
        return result

    setattr(owner, name, watched)


def list_steps(run: Run, settings: IndexSettings) -> tuple[dict[str, int], float]:
    """Each step that the run does, with how many times; and the seconds that it takes."""
    times: dict[str, int] = {}
    started = time.perf_counter()
    with after_each_step(lambda step, time: times.update({step: time})):
        run.go(settings)
    return times, time.perf_counter() - started


def go_until(run: Run, settings: IndexSettings, step: Step) -> None:
    def die(*done: object) -> None:
        if done == step:
            os.kill(os.getpid(), signal.SIGKILL)

    with after_each_step(die):
        run.go(settings)


# -- looking --------------------------------------------------------------------------------------------------------


def compare(run: Run, settings: IndexSettings) -> tuple[Counter[str], Counter[str]]:
    """What is lost and what is doubled, once the run is done."""
    lost = missing(settings, run.papers)
    wanted = {one.id for paper in run.papers for one in split_passages(paper, settings.chunk_tokens)}
    with PaperIndex.open(settings) as index:
        there = index.library.passage_ids()
        lost["passages"] += len(wanted - there)
        kept, in_chroma = index.encodings.count_vectors(), index.meaning.vectors.count()
        lost["vectors"] += max(len(wanted) - in_chroma, 0)
        doubled = Counter(
            papers=max(index.count(), index.words.count()) - len(run.papers),
            passages=len(there - wanted),
            vectors=max(kept, in_chroma) - len(wanted),
        )
    return lost, Counter({part: max(number, 0) for part, number in doubled.items()})


def try_stop(run: Run, base: Path, tally: Tally, stop: Callable[[IndexSettings], None]) -> None:
    """Stops the run over a copy of `base`, does it once more, and adds what it finds to the tally."""
    with tempfile.TemporaryDirectory() as folder:
        settings = run.settings.model_copy(update={"folder": Path(folder) / "index"})
        shutil.copytree(base, settings.folder)
        tally.stops += 1
        try:
            stop(settings)
            if run.untouched:
                tally.lost += in_child(missing, settings, run.untouched)
            in_child(run.go, settings)
            lost, doubled = in_child(compare, run, settings)
        except RuntimeError as error:
            tally.errors.append(str(error))
        else:
            tally.lost += lost
            tally.doubled += doubled


def measure(run: Run, chance: random.Random, short: bool) -> dict[str, Tally]:
    with tempfile.TemporaryDirectory() as folder:
        base, copy = Path(folder) / "base", Path(folder) / "copy"
        base.mkdir()
        in_child(run.prepare, base)
        shutil.copytree(base, copy)
        times, seconds = in_child(list_steps, run, run.settings.model_copy(update={"folder": copy}))
        steps = [(step, time) for step, last in times.items() for time in sorted({1, last})]
        if short:
            steps = chance.sample(steps, 1)
        named, at_random = Tally(), Tally()
        for step in steps:
            try_stop(run, base, named, lambda settings, step=step: in_child(go_until, run, settings, step))
        for _ in steps:
            moment = chance.uniform(0, seconds)
            try_stop(run, base, at_random, lambda settings, at=moment: in_child(run.go, settings, kill_after=at))
    return {"named step": named, "at random": at_random}


def warm_up() -> None:
    """What each process would load and work out for itself, once, in the one that they are forked from."""
    for name in ("chromadb", "tantivy", "filelock", "rag.assistant", "rag.search.retrieval"):
        import_module(name)
    for run in runs():
        for paper in run.papers:
            encode(f"{paper.title} {paper.abstract}")
            split_passages(paper, run.settings.chunk_tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="two stops a run")
    parser.add_argument("--seed", type=int, default=0, help="of the moments at random")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    replace_packaged_model()
    warm_up()
    parts = (f"{part + ' lost':>14} {'doubled':>7}" for part in PARTS)
    print(f"{'run':12} {'stopped':11} {'stops':>5}", *parts, f"{MISSES:>14}")
    tallies = []
    for run in runs():
        for how, tally in measure(run, chance, arguments.short).items():
            figures = (f"{tally.lost[part]:14} {tally.doubled[part]:7}" for part in PARTS)
            print(f"{run.name:12} {how:11} {tally.stops:5}", *figures, f"{tally.lost[MISSES]:14}", flush=True)
            for error in tally.errors:
                print(f"    {error}")
            tallies.append(tally)
    clean = all(tally.is_clean for tally in tallies)
    outcome = "nothing lost, nothing doubled" if clean else "NOT CLEAN"
    print(f"{sum(tally.stops for tally in tallies)} stops: {outcome}")
    sys.exit(not clean)


if __name__ == "__main__":
    main()
