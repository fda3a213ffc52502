"""Two app processes with a folder each, and one Chroma server: whoever is killed, no paper is lost or doubled."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.chroma import ChromaServer

APP = """
import json, sys
from pathlib import Path
from bench.hashed import replace_packaged_model
from index import IndexSettings, Paper, PaperIndex, PaperchatError, inspect
import index.sharing.lease as lease, index.sharing.replica as replica, index.sharing.sharing as sharing
import index.writing as writing

replace_packaged_model()
replica.SHARED_AT_ONCE = writing.SHARED_AT_ONCE = 5
sharing.EVERY, lease.BEAT, lease.SILENCE = 0.1, 0.2, 1.0
settings = IndexSettings(
    folder=Path(sys.argv[1]), store="server", server_port=int(sys.argv[2]), collection=sys.argv[3], token_vectors=False
)

def paper(id):
    return Paper(id, f"Paper {id}", f"The {id} penguin counts fish by its shadow.")

def papers(kind, number, pause):
    for n in range(number):
        if n == pause:
            sys.stdin.readline()
        yield paper(f"{kind}{n}")

def do(index, command, *given):
    match command:
        case "add":
            report = index.add(papers(*given))
            return [report.added, report.unchanged]
        case "count":
            return index.count()
        case "complete":
            return index.count() - index.count_unfinished()
        case "words":
            return len(index.search_words("penguin", 1000))
        case "found":
            passages, vectors = index.encodings.all_vectors()
            hits = [index.search_meaning(vector, 1) for vector in vectors]
            by_meaning = [id for id, hit in zip(passages, hits) if hit and hit[0][0] == id]
            by_words = [id for id, _ in index.search_words("penguin", 1000)]
            return {"papers": sorted(index.library.ids()), "by words": sorted(by_words),
                    "by meaning": sorted(id.partition("#")[0] for id in by_meaning),
                    "on the server": index.meaning.vectors.count()}
        case "doctor":
            return sorted({finding.severity for finding in inspect(settings)})

with PaperIndex.open(settings) as index_here:
    print(json.dumps("open"), flush=True)
    for line in sys.stdin:
        try:
            said = do(index_here, *json.loads(line))
        except PaperchatError as error:
            said = {"error": str(error)}
        print(json.dumps(said), flush=True)
"""


class App:
    def __init__(self, folder: Path, port: int) -> None:
        command = [sys.executable, "-c", APP, str(folder), str(port), f"{folder.parent.name}-shared"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def begin(self, *command: object) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()

    def said(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def do(self, *command: object) -> Any:
        self.begin(*command)
        return self.said()

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def started(tmp_path: Path, chroma: ChromaServer) -> Iterator[Callable[[str], App]]:
    """Starts an app over the folder of that name."""
    apps: list[App] = []

    def start(name: str) -> App:
        apps.append(App(tmp_path / name, chroma.port))
        return apps[-1]

    yield start
    for app in apps:
        app.kill()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


NUMBER, HALF = 30, 12
"""Papers that are added, in entries of five, and where the one who adds waits for what befalls it: by then ten are on
the server, and have no vectors."""
NEVER = -1


def whole(*kinds: str) -> dict[str, object]:
    """What an app finds that has these papers, each of them once."""
    ids = sorted(f"{kind}{n}" for kind in kinds for n in range(NUMBER))
    return {"papers": ids, "by words": ids, "by meaning": ids, "on the server": len(ids)}


def test_server_and_writer_are_killed_in_turn_and_nothing_is_lost_or_doubled(
    started: Callable[[str], App], chroma: ChromaServer
) -> None:
    first, second = started("first"), started("second")
    assert first.said() == second.said() == "open"
    assert first.do("add", "a", NUMBER, NEVER) == [NUMBER, 0]
    wait_until(lambda: second.do("complete") == NUMBER)
    assert second.do("found") == whole("a")

    # The server dies in the middle of a run, and comes back.
    first.begin("add", "b", NUMBER, HALF)
    wait_until(lambda: second.do("words") == NUMBER + 10)
    chroma.kill()
    first.begin("goes on")
    assert "Start one with `chroma run`" in first.said()["error"]
    assert second.do("words") == NUMBER + 10
    chroma.start()
    assert first.do("add", "b", NUMBER, NEVER) == [NUMBER - 10, 10]
    wait_until(lambda: second.do("complete") == 2 * NUMBER)
    assert second.do("found") == whole("a", "b")

    # The writer dies in the middle of a run; another does the same work, and it comes back.
    first.begin("add", "c", NUMBER, HALF)
    wait_until(lambda: second.do("words") == 2 * NUMBER + 10)
    first.kill()
    assert second.do("add", "c", NUMBER, NEVER) == [NUMBER - 10, 10]
    first = started("first")
    assert first.said() == "open"
    wait_until(lambda: first.do("complete") == 3 * NUMBER)
    assert first.do("found") == second.do("found") == whole("a", "b", "c")
    assert first.do("doctor") == second.do("doctor") == ["ok"]
