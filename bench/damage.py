"""Every kind of file of an index is damaged in every way, and each command is asked what it makes of that.

    python bench/damage.py                   # the whole table, some minutes
    python bench/damage.py --only words      # kinds whose name has this in it

Prints a table: kind of file, damage, and the outcome of each command. `well` is a command that did its work, `told` one
that said in one line what is wrong and what mends it; a repair has `mended` all, or said what is `lost`. Anything else
is a fault, and makes the exit code 1. Unsealed: what a stopped run leaves, or an older program, where nothing says what
the files of a search engine should be. Needs `fork`, so not Windows.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.commands import Commands, Done
from index import IndexSettings, Paper, PaperIndex

PAPERS = [
    Paper(f"p{n}", f"{name} at Night", f"{name} see at night. Their eyes are {n} cm wide. They hunt {n} kinds of mice.")
    for n, name in enumerate(["Owls", "Cats", "Foxes", "Bats", "Moths", "Frogs", "Hares", "Deer"] * 5, 1)
]
QUESTION = "How wide are the eyes of owls?"
REPAIR = "paperchat doctor --repair"
GRAPH_WRITTEN_AFTER = 1000
"""Changes: Chroma's default `sync_threshold`."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "ask": ("ask", QUESTION),
    "search": ("search", "owl eyes"),
    "doctor": ("doctor",),
}
LIBRARIES = "library*.sqlite"
FILES = (
    "library.sqlite",
    "library-copy.sqlite",
    LIBRARIES,
    "encodings.sqlite",
    "vectors/chroma.sqlite3",
    "vectors/*/*.bin",
    "words/meta.json",
    "words/*.*",
    "words.seal",
    "vectors.seal",
)
FOLDERS = ("words", "vectors", "vectors/*-*")
SEALED = ("vectors/", "words/")
"""Begins the kinds whose files are compared with a seal."""


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    """Bytes all over the file, but for its head."""
    content = bytearray(file.read_bytes())
    for at in range(min(100, len(content) // 2), len(content), 97):
        content[at] ^= 0xFF
    file.write_bytes(content)


def empty(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
        path.mkdir()
    else:
        os.truncate(path, 0)


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def replace(path: Path) -> None:
    """A file by a folder, a folder by a file."""
    was_folder = path.is_dir()
    remove(path)
    if was_folder:
        path.write_text("no folder")
    else:
        path.mkdir()


Damage = Callable[[Path], None]
DAMAGES: tuple[Damage, ...] = (remove, empty, cut, flip, replace)


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of file damaged in one way."""

    kind: str
    damage: Damage
    is_sealed: bool = True

    def __str__(self) -> str:
        return f"{self.kind} {self.damage.__name__}{'' if self.is_sealed else ' unsealed'}"


def cases() -> Iterator[Case]:
    """The whole table."""
    for kind in (*FILES, *FOLDERS):
        for damage in DAMAGES if kind in FILES else (remove, empty, replace):
            yield Case(kind, damage)
            if kind.startswith(SEALED):
                yield Case(kind, damage, is_sealed=False)


def make_index(folder: Path) -> None:
    """Chroma writes its graph to disk at every thousandth change: the vectors are written until that has come."""
    with PaperIndex.open(IndexSettings(folder=folder)) as index:
        index.add(PAPERS)
        ids, vectors = index.encodings.all_vectors()
        for _ in range(GRAPH_WRITTEN_AFTER // len(ids) + 1):
            index.meaning.vectors.write(ids, vectors)


def do_damage(case: Case, whole: Path, folder: Path) -> None:
    """Makes `folder` a copy of the whole index with the damage done to it."""
    shutil.copytree(whole, folder)
    if not case.is_sealed:
        for seal in folder.glob("*.seal"):
            seal.unlink()
    if not (found := sorted(folder.glob(case.kind))):
        raise FileNotFoundError(f"{case.kind}: no such file in {folder}")
    for path in found:
        case.damage(path)


def try_case(commands: Commands, case: Case, folder: Path, asked: Sequence[str] = tuple(COMMANDS)) -> dict[str, str]:
    """Command -> its outcome, the repair's last; each of a command that is no fault is in GOOD."""
    outcomes = {name: outcome(commands.run(*COMMANDS[name], "--index-dir", folder)) for name in asked}
    repaired = commands.run("doctor", "--repair", "--index-dir", folder)
    outcomes["repair"] = of_repair(commands, repaired, folder)
    return outcomes


GOOD = ("well", "told", "mended", "lost, and says so")


def fault(done: Done) -> str:
    """What no command may ever do; empty when it did not."""
    if done.code < 0:
        return f"SIGNAL {-done.code}"
    if "Traceback" in done.err or "panicked" in done.err:
        return f"TRACE: {last_line(done.err)}"
    return "" if done.code in (0, 1) else f"CODE {done.code}"


def outcome(done: Done) -> str:
    if found := fault(done):
        return found
    if done.code == 0:
        return "well"
    lines = [line for line in done.err.splitlines() if line.startswith("Error:")]
    if not done.out and len(lines) != 1:
        return f"{len(lines)} LINES: {done.err}"
    said = done.out + done.err
    return "told" if REPAIR in said else f"NO REMEDY: {last_line(said)}"


def of_repair(commands: Commands, done: Done, folder: Path) -> str:
    """Of a repair, by what is there after it."""
    if found := fault(done):
        return found
    said = done.out + done.err
    if " lost" in said or "can't be read any more" in said:
        return "lost, and says so"
    if done.code or "ERROR" in done.out or f"{len(PAPERS)} papers" not in done.out:
        return f"NOT MENDED: {last_line(said)}"
    asked = commands.run(*COMMANDS["ask"], "--index-dir", folder)
    return "mended" if asked.code == 0 and "[1]" in asked.out else f"NO ANSWER: {last_line(asked.out + asked.err)}"


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["nothing was said"])[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="TEXT", help="kinds whose name has TEXT in it")
    only = parser.parse_args().only
    faults = tried = 0
    row = "{:24} {:8} {:9} {:8} {:8} {:8} {}"
    print(row.format("kind", "damage", "", *COMMANDS, "repair"))
    with tempfile.TemporaryDirectory() as parent, Commands() as commands:
        whole = Path(parent) / "whole"
        make_index(whole)
        for case in cases():
            if only not in case.kind:
                continue
            folder = Path(parent) / "index"
            do_damage(case, whole, folder)
            outcomes = try_case(commands, case, folder)
            shutil.rmtree(folder)
            sealed = "" if case.is_sealed else "unsealed"
            print(row.format(case.kind, case.damage.__name__, sealed, *outcomes.values()), flush=True)
            tried += len(outcomes)
            faults += sum(each not in GOOD for each in outcomes.values())
    print(f"{tried} commands: {faults or 'no'} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
