"""Readers on damaged files: no exception but ReadError, no long wait, no great memory.

    python bench/fuzz_readers.py 60                     # seconds for each format
    python bench/fuzz_readers.py 60 --format BibTeX     # one format
    python bench/fuzz_readers.py 60 --seed 7 --keep found/

Files of each format, made without a fault (`bench/made_exports`), are damaged at random and read in a child process
whose address space is limited. What fails is kept as a file and named; the exit code is 1 then.
"""

import argparse
import faulthandler
import io
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bench.made_exports.corpus import make_file, make_paper
from bench.made_exports.layouts import LAYOUTS
from bench.made_exports.made import Layout
from index import Paper, Problem, ReadError
from index.readers import SourceFile, read_papers, recognise

SLOW = 2.0
"""Seconds of processor for one input, of some 10 kB before it is damaged; both times that it is read."""
STUCK = 60
"""Seconds of processor after which a child that is still at one input ends itself."""
MEMORY = 600_000_000
"""Bytes of address space above what the child has at its start."""
LARGEST = 400_000
"""Bytes of a damaged file."""
ARCHIVES = "archives"

ODD = (
    b"\0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8", b"\xc2\x85", b"\x0c", b"\x1a", b"\x1b", b"\r", b"\n", b"\t",
    b"\xed\xa0\x80", b"\x80", b"\xff", b'"', b"'", b"{", b"}", b"[", b"]", b"(", b")", b"<", b">", b"&", b"\\", b"$",
    b"#", b"%", b"~", b"^", b"_", b"@", b";", b",", b"|", b"=", b"-", b"--", b"\\\\", b"\\$", b"$$", b"``", b"''",
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"&#0;", b"&#x110000;", b"&lt;", b"<?xml?>", b"<!DOCTYPE x [", b"</",
    b"/>", b"null", b"NaN", b"-1", b"1e999", b"true", b'{"a":',
    b"TY  - JOUR\n", b"ER  - \n", b"PMID- 1\n", b"PT J\n", b"%0 \n",
    b"<1>\n", b"@article{a,", b"@string{", b"@comment{", b" and ", b"\\begin{", b"\\frac{", b"\\'{", b"{\\", b"sep=;\n",
    b"10.1000/", b"arXiv:", b"https://doi.org/10.", b"\xf0\x9f\xa6\x94", b"e\xcc\x81", b"\xc2\xad",
    b"\xc3\xa2\xe2\x82\xac",
)  # fmt: skip
"""Signs that mean something to some format or encoding."""


@dataclass(slots=True)
class Tally:
    """What came of the inputs of one format; `failures` by what failed, with the file that does it."""

    inputs: int = 0
    refused: int = 0
    papers: int = 0
    slowest: float = 0.0
    megabytes: float = 0.0
    failures: dict[str, str] = field(default_factory=dict)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, help="for each format")
    parser.add_argument("--format", choices=sorted(by_format()), help="only this one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzzed"), help="folder for inputs that fail (fuzzed/)")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        tally = damage_and_read(options.format, options.seconds, options.seed, options.keep)
        print(json.dumps(asdict(tally)))
        return 0
    print("| format | inputs | refused | papers | slowest (CPU s) | memory (MB) | failures |\n|" + " --- |" * 7)
    failed = 0
    for name in [options.format] if options.format else sorted(by_format()):
        tally = in_a_child(name, options.seconds, options.seed, options.keep)
        cells = (name, tally.inputs, tally.refused, tally.papers, f"{tally.slowest:.2f}", f"{tally.megabytes:.0f}")
        print("|", " | ".join(map(str, (*cells, len(tally.failures)))), "|", flush=True)
        for what, file in tally.failures.items():
            print(f"    {what}: {file}", flush=True)
        failed += len(tally.failures)
    return 1 if failed else 0


def by_format() -> dict[str, list[Layout]]:
    """The layouts of each format by the name that the readers give it; packed files are one more."""
    found: dict[str, list[Layout]] = {}
    chance = random.Random(0)
    for layout in LAYOUTS:
        content = make_file(layout, [make_paper(1, is_western=True, chance=chance)])
        file = as_source(layout.name, content)
        is_archive = content[:2] in (b"PK", b"\x1f\x8b") and not layout.name.endswith(".xlsx")
        found.setdefault(ARCHIVES if is_archive else recognise(file).name, []).append(layout)
    return found


def as_source(name: str, content: bytes) -> SourceFile:
    return SourceFile(Path(name), lambda: io.BytesIO(content), len(content))


def in_a_child(format: str, seconds: float, seed: int, keep: Path) -> Tally:
    """A child that ends itself, or is ended, is a failure of the input that it was at; another one goes on."""
    end = time.monotonic() + seconds
    whole = Tally()
    while (left := end - time.monotonic()) > min(1.0, seconds / 2):
        command = [sys.executable, __file__, str(left), "--format", format, "--seed", str(seed), "--keep", str(keep)]
        done = subprocess.run([*command, "--child"], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            tally = Tally(**json.loads(done.stdout))
        else:
            tally = Tally(inputs=1)
            at = keep / f"at-{seed}"
            file = at.rename(keep / f"ended-{seed}") if at.exists() else at
            told = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
            where = next((line.strip() for line in told if "/index/" in line), told[-1])
            tally.failures[f"the process ended ({done.returncode}), {where}"] = str(file)
        whole.inputs += tally.inputs
        whole.refused += tally.refused
        whole.papers += tally.papers
        whole.slowest = max(whole.slowest, tally.slowest)
        whole.megabytes = max(whole.megabytes, tally.megabytes)
        whole.failures |= tally.failures
        seed += 1000
    return whole


def damage_and_read(format: str, seconds: float, seed: int, keep: Path) -> Tally:
    """Reads damaged files until the time is up."""
    chance = random.Random(f"{format} {seed}")
    layouts, others = by_format()[format], list(LAYOUTS)
    tally = Tally()
    keep.mkdir(parents=True, exist_ok=True)
    at = keep / f"at-{seed}"
    read(as_source("first", make_file(layouts[0], [make_paper(1, is_western=True, chance=chance)])))
    start = peak()
    limit_memory()
    # The traceback, then the end of the process, which is what this signal does by itself.
    faulthandler.register(signal.SIGPROF, chain=True)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        layout = chance.choice(layouts)
        content = make_input(layout, chance.choice(others), chance)
        name = chance.choice((layout.name, layout.name, f"x{Path(chance.choice(others).name).suffix}", "x"))
        at.write_bytes(content)
        signal.setitimer(signal.ITIMER_PROF, STUCK)
        began = time.process_time()
        try:
            tally.papers += read(as_source(name, content))
        except ReadError:
            tally.refused += 1
        except Exception as error:  # noqa: BLE001 (whatever it is, it is what is looked for)
            note(tally, keep, f"{type(error).__name__} at {place_of(error)}", content, name)
        took = time.process_time() - began
        if took > SLOW:
            signal.setitimer(signal.ITIMER_PROF, STUCK)
            took = min(took, measure_again(as_source(name, content)))
        if took > SLOW:
            note(tally, keep, f"slow: {took:.0f} s", content, name)
        tally.inputs += 1
        tally.slowest = max(tally.slowest, took)
    signal.setitimer(signal.ITIMER_PROF, 0)
    faulthandler.unregister(signal.SIGPROF)
    at.unlink(missing_ok=True)
    tally.megabytes = peak() - start
    return tally


def measure_again(file: SourceFile) -> float:
    """Seconds of processor: what is slow once and not twice was held up by the machine."""
    began = time.process_time()
    with suppress(Exception):
        read(file)
    return time.process_time() - began


def read(file: SourceFile) -> int:
    """How many papers are in it; each is as it is promised."""
    papers = 0
    for found in read_papers(file):
        if isinstance(found, Paper):
            papers += 1
            assert all((found.id, found.title, found.abstract))
            assert len(found.abstract) <= 50_000
            assert all(isinstance(name, str) and name for name in (*found.authors, *found.topics, *found.keywords))
            assert found.year is None or 1000 < found.year < 3000
        else:
            assert isinstance(found, Problem)
            assert str(found)
    return papers


def note(tally: Tally, keep: Path, what: str, content: bytes, name: str) -> None:
    if what not in tally.failures and len(tally.failures) < 20:
        file = keep / f"{len(tally.failures)}-{os.getpid()}-{name}"
        file.write_bytes(content)
        tally.failures[what] = str(file)


def place_of(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/index/" in frame.filename] or list(frames)
    return f"{Path(own[-1].filename).name}:{own[-1].lineno} ({str(error)[:80]})"


def limit_memory() -> None:
    with open("/proc/self/statm") as stream:
        now = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, now + MEMORY))


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- damage ---------------------------------------------------------------------------------------------------------


def make_input(layout: Layout, other: Layout, chance: random.Random) -> bytes:
    papers = [make_paper(chance.randint(1, 9_999), layout.encoding == "cp1252", chance) for _ in range(3)]
    strangers = [make_paper(chance.randint(1, 9_999), is_western=True, chance=chance)]
    if layout.pack and chance.random() < 0.6:
        # Damage within: that of the packed bytes rarely gets through to a reader.
        inner = make_file(replace(layout, pack=None), papers)
        return layout.pack(damage(inner, make_file(replace(other, pack=None), strangers), chance))
    return damage(make_file(layout, papers), make_file(other, strangers), chance)


def damage(content: bytes, other: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        content = chance.choice(DAMAGES)(content, other, chance)[:LARGEST]
    return content


def flip(content: bytes, other: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, other: bytes, chance: random.Random) -> bytes:
    return content[: chance.randint(0, len(content))]


def drop(content: bytes, other: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(content))
    return content[:start] + content[start + chance.choice((1, 4, 30, 400)) :]


def repeat(content: bytes, other: bytes, chance: random.Random) -> bytes:
    start = chance.randint(0, len(content))
    part = content[start : start + chance.choice((1, 4, 30, 400, 4_000))]
    return content[:start] + part * chance.choice((2, 2, 10, 1_000)) + content[start:]


def splice(content: bytes, other: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randint(0, len(other)), chance.randint(0, len(other))))
    at = chance.randint(0, len(content))
    return content[:at] + other[start:end] + content[at:]


def insert(content: bytes, other: bytes, chance: random.Random) -> bytes:
    at = chance.randint(0, len(content))
    return content[:at] + chance.choice(ODD) * chance.choice((1, 1, 2, 40, 1_000, 30_000)) + content[at:]


def swap_signs(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """One sign for another throughout: braces for quotes, blanks for line ends."""
    one, another = chance.choice(ODD[:60]), chance.choice(ODD[:60])
    return content.replace(one, another, chance.choice((1, 3, -1)))


DAMAGES: tuple[Callable[[bytes, bytes, random.Random], bytes], ...] = (
    flip, cut, drop, repeat, splice, insert, insert, swap_signs,
)  # fmt: skip

if __name__ == "__main__":
    sys.exit(main())
