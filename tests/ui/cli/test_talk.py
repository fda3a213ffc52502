"""The talk in a terminal, as the real command."""

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[3]


def talk(catalogue_index: Path, folder: Path, *lines: str) -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-m", "ui", "chat", "--index-dir", str(catalogue_index)],
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
    )


def test_a_talk_is_narrowed_exported_and_begun_anew(catalogue_index: Path, tmp_path: Path) -> None:
    done = talk(
        catalogue_index,
        tmp_path,
        "/export talk.md",
        "/only 2402.11307",
        "What AUC does it reach?",
        "/prompt",
        "/prompt And on which data?",
        "/sources",
        "/export talk.md",
        "/export talk.bib",
        "/export talk.xyz",
        "/only nope",
        "/only",
        "/model offline",
        "/model nonsense",
        "/bogus",
        "/new",
        "/export talk.md",
    )
    assert done.stdout.count("No question was asked yet.") == 2
    assert "Only asking ICHPro" in done.stdout
    assert "0.9429" in done.stdout
    assert "Add a question, as in /prompt" in done.stdout
    assert "=== to plan" in done.stdout
    assert "Last question: And on which data?" in done.stdout
    assert "1 question in talk.md" in done.stdout
    assert "The name must end in one of .md, .html, .docx, .rdf, .bib, .ris" in done.stderr
    assert "Asking all papers." in done.stdout
    assert "Answers come from offline." in done.stdout
    assert "There is no /bogus. /help lists the commands." in done.stdout
    assert "There is no paper nope" in done.stderr
    assert done.stderr.count("Error: ") == 3
    assert "Traceback" not in done.stderr
    assert (tmp_path / "talk.md").read_text("utf-8").startswith("# What AUC does it reach?\n")
    assert "2402.11307" in (tmp_path / "talk.bib").read_text("utf-8")


def test_help_names_every_command(catalogue_index: Path, tmp_path: Path) -> None:
    said = talk(catalogue_index, tmp_path, "/help", "/quit", "What?").stdout
    for command in ("/sources", "/export", "/new", "/only", "/model", "/prompt", "/help", "/quit"):
        assert f"\n{command}" in said.replace("You> ", "\n")
    assert "(understood" not in said


def test_a_number_picks_the_paper_that_is_asked_back_for(catalogue_index: Path, tmp_path: Path) -> None:
    said = talk(catalogue_index, tmp_path, "What was the main outcome?", "2", "/quit").stdout
    asked_back, _, picked = said.partition("Which one: ")[2].partition("You> ")
    title = asked_back.partition(" or **")[2].partition("**")[0]
    assert title in picked
