"""`paperchat ask`: its questions, its filters, and what it prints for eyes and for programs."""

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.recorded import RecordedServices
from servers.scripted import ScriptedServer

from rag import Assistant
from ui.cli.pretty import print_pretty

Run = Callable[..., tuple[int, str, str]]

PROJECT = Path(__file__).parents[3]
QUESTION = "What AUC does ICHPro reach?"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")


def test_words_without_quotes_are_one_question(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("ask", *QUESTION.split(), "--index-dir", catalogue_index, "--json")
    answer = json.loads(out)
    assert (code, answer["question"]) == (0, QUESTION)


def test_each_line_of_standard_input_is_a_question(
    run: Run, catalogue_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"{QUESTION}\n\n  How do I bake sourdough bread?\n"
    monkeypatch.setattr(sys, "stdin", io.StringIO(said))
    code, out, _ = run("ask", "-", "--index-dir", catalogue_index, "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert (code, [answer["abstained"] for answer in answers]) == (0, [False, True])
    monkeypatch.setattr(sys, "stdin", io.StringIO(said))
    out = run("ask", "-", "--index-dir", catalogue_index)[1]
    assert out.index(QUESTION) < out.index("0.9429") < out.index("How do I bake")


def test_no_question_on_standard_input_is_a_usage_error(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    code, _, err = run("ask", "-")
    assert code == 2
    assert "Give one a line" in err


def test_only_one_paper_is_asked_and_an_unknown_one_is_named(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run(
        "ask", "Which modalities are fused?", "--only", "2402.11307", "--index-dir", catalogue_index, "--json"
    )
    assert (code, [source["paper_id"] for source in json.loads(out)["sources"]]) == (0, ["2402.11307"])
    code, out, err = run("ask", QUESTION, "--only", "nope", "--index-dir", catalogue_index)
    assert (code, out) == (1, "")
    assert "There is no paper nope in the library" in err


def test_the_cited_papers_go_to_standard_output_and_the_answer_beside_it(run: Run, catalogue_index: Path) -> None:
    code, out, err = run("ask", QUESTION, "--export", "bibtex", "--index-dir", catalogue_index)
    assert code == 0
    assert re.findall(r"eprint = \{(.+)\}", out) == ["2402.11307"]
    assert "abstract" not in out
    assert "0.9429" in err


def test_an_answer_is_kept_in_a_file_of_the_kind_that_its_name_says(
    run: Run, catalogue_index: Path, tmp_path: Path
) -> None:
    code, out, err = run("ask", QUESTION, "--keep", "answer.md", "--index-dir", catalogue_index)
    assert (code, "0.9429" in out, "Kept in answer.md." in err) == (0, True, True)
    kept = (tmp_path / "answer.md").read_text("utf-8")
    assert kept.startswith(f"# {QUESTION}\n")
    assert "0.9429" in kept
    code, out, err = run("ask", QUESTION, "--keep", "answer.xyz", "--index-dir", catalogue_index)
    assert (code, out) == (1, "")
    assert "must end in one of .md" in err


def test_an_answer_is_kept_as_a_note_in_zotero(
    run: Run, catalogue_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RecordedServices() as services:
        monkeypatch.setenv("PAPERCHAT_INDEX__REMOTE__ZOTERO_WEB", f"{services.base}/zotero_web/")
        monkeypatch.setenv("ZOTERO_API_KEY", services.zotero_key)
        code, out, err = run("ask", QUESTION, "--keep", "zotero", "--json", "--index-dir", catalogue_index)
    assert (code, "in the Zotero library of ada" in err) == (0, True)
    (note,) = services.notes
    assert note["note"].startswith(f"<h1>{QUESTION}</h1>")
    assert "0.9429" in note["note"]
    assert 'href="https://arxiv.org/abs/2402.11307"' in note["note"]
    assert "0.9429" in json.loads(out)["text"]


def test_all_lists_what_was_read_and_not_cited(run: Run, catalogue_index: Path) -> None:
    few = run("ask", QUESTION, "--index-dir", catalogue_index)[1]
    many = run("ask", QUESTION, "--all", "--index-dir", catalogue_index)[1]
    assert "not cited" not in few
    assert many.count(", not cited\n") >= 3


def test_the_prompt_is_shown_and_not_sent(
    run: Run, catalogue_index: Path, tmp_path: Path, scripted_server: ScriptedServer
) -> None:
    llm = {"provider": "openai-like", "model": "cited", "base_url": scripted_server.base_url}
    config = tmp_path / "model.yaml"
    config.write_text(json.dumps({"llm": llm}), "utf-8")
    place = ("--index-dir", catalogue_index, "--config", config)
    code, shown, _ = run("ask", QUESTION, "--show-prompt", *place)
    assert code == 0
    assert re.findall(r"^(=== to \w+|--- \w+)", shown, re.MULTILINE) == ["=== to answer", "--- system", "--- user"]
    assert f"Question: {QUESTION}" in shown
    assert "No language model" not in shown
    code, shown, _ = run("ask", "Quelle AUC ICHPro atteint-il ?", "--show-prompt", "--json", *place)
    document = json.loads(shown)
    assert (code, document["model"]) == (0, "openai-like/cited")
    assert [request["purpose"] for request in document["requests"]] == ["plan", "answer"]
    assert [message["role"] for message in document["requests"][1]["messages"]] == ["system", "user"]
    assert "2402.11307" in document["requests"][1]["papers"]
    assert scripted_server.requests == []


def test_without_a_model_the_prompt_is_shown_with_a_word_that_there_is_none(run: Run, catalogue_index: Path) -> None:
    code, shown, _ = run("ask", QUESTION, "--show-prompt", "--index-dir", catalogue_index)
    assert (code, shown.splitlines()[0]) == (
        0,
        "No language model is configured (llm: offline), so nothing is sent. One would be sent this:",
    )
    assert "--- system" in shown
    shown = run("ask", "Who wrote ICHPro?", "--show-prompt", "--index-dir", catalogue_index)[1]
    assert shown.startswith("Nothing would be sent")
    assert "---" not in shown


def test_each_line_of_standard_input_has_its_prompt_on_a_line(
    run: Run, catalogue_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{QUESTION}\nhello\n"))
    out = run("ask", "-", "--show-prompt", "--json", "--index-dir", catalogue_index)[1]
    assert [len(json.loads(line)["requests"]) for line in out.splitlines()] == [1, 0]


def test_on_a_terminal_an_answer_is_bold_linked_and_wrapped(catalogue_index: Path) -> None:
    shown = on_a_terminal("ask", "Which papers shrink the KV cache?", "--index-dir", str(catalogue_index), columns=70)
    final = shown[shown.rindex("• ") if "• " in shown else 0 :]
    assert "\x1b[1m" in shown
    assert "\x1b]8;" in final
    assert "https://arxiv.org/abs/2503.01586" in shown
    assert max(len(ESCAPE.sub("", line).rstrip()) for line in final.splitlines()) <= 70
    assert "**" not in final


def test_on_a_terminal_a_long_list_is_cut_and_shown_whole_with_all(catalogue_index: Path) -> None:
    question = ("ask", "Which papers are from 2024?", "--index-dir", str(catalogue_index))
    few, many = (on_a_terminal(*question, *more, columns=90) for more in ((), ("--all",)))
    left = re.search(r"And (\d+) more: --all lists them", ESCAPE.sub("", few))
    assert left
    assert ESCAPE.sub("", few).count("• ") == 10
    assert ESCAPE.sub("", many).count("• ") == 10 + int(left[1])
    assert "more: --all" not in many
    assert few.count("https://arxiv.org/abs/") < many.count("https://arxiv.org/abs/")


def test_a_talk_shows_lists_whole_since_it_has_no_option_for_it(
    catalogue_index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Assistant.from_config(index_dir=catalogue_index) as assistant:
        events = assistant.stream("Which papers are from 2024?")
        print_pretty(events, streaming=False, everything=False, to_stderr=False)
    shown = capsys.readouterr().out
    assert shown.count("• ") > 10
    assert "--all" not in shown


def on_a_terminal(*arguments: str, columns: int) -> str:
    """What the real command writes to a terminal of so many columns."""
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    environment["PYTHONPATH"] = os.pathsep.join([str(PROJECT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "ui", *arguments],
        stdin=its,
        stdout=its,
        stderr=subprocess.DEVNULL,
        env={**environment, "TERM": "xterm-256color"},
    )
    os.close(its)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert process.wait() == 0
    return shown.decode("utf-8", "replace")
