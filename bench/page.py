"""30 readers at once ask 10 questions each of the page, and 30 programs of `/api/ask`: `python bench/page.py`.

Starts `paperchat serve` with the offline answerer and speaks to it as the page does (Gradio's queue), and as a program.
They take turns, half of the questions at a time (page, program, program, page), so that what else the machine does
falls on both; the ratio of their 95th percentiles is what to look at. A question's time runs from sending it to the
last frame of its answer. Then one reader after the other asks 300 more, and the server's memory is read as it goes:
once warm, it must not grow. Prints JSON; exit code 1 when a question failed.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
QUESTIONS = (
    "What AUC does ICHPro reach?",
    "How does EliteKV shrink the KV cache?",
    "Which papers treat gaze estimation?",
    "What do Titans learn at test time?",
    "How tall is the Eiffel tower?",
    "What does BERT look at?",
    "Which methods prune attention heads?",
    "How do X-EcoMLA and EliteKV differ?",
    "Which data sets does MV-VTON use?",
    "What is axial attention?",
)


@contextmanager
def served(index_folder: Path, checkout: Path = ROOT, python: str = sys.executable) -> Iterator[tuple[str, int]]:
    """The address and the process id of a page with the offline answerer."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PAPERCHAT_")}
    environment |= {"PAPERCHAT_OPEN": "0", "PAPERCHAT_UI__REQUESTS_PER_MINUTE": "1000000", "PYTHONUNBUFFERED": "1"}
    command = [python, "-m", "ui", "serve", "--index-dir", str(index_folder), "--port", "0"]
    with subprocess.Popen(command, cwd=checkout, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield re.search(r"http://\S+/", process.stdout.readline())[0], process.pid
        finally:
            process.terminate()


Ask = Callable[[str], None]
"""Asks a question and returns when its answer is whole; raises what went wrong."""
Door = Callable[[httpx.Client], Ask]


class Reader:
    """One browser or program: asks its questions one after the other, `pause` seconds apart."""

    def __init__(self, address: str, door: Door, number: int, questions: int, pause: float) -> None:
        self.client = httpx.Client(base_url=address, timeout=60)
        self.door = door
        self.questions = [QUESTIONS[(number + i) % len(QUESTIONS)] for i in range(questions)]
        self.pause = pause
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def run(self) -> None:
        with self.client:
            ask = self.door(self.client)
            for question in self.questions:
                started = time.perf_counter()
                try:
                    ask(question)
                    self.seconds.append(time.perf_counter() - started)
                except (httpx.HTTPError, ValueError, RuntimeError) as error:
                    self.errors.append(f"{type(error).__name__}: {error}")
                time.sleep(self.pause)


def by_program(client: httpx.Client) -> Ask:
    def ask(question: str) -> None:
        if not client.post("/api/ask", json={"question": question}).raise_for_status().json()["text"]:
            raise RuntimeError("the answer is empty")

    return ask


def by_page(client: httpx.Client) -> Ask:
    """Opens the page, and asks as its question box does."""
    client.get("/").raise_for_status()
    event = asking(client.get("/config").raise_for_status().json())
    session = uuid.uuid4().hex

    def ask(question: str) -> None:
        body = {
            "data": [question, *event["defaults"]],
            "fn_index": event["id"],
            "session_hash": session,
            "trigger_id": event["trigger"],
        }
        client.post("/gradio_api/queue/join", json=body).raise_for_status()
        answered = False
        with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as lines:
            for line in lines.iter_lines():
                if line.startswith("data: "):
                    message = json.loads(line[6:])
                    if message["msg"] == "process_completed":
                        if not message["success"]:
                            raise RuntimeError(str(message["output"]))
                        answered = True
                    elif message["msg"] == "close_stream" and answered:
                        return
        raise RuntimeError("the answer ended early")

    return ask


def asking(config: dict[str, Any]) -> dict[str, Any]:
    """The event behind the question box: its number, and what the page sends along with the question."""
    components = {each["id"]: each["props"] for each in config["components"]}
    box = next(id for id, props in components.items() if props.get("elem_id") == "question")
    event = next(each for each in config["dependencies"] if [box, "submit"] in each["targets"])
    defaults = [components[id].get("value") for id in event["inputs"] if id != box]
    return {"id": event["id"], "trigger": box, "defaults": defaults}


def cpu_seconds(process_id: int) -> float:
    """Processor time that the process has used, all threads together (Linux)."""
    numbers = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(process_id: int) -> float:
    """Memory that the process holds for itself (Linux)."""
    lines = Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def growth(address: str, process_id: int, readers: int) -> dict[str, Any]:
    """What `readers` conversations of ten questions each, one after the other, add to the server's memory."""
    sizes = [megabytes(process_id)]
    for number in range(readers):
        reader = Reader(address, by_page, number, len(QUESTIONS), pause=0.0)
        reader.run()
        if reader.errors:
            raise RuntimeError(reader.errors[0])
        sizes.append(megabytes(process_id))
    slope, margin = slope_with_margin(sizes)
    return {
        "questions": readers * len(QUESTIONS),
        "start_mb": round(sizes[0]),
        "end_mb": round(sizes[-1]),
        "mb_per_100_questions": round(slope * 100 / len(QUESTIONS), 1),
        "margin": round(margin * 100 / len(QUESTIONS), 1),
        "mb": [round(size) for size in sizes],
    }


def slope_with_margin(sizes: Sequence[float]) -> tuple[float, float]:
    """The slope of the later half, when all is warm, and twice its standard error (least squares)."""
    warm = sizes[len(sizes) // 2 :]
    if len(warm) < 3:
        return 0.0, 0.0
    line = statistics.linear_regression(range(len(warm)), warm)
    left = sum((size - line.intercept - line.slope * x) ** 2 for x, size in enumerate(warm))
    spread = sum((x - (len(warm) - 1) / 2) ** 2 for x in range(len(warm)))
    return line.slope, 2 * (left / (len(warm) - 2) / spread) ** 0.5


@dataclass
class Crowd:
    """What readers at one door saw, in one or more rounds."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    elapsed: float = 0.0
    cpu: float = 0.0

    def ask(self, address: str, process_id: int, door: Door, readers: int, questions: int, pause: float) -> None:
        """One round: all readers at once."""
        everyone = [Reader(address, door, number, questions, pause) for number in range(readers)]
        threads = [threading.Thread(target=reader.run) for reader in everyone]
        started, cpu = time.perf_counter(), cpu_seconds(process_id)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.elapsed += time.perf_counter() - started
        self.cpu += cpu_seconds(process_id) - cpu
        self.seconds += [time for reader in everyone for time in reader.seconds]
        self.errors += [error for reader in everyone for error in reader.errors]

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(0.95 * len(self.seconds))]

    def to_dict(self) -> dict[str, Any]:
        return {
            "questions": len(self.seconds),
            "errors": self.errors[:5],
            "error_count": len(self.errors),
            "p50_s": round(statistics.median(self.seconds), 2),
            "p95_s": round(self.p95, 2),
            "longest_s": round(max(self.seconds), 2),
            "questions_per_s": round(len(self.seconds) / self.elapsed, 1),
            "server_cpu_s_a_question": round(self.cpu / len(self.seconds), 3),
        }


def measure(address: str, process_id: int, readers: int, questions: int, pause: float) -> dict[str, Any]:
    page, program = Crowd(), Crowd()
    half = max(1, questions // 2)
    for crowd, door in ((page, by_page), (program, by_program), (program, by_program), (page, by_page)):
        crowd.ask(address, process_id, door, readers, half, pause)
    return {
        "readers": readers,
        "pause_s": pause,
        "page": page.to_dict(),
        "api": program.to_dict(),
        "api_p95_as_a_ratio_to_the_page": round(program.p95 / page.p95, 2),
        "error_count": len(page.errors) + len(program.errors),
        "load_average": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--questions", type=int, default=10)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between a reader's questions")
    parser.add_argument("--memory", type=int, default=300, help="questions over which memory is watched")
    parser.add_argument("--index-dir", type=Path, help="an index to use; else the shipped catalogue is indexed anew")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as made,
        served(options.index_dir or Path(made) / "index") as (address, process_id),
    ):
        measure(address, process_id, readers=2, questions=2, pause=0.0)
        result = measure(address, process_id, options.readers, options.questions, options.pause)
        result["memory"] = growth(address, process_id, options.memory // len(QUESTIONS))
    print(json.dumps(result, indent=2))
    sys.exit(1 if result["error_count"] else 0)


if __name__ == "__main__":
    main()
