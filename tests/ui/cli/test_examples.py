"""Every example of every --help is a command that there is; those that read work on the catalogue that ships."""

import io
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from ui.cli.commands import cli

Run = Callable[..., tuple[int, str, str]]

READING = {"ask", "search", "show", "similar", "list", "export", "table", "completion"}
"""Commands whose examples are run: they change nothing, end by themselves, and need no key and no network."""

FOUND_NOTHING = ("No paper fits", "Nothing fits well", "do not answer this question")


def examples() -> Iterator[str]:
    for command in (cli, *cli.commands.values()):
        for line in (command.epilog or "").splitlines():
            if "paperchat " in line:
                yield re.split(r"\s{3,}", line.strip())[0]


def parsed(example: str) -> tuple[str, list[str], str]:
    """What is piped into it, its arguments, and the environment before it."""
    before, _, arguments = example.rpartition("paperchat ")
    words = shlex.split(arguments.split(" > ")[0])
    return (shlex.split(before.rstrip("| "))[1] if before.startswith("echo ") else ""), words, before


@pytest.mark.parametrize("example", [*examples()])
def test_each_example_names_a_command_with_options_that_it_has(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("~/Papers", "exports"):  # those that `watch` is told of
        Path(folder).mkdir(parents=True)
    _, (name, *rest), _ = parsed(example)
    command = cli.commands[name]
    with click.Context(cli, info_name="paperchat") as root:
        command.make_context(name, rest, parent=root)


@pytest.mark.parametrize(
    "example", [each for each in examples() if parsed(each)[1][0] in READING and "PAPERCHAT_" not in each]
)
def test_each_example_that_reads_finds_something_in_the_catalogue(
    run: Run, example: str, catalogue_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERCHAT_INDEX__FOLDER", str(catalogue_index))
    said, arguments, _ = parsed(example)
    monkeypatch.setattr(sys, "stdin", io.StringIO(said + "\n"))
    code, out, err = run(*arguments)
    assert code == 0, err
    assert out or Path(arguments[-1]).stat().st_size
    assert not any(phrase in out + err for phrase in FOUND_NOTHING)
