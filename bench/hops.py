"""How far a reader has to walk to follow one offline question: files entered, and calls from one file into another.

    python bench/hops.py                                 # the working tree
    PYTHONPATH=../other python bench/hops.py --pairs 20  # another checkout, with the busiest pairs of files

What is counted, while the question is answered over the shipped catalogue:
- a file: a module of `index`, `rag` or `ui` of which some function ran; importing does not count.
- a call: a function, method or property of one of these files, called directly by code of another one of them. A
  comprehension counts as the code it stands in. Calls by Python code of a library in between do not count, nor does a
  generator that is asked for its next value; what a dataclass or pydantic writes itself lies in no file.
Threads count like the rest. Counted once for a question after another one was answered (everything is loaded, its
papers were not read before), and once more for the same question, which finds the caches filled.
"""

import argparse
import os
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dis import opmap
from pathlib import Path
from types import FrameType

ROOMS = ("index", "rag", "ui")
WARM_UP = "What is joint attention?"
QUESTION = "What AUC does ICHPro reach?"


@dataclass(slots=True)
class Walk:
    """The files that were entered, and how often one called another: (caller, callee) -> calls."""

    files: set[str] = field(default_factory=set)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)


class Counting:
    """Counts in this thread and in those that start while `installed`, whenever a walk is being `counted`."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._inside = tuple(f"{folder}{os.sep}" for folder in folders)
        self._walk: Walk | None = None

    @contextmanager
    def installed(self) -> Iterator[None]:
        """The threads of a pool must start in here."""
        threading.setprofile(self._note)
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    @contextmanager
    def counted(self) -> Iterator[Walk]:
        self._walk = walk = Walk()
        try:
            yield walk
        finally:
            self._walk = None

    def _note(self, frame: FrameType, event: str, _: object) -> None:
        walk = self._walk
        file = frame.f_code.co_filename
        if walk is None or event != "call" or not file.startswith(self._inside):
            return
        walk.files.add(file)
        caller = frame.f_back.f_code.co_filename if frame.f_back else ""
        if caller != file and caller.startswith(self._inside) and not is_resumed(frame):
            walk.calls[caller, file] += 1


def is_resumed(frame: FrameType) -> bool:
    """Whether it is a generator that goes on, rather than a function that begins."""
    code, at = frame.f_code.co_code, frame.f_lasti
    return at >= 0 and code[at] == opmap["RESUME"] and code[at + 1] & 3 != 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--question", default=QUESTION)
    parser.add_argument("--pairs", type=int, default=0, metavar="N", help="print the N pairs with the most calls")
    arguments = parser.parse_args()

    import rag  # here, so that --help is there at once

    root = Path(rag.__file__).parents[1]
    counting = Counting([root / room for room in ROOMS])
    with (
        tempfile.TemporaryDirectory() as folder,
        counting.installed(),
        rag.Assistant.from_config(index_dir=folder) as assistant,
    ):
        assistant.ask(WARM_UP)
        with counting.counted() as first:
            assistant.ask(arguments.question)
        with counting.counted() as again:
            assistant.ask(arguments.question)
    for label, walk in (("a new question", first), ("asked again", again)):
        print(f"{label:16} {len(walk.files):4} files {walk.calls.total():5} calls between files")
    for (caller, callee), count in first.calls.most_common(arguments.pairs):
        print(f"{count:5}  {Path(caller).relative_to(root)} -> {Path(callee).relative_to(root)}")


if __name__ == "__main__":
    main()
