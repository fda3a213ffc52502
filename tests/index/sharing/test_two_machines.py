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
import index.sharing.replica, index.writing

replace_packaged_model()
index.sharing.replica.SHARED_AT_ONCE = index.writing.SHARED_AT_ONCE = 5
settings = IndexSettings(folder=Path(sys.argv[1]), store="server", server_port=int(sys.argv[2]), token_vectors=False)

def paper(id):
    return Paper(id, f"Paper {id}", f"The {id} penguin counts fish by its shadow.")

def do(index, command, *given):
    match command:
        case "add":
            report = index.add(paper(f"{given[0]}{n}") for n in range(given[1]))
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
        command = [sys.executable, "-c", APP, str(folder), str(port)]
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
def started(tmp_path: Path) -> Iterator[Callable[[str], App]]:
    """Starts an app over the folder of that name; `started.server` is theirs."""
    apps: list[App] = []
    server = ChromaServer(tmp_path / "chroma")

    def start(name: str) -> App:
        apps.append(App(tmp_path / name, server.port))
        return apps[-1]

    start.server = server
    yield start
    for app in apps:
        app.kill()
    server.kill()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def whole(*kinds: str, number: int = 30) -> dict[str, object]:
    """What an app finds that has `number` papers of each kind, each of them once."""
    ids = sorted(f"{kind}{n}" for kind in kinds for n in range(number))
    return {"papers": ids, "by words": ids, "by meaning": ids, "on the server": len(ids)}


def test_server_and_writer_are_killed_in_turn_and_nothing_is_lost_or_doubled(started: Callable[[str], App]) -> None:
    first, second = started("first"), started("second")
    assert first.said() == second.said() == "open"
    assert first.do("add", "a", 30) == [30, 0]
    wait_until(lambda: second.do("complete") == 30)
    assert second.do("found") == whole("a")

    # The server dies in the middle of a run, and comes back.
    first.begin("add", "b", 30)
    wait_until(lambda: second.do("count") > 30)
    started.server.kill()
    assert "Start one with `chroma run`" in first.said()["error"]
    assert 30 < second.do("words") < 60
    started.server.start()
    added, unchanged = first.do("add", "b", 30)
    assert added + unchanged == 30
    assert unchanged > 0
    wait_until(lambda: second.do("complete") == 60)
    assert second.do("found") == whole("a", "b")

    # The writer dies in the middle of a run; another does the same work, and it comes back.
    first.begin("add", "c", 30)
    wait_until(lambda: second.do("count") > 60)
    first.kill()
    added, unchanged = second.do("add", "c", 30)
    assert added + unchanged == 30
    assert unchanged > 0
    first = started("first")
    assert first.said() == "open"
    wait_until(lambda: first.do("complete") == 90)
    assert first.do("found") == second.do("found") == whole("a", "b", "c")
    assert first.do("doctor") == second.do("doctor") == ["ok"]
