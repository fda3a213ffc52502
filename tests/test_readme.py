"""What README.md tells a newcomer to type works as it stands there."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from rag import Settings, load_settings

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line.strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("paperchat ")]


@pytest.fixture
def environment(catalogue_index: Path, tmp_path: Path) -> dict[str, str]:
    """A shell in an empty folder, with the virtual environment active and an index at hand."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "papers.csv").write_text("title,abstract\nOwls,Owls see at night.\n", "utf-8")
    (tmp_path / "more-papers.jsonl").write_text('{"title": "Bees", "abstract": "Bees see ultraviolet."}\n', "utf-8")
    (tmp_path / "folder" / "a.tsv").write_text("title\tabstract\nFoxes\tFoxes hear mice.\n", "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PAPERCHAT_INDEX__FOLDER": str(catalogue_index)}


@pytest.mark.parametrize("command", commands())
def test_each_command_of_the_readme_runs(command: str, environment: dict[str, str], tmp_path: Path) -> None:
    arguments = shlex.split(command, comments=True)
    if arguments[1] == "index":
        environment["PAPERCHAT_INDEX__FOLDER"] = str(tmp_path / "own-index")
    done = subprocess.run(arguments, cwd=tmp_path, env=environment, input="", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for nothing_found in ("No paper fits", "Nothing fits well", "do not answer this question"):
        assert nothing_found not in done.stdout + done.stderr


def test_the_python_example_prints_the_cited_answer(environment: dict[str, str], tmp_path: Path) -> None:
    (example,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert "0.9429" in done.stdout
    assert "https://arxiv.org/abs/2402.11307" in done.stdout


@pytest.mark.parametrize("example", blocks("yaml"))
def test_each_model_example_is_a_valid_setting(example: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(example, "utf-8")
    settings = load_settings(tmp_path / "config.yaml", {})
    assert settings.llm != Settings().llm
    assert set(yaml.safe_load(example)) == {"llm"}


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_readme_names_the_two_commands_that_the_makefile_has(target: str) -> None:
    assert f"make {target}" in README
    subprocess.run(["make", "--dry-run", target], cwd=PROJECT, check=True, capture_output=True)


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []
