"""Ctrl-C, as a shell sends it, to a real process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from servers.scripted import ScriptedServer

PROJECT = Path(__file__).parents[3]
PATIENCE = 60
WITHIN = 2.0
"""Seconds: the promise is one; a busy machine gets another."""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """`start("ask", "…", LLM="…")`: `paperchat` in an empty folder, with PAPERCHAT_ settings."""
    running = []

    def start_one(*arguments: object, trace_imports: bool = False, **settings: str) -> "subprocess.Popen[str]":
        command = [sys.executable, *(["-X", "importtime"] * trace_imports), "-m", "ui", *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": str(PROJECT), "HOME": str(tmp_path)}
        environment |= {f"PAPERCHAT_{name}": value for name, value in settings.items()}
        process = subprocess.Popen(
            command,
            cwd=tmp_path,
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # The tests may run in the background, where Ctrl-C is ignored.
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
        )
        running.append(process)
        return process

    yield start_one
    for process in running:
        process.kill()
        process.communicate()


def interrupt(process: "subprocess.Popen[str]") -> tuple[int, str, float]:
    """Exit code, what was said on stderr from now on, and how long it took."""
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.wait(PATIENCE)
    took = time.monotonic() - started
    assert process.stderr
    lines = [line for line in process.stderr.read().splitlines() if not line.startswith(("import time:", "Library: "))]
    return process.returncode, "\n".join(lines).strip(), took


@pytest.mark.parametrize(
    "module",
    ["click.core", "ui.cli.commands", "yaml", "pydantic", "numpy", "chromadb", "rag"],
)
def test_it_ends_with_one_line_while_modules_are_imported(start: Start, catalogue_index: Path, module: str) -> None:
    process = start("ask", "What is MAT?", "--index-dir", catalogue_index, trace_imports=True)
    assert process.stderr
    for line in process.stderr:
        if line.rpartition("|")[2].strip() == module:
            break
    else:
        pytest.fail(f"{module} is not imported by itself any more: take another")
    code, said, took = interrupt(process)
    assert (code, said) == (130, "Stopped.")
    assert took < WITHIN


@pytest.mark.parametrize("model", ["hangs-before", "hangs-within", "drips"])
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_it_ends_with_one_line_while_a_model_hangs(
    start: Start, catalogue_index: Path, scripted_server: ScriptedServer, model: str, options: tuple[str, ...]
) -> None:
    process = start(
        "ask",
        "What AUC does ICHPro reach?",
        "--index-dir",
        catalogue_index,
        *options,
        LLM=f"{{base_url: '{scripted_server.base_url}', model: {model}}}",
        RAG__REFUSE_BELOW="0",
    )
    wait_for_request(scripted_server, model, process)
    code, said, took = interrupt(process)
    assert (code, said) == (130, "Stopped.")
    assert took < WITHIN
    assert scripted_server.chats(model)[0].gone.wait(5)


def test_it_ends_a_first_start(start: Start) -> None:
    process = start("ask", "What AUC does ICHPro reach?", "--index-dir", "new")
    assert process.stderr
    assert any("First start" in line for line in process.stderr)
    code, said, took = interrupt(process)
    assert code == 130
    assert said.splitlines()[-1] == "Stopped."
    assert "Traceback" not in said
    assert took < WITHIN


def test_in_a_chat_it_ends_the_answer_and_the_talk_goes_on(
    start: Start, catalogue_index: Path, scripted_server: ScriptedServer
) -> None:
    llm = f"{{base_url: '{scripted_server.base_url}', model: hangs-before}}"
    process = start("chat", "--index-dir", catalogue_index, LLM=llm, RAG__REFUSE_BELOW="0")
    assert process.stdin
    assert process.stdout
    process.stdin.write("What AUC does ICHPro reach?\n")
    process.stdin.flush()
    wait_for_request(scripted_server, "hangs-before", process)
    process.send_signal(signal.SIGINT)
    assert scripted_server.chats("hangs-before")[0].gone.wait(5)
    # Longer than an interrupt outside of a chat would leave to tidy up.
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1.5)
    out, err = process.communicate("/sources\n/quit\n", PATIENCE)
    assert process.returncode == 0
    assert "Stopped." in out
    assert "No question was asked yet." in out
    assert "Traceback" not in err


def test_a_second_interrupt_does_not_wait(start: Start, catalogue_index: Path) -> None:
    process = start("ask", "What is MAT?", "--index-dir", catalogue_index, trace_imports=True)
    assert process.stderr
    assert any(line.rstrip().endswith(" numpy") for line in process.stderr)
    process.send_signal(signal.SIGINT)
    code, said, _ = interrupt(process)
    assert (code, said) == (130, "Stopped.")


def wait_for_request(server: ScriptedServer, model: str, process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + PATIENCE
    while not server.chats(model):
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_watched_folder_brings_in_what_comes_and_ctrl_c_ends_it_with_one_line(start: Start, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    process = start("watch", "in", "--index-dir", "there", "--every", "0.1")
    assert process.stderr
    assert process.stdout
    while not process.stderr.readline().startswith("Watching in."):
        assert process.poll() is None
    (tmp_path / "in" / "owls.csv").write_text("title,abstract\nOwls,Owls see at night.\n")
    assert process.stdout.readline() == "1 row\n"
    assert process.stdout.readline().split() == ["1", "added"]
    code, said, _ = interrupt(process)
    assert (code, said) == (130, "Stopped.")


def test_what_leaves_a_watched_folder_goes_with_prune(start: Start, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for animal in ("owls", "bats"):
        (tmp_path / "in" / f"{animal}.csv").write_text(f"title,abstract\n{animal},{animal} hear at night.\n")
    process = start("watch", "in", "--index-dir", "there", "--every", "0.1", "--prune")
    assert process.stdout
    assert process.stdout.readline() == "2 rows\n"
    (tmp_path / "in" / "bats.csv").unlink()
    while "removed" not in (line := process.stdout.readline()):
        assert process.poll() is None
    assert line.split() == ["1", "removed"]
    interrupt(process)
