"""The wheel works by itself: outside the checkout, with an empty home, and with no network once it is installed."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

PROJECT = Path(__file__).parents[1]
ROOMS = ("data", "index", "rag", "ui")
MOST_BYTES = 80_000_000


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment that holds the wheel, and an empty folder to work in."""

    python: Path
    folder: Path
    environment: dict[str, str]
    left_for: Path
    """Names the hosts that a process tried to reach; no such file as long as none did."""

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [self.python.with_name(arguments[0]), *arguments[1:]],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert not self.left_for.exists(), self.left_for.read_text("utf-8")
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[str]:
        """`paperchat serve` on a free port; gives the address of the page."""
        with subprocess.Popen(
            [self.python.with_name("paperchat"), "serve", "--port", "0"],
            cwd=self.folder,
            env=self.environment | {"PAPERCHAT_OPEN": "0", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                assert process.stdout is not None
                said = process.stdout.readline()
                address = re.search(r"http://[\w.:]+", said)
                assert address, said
                yield address[0]
            finally:
                process.kill()
        assert not self.left_for.exists(), self.left_for.read_text("utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run([sys.executable, "-m", *build, str(PROJECT)], check=True)
    (made,) = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with the locked packages of this environment, not with its paperchat: no `.pth` of it is followed."""
    root = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(root / "venv")], check=True)
    scripts = root / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    python = scripts / Path(sys.executable).name
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python), "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(root / "venv")}))
    shutil.copy(Path(__file__).with_name("offline.py"), packages)
    (packages / "locked.pth").write_text(f"import offline\n{sysconfig.get_path('purelib')}\n", "utf-8")
    for name in ("home", "work"):
        (root / name).mkdir()
    path = f"{scripts}{os.pathsep}{os.defpath}"
    environment = {"PATH": path, "HOME": str(root / "home"), "OFFLINE_LOG": str(root / "left-for.txt")}
    return Installed(python, root / "work", environment, root / "left-for.txt")


def version() -> str:
    stated: str = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return stated


def test_the_wheel_holds_every_file_of_the_rooms_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    files = [file for room in ROOMS for file in (PROJECT / room).rglob("*") if file.is_file()]
    assert held == {file.relative_to(PROJECT).as_posix() for file in files if "__pycache__" not in file.parts}
    assert {"index/py.typed", "rag/py.typed", "ui/py.typed"} <= held


def test_the_wheel_is_small_enough_to_download(wheel: Path) -> None:
    assert wheel.stat().st_size < MOST_BYTES


def test_what_runs_is_the_wheel_and_not_the_checkout(installed: Installed) -> None:
    found = installed.run("python", "-c", "import index, rag, ui; print(index.__file__, rag.__file__, ui.__file__)")
    assert all(Path(file).is_relative_to(installed.python.parents[1]) for file in found.split())


def test_the_version_is_the_one_that_pyproject_states(installed: Installed) -> None:
    assert installed.run("paperchat", "--version").split()[-1] == version()


def test_a_question_is_answered_in_an_empty_folder_by_the_catalogue_that_ships(installed: Installed) -> None:
    answer = json.loads(installed.run("paperchat", "ask", "What AUC does ICHPro reach?", "--json"))
    assert "0.9429" in answer["text"]
    assert [source["paper_id"] for source in answer["sources"] if source["cited"]] == ["2402.11307"]
    # The library and which one was used last; a cache would be another program's.
    assert {file.name for file in Path(installed.environment["HOME"]).iterdir()} == {".local", ".paperchat"}


def test_the_page_and_the_doors_are_served(installed: Installed) -> None:
    with installed.serving() as address:
        page = urlopen(f"{address}/").read().decode()
        question = json.dumps({"question": "What AUC does ICHPro reach?"}).encode()
        asked = Request(f"{address}/api/ask", question, {"content-type": "application/json"})
        answer = json.loads(urlopen(asked).read())
    assert 'id="shell"' in page
    assert "--accent" in page
    assert "0.9429" in answer["text"]
