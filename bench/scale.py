"""How an index grows: what so many abstracts cost to bring in, to keep and to search, with filters and without.

    python bench/scale.py 1000 20000               # two libraries, made in a temporary folder
    python bench/scale.py 20000 --folder /tmp/big  # made there once, and searched again by the next run

The abstracts are recombined from those that ship, and their vectors are drawn around real ones (`bench/synthetic.py`):
no model runs, so that times are those of the index alone, and token vectors, which need one, are left out. Building and
searching take place in a process each. Times of a search are without making the question's vector; those of CPU, of all
threads, say more where other programs run beside this one. The recall is that of `PaperIndex.search_meaning` against
every vector compared with the question's, over the passages that the filter lets pass. Prints a table.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench.hashed import replace_packaged_model
from bench.synthetic import drawn_around, make_papers, real_vectors
from index import Encoded, IndexSettings, PackagedEmbedding, Paper, PaperIndex
from rag import Filters, RetrievalSettings
from rag.search import allowed_papers, make_retriever

QUESTIONS = 60
WANTED = 10
NARROW = 20
"""Papers of the filter by ids."""
VECTORS = "real.npy"

Taken = tuple[float, float, dict[str, float]]
"""Milliseconds of a search by the clock, of CPU, and of each step by the clock."""


@dataclass(frozen=True, slots=True)
class Built:
    seconds: float
    cpu_seconds: float
    embedding_seconds: float
    megabytes: float
    peak: float


@dataclass(frozen=True, slots=True)
class Searched:
    """Milliseconds of each search, by the clock and of CPU, and the share of the nearest passages that was found.
    `passing`: papers."""

    filter: str
    passing: int
    times: list[float]
    cpu: list[float]
    steps: dict[str, float]
    recall: float


@dataclass(frozen=True, slots=True)
class Opened:
    """Seconds, and megabytes of memory before anything was opened, after opening, and in the end."""

    passages: int
    open: float
    first: float
    first_filtered: float
    memory: tuple[float, float, float]
    searches: list[Searched]


def build(folder: Path, number: int) -> Built:
    settings = IndexSettings(folder=folder / "index", token_vectors=False)
    spent = use_stand_in(folder)
    papers = list(make_papers(number))
    started, used = time.perf_counter(), time.process_time()
    with PaperIndex.open(settings) as index:
        index.add(papers)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Built(seconds, cpu, spent[0], size / 1e6, memory("VmHWM"))


def use_stand_in(folder: Path) -> list[float]:
    """From now on this process draws vectors in place of making them; the seconds it takes add up in the list."""
    encode = drawn_around(np.load(folder / VECTORS))
    spent = [0.0]

    def timed(text: str) -> Encoded:
        started = time.perf_counter()
        encoded = encode(text)
        spent[0] += time.perf_counter() - started
        return encoded

    replace_packaged_model(encode=timed, dimension=PackagedEmbedding.dimension)
    return spent


def search(folder: Path, number: int) -> Opened:
    settings = IndexSettings(folder=folder / "index", token_vectors=False)
    use_stand_in(folder)
    papers = list(make_papers(number))
    chance = random.Random(1)
    questions = [paper.title for paper in chance.sample(papers, QUESTIONS)]
    before = memory("VmRSS")
    started = time.perf_counter()
    with PaperIndex.open(settings) as index:
        seconds = time.perf_counter() - started
        after = memory("VmRSS")
        retriever = make_retriever(index, RetrievalSettings())

        def took(question: str, filters: Filters) -> Taken:
            started, used = time.perf_counter(), time.process_time()
            steps = retriever.retrieve(question, WANTED, filters).timings
            cpu = 1000 * (time.process_time() - used)
            return 1000 * (time.perf_counter() - started) - steps.pop("embed"), cpu, steps

        firsts = [took(questions[0], each)[0] / 1000 for each in (Filters(), Filters(years=(2013, 2013)))]
        searches = [
            measure(name, filters, questions, index, took) for name, filters in filters_of(papers, chance).items()
        ]
        passages = index.library.count_passages()
    return Opened(passages, seconds, firsts[0], firsts[1], (before, after, memory("VmRSS")), searches)


def filters_of(papers: Sequence[Paper], chance: random.Random) -> dict[str, Filters]:
    """The year lets 13 of 25 pass; author and topic are those of a paper."""
    one = chance.choice(papers)
    years = (2013, None)
    return {
        "none": Filters(),
        "year": Filters(years=years),
        "author": Filters(authors=one.authors[:1]),
        "topic": Filters(topics=one.topics[:1]),
        "year+topic": Filters(years=years, topics=one.topics[:1]),
        "ids": Filters(paper_ids=tuple(paper.id for paper in chance.sample(papers, NARROW))),
    }


def measure(
    name: str,
    filters: Filters,
    questions: Sequence[str],
    index: PaperIndex,
    took: Callable[[str, Filters], Taken],
) -> Searched:
    done = [took(question, filters) for question in questions]
    steps = {step: float(np.median([each[step] for *_, each in done])) for step in done[0][2]}
    allowed = allowed_papers(index, filters)
    ids, matrix = index.encodings.all_vectors()
    rows = [at for at, id in enumerate(ids) if allowed is None or id.rpartition("#")[0] in allowed]
    kept = matrix[rows]
    shares = []
    for question in questions:
        vector = index.embedding.embed_query(question)
        exact = {ids[rows[at]] for at in np.argsort(-(kept @ vector))[:WANTED]}
        found = {id for id, _ in index.search_meaning(vector, WANTED, paper_ids=allowed)}
        shares.append(len(exact & found) / len(exact))
    passing = index.count() if allowed is None else len(allowed)
    return Searched(
        name, passing, [time for time, *_ in done], [cpu for _, cpu, _ in done], steps, float(np.mean(shares))
    )


def memory(kind: str) -> float:
    """Megabytes of this process; VmHWM is the most it ever had."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1000 for line in lines if line.startswith(kind))


def alone(work: Callable[..., Any], *given: Any) -> Any:
    """What `work` returns in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(work, *given).result()


def run(number: int, folder: Path, show_steps: bool) -> None:
    print(f"\n{number:,} abstracts", flush=True)
    if not (folder / VECTORS).exists():
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / VECTORS, real_vectors())
        built: Built = alone(build, folder, number)
        share = 1000 * (built.seconds - built.embedding_seconds) / number
        cpu = 1000 * (built.cpu_seconds - built.embedding_seconds) / number
        print(
            f"  built: {number / built.seconds:,.0f} a second; without drawing vectors {share:.2f} ms each, "
            f"{cpu:.2f} of CPU; "
            f"{built.megabytes:,.0f} MB on disk; {built.peak:,.0f} MB of memory at most",
            flush=True,
        )
    opened: Opened = alone(search, folder, number)
    start, after, end = opened.memory
    print(
        f"  {opened.passages:,} passages; opened in {opened.open:.2f} s, first search {opened.first:.2f} s, first "
        f"with a filter {opened.first_filtered:.2f} s; "
        f"{after - start:,.0f} MB of memory once open, {end - start:,.0f} MB after all searches"
    )
    print(f"  {'filter':10} {'papers':>9} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'to none':>8} {'recall@10':>10}")
    plain = float(np.median(opened.searches[0].times))
    for one in opened.searches:
        p50, p95 = np.percentile(one.times, [50, 95])
        times = f"{p50:8.1f} {p95:8.1f} {np.median(one.cpu):8.1f} {p50 / plain:7.1f}x"
        print(f"  {one.filter:10} {one.passing:9,} {times} {one.recall:10.3f}")
        if show_steps:
            print("    " + ", ".join(f"{step} {took:.1f}" for step, took in one.steps.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", type=int, nargs="+", metavar="N", help="abstracts, 100 or more")
    parser.add_argument("--folder", type=Path, help="where the indexes are kept and looked for")
    parser.add_argument("--steps", action="store_true", help="the median of each step of a search as well")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for number in arguments.numbers:
            run(number, (arguments.folder or Path(temporary)) / str(number), arguments.steps)


if __name__ == "__main__":
    main()
