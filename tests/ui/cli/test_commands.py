"""The command line as a script and a person use it."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from servers.recorded import RecordedServices
from servers.scripted import ScriptedServer

from ui.cli.console import print_json, printable

Run = Callable[..., tuple[int, str, str]]

PAPERS = [
    {"id": "1", "title": "Owls at Night", "abstract": "Owls see at night. Their eyes are 5 cm wide.", "year": 2020},
    {
        "id": "2",
        "title": "Bees by Day",
        "abstract": "Bees see ultraviolet light. A hive holds 40,000 bees.",
        "year": 2022,
    },
    {
        "id": "3",
        "title": "\x1b[31mRed\x1b[0m Foxes",
        "abstract": "Foxes hear mice under snow. They jump 2 m.",
        "year": 2023,
    },
]


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    file = tmp_path / "animals.jsonl"
    file.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), "utf-8")
    return file


def counted(rows: int, **counts: int) -> str:
    """What `index` prints of its counts."""
    names = ("added", "changed", "unchanged", "merged", "refused")
    return f"{rows} rows\n" + "".join(f"{counts.get(name, 0):>9}  {name}\n" for name in names)


def test_index_reports_what_it_did_and_skips_what_is_unchanged(run: Run, animals: Path) -> None:
    assert run("index", animals, "--index-dir", "there")[:2] == (
        0,
        counted(rows=3, added=3),
    )
    assert run("index", animals, "--index-dir", "there")[:2] == (
        0,
        counted(rows=3, unchanged=3),
    )


def test_a_bad_row_is_named_with_file_and_line_and_the_rest_goes_in(run: Run, animals: Path) -> None:
    animals.write_text(animals.read_text("utf-8") + "{not json\n", "utf-8")
    code, out, err = run("index", animals, "--index-dir", "there")
    assert (code, out) == (3, counted(rows=4, added=3, refused=1))
    assert "animals.jsonl, line 4" in err


def test_index_can_report_as_json(run: Run, animals: Path) -> None:
    code, out, _ = run("index", animals, "--index-dir", "there", "--json")
    counts = {"rows": 3, "added": 3, "changed": 0, "unchanged": 0, "merged": 0, "refused": 0, "left_out": 0}
    counts |= {"merged_by": {}, "removed": 0}
    assert (code, json.loads(out)) == (0, counts | {"problems": []})


def test_every_problem_stands_in_the_json_and_the_first_are_shown(run: Run, animals: Path) -> None:
    animals.write_text(animals.read_text("utf-8") + "{not json\n" * 30, "utf-8")
    code, out, _ = run("index", animals, "--index-dir", "there", "--json")
    problems = json.loads(out)["problems"]
    assert code == 3
    assert [problem["line"] for problem in problems] == list(range(4, 34))
    assert problems[0] == {
        "file": str(animals),
        "line": 4,
        "record": None,
        "reason": problems[0]["reason"],
        "remedy": None,
        "refused": True,
    }
    _, _, err = run("index", animals, "--index-dir", "there")
    assert err.count("not valid JSON") == 20
    assert err.count("animals.jsonl") == 1
    assert "… and 10 more; --json lists all." in err


def test_a_file_of_a_folder_that_is_not_read_is_named_with_its_remedy(run: Run, animals: Path) -> None:
    (animals.parent / "in").mkdir()
    animals.rename(animals.parent / "in" / "animals.jsonl")
    (animals.parent / "in" / "owls.pdf").write_bytes(b"%PDF-1.7")
    code, out, err = run("index", "in", "--index-dir", "there")
    assert (code, out) == (3, counted(rows=3, added=3) + "        1  files not read\n")
    assert "in/owls.pdf: It looks like a PDF. Export its record from your reference manager" in err


def test_a_warning_is_no_refusal(run: Run, animals: Path) -> None:
    (animals.parent / "in").mkdir()
    animals.rename(animals.parent / "in" / "animals.jsonl")
    (animals.parent / "in" / ".hidden").touch()
    code, _, err = run("index", "in", "--index-dir", "there")
    assert code == 0
    assert "warning: It is hidden" in err


def test_only_papers_of_some_topics_and_years_go_in(run: Run, animals: Path) -> None:
    code, out, _ = run("index", animals, "--index-dir", "there", "--year", "2022-")
    assert (code, out) == (0, counted(rows=2, added=2) + "        1  not selected\n")
    assert run("index", animals, "--index-dir", "other", "--category", "cs")[1].endswith("3  not selected\n")
    assert run("index", animals, "--index-dir", "there", "--year", "soon")[0] == 2


def test_a_missing_file_is_one_line_and_exit_code_one(run: Run) -> None:
    code, out, err = run("index", "nowhere.csv", "--index-dir", "there")
    assert code == 1
    assert "nowhere.csv" in out + err
    assert "Traceback" not in err


def test_the_index_can_be_rebuilt_without_its_files(run: Run, animals: Path) -> None:
    run("index", animals, "--index-dir", "there")
    animals.unlink()
    assert run("index", "--rebuild", "--index-dir", "there")[0] == 0
    code, out, _ = run("search", "ultraviolet light", "--index-dir", "there", "-k", 1, "--json")
    assert (code, [hit["title"] for hit in json.loads(out)]) == (0, ["Bees by Day"])


def test_index_without_files_is_a_usage_error(run: Run) -> None:
    code, _, err = run("index", "--index-dir", "there")
    assert code == 2
    assert "--rebuild" in err


def test_search_lists_papers_and_filters_by_year(run: Run, animals: Path) -> None:
    run("index", animals, "--index-dir", "there")
    code, out, _ = run("search", "animals that see", "--index-dir", "there", "--year", "2021-2022", "--json")
    assert code == 0
    assert [hit["title"] for hit in json.loads(out)] == ["Bees by Day"]


def test_search_shows_the_passage_that_fits(run: Run, animals: Path) -> None:
    run("index", animals, "--index-dir", "there")
    _, out, _ = run("search", "ultraviolet light", "--index-dir", "there", "-k", 1)
    assert "Bees see ultraviolet light." in out


def test_blanks_that_do_not_break_stay_blanks() -> None:
    assert printable("5\u00a0cm\u202fwide\x1b[31m\u202e") == "5 cm wide[31m"


def test_json_cannot_colour_the_terminal_either(capsys: pytest.CaptureFixture[str]) -> None:
    value = {"text": "grün \x9b31m \u202e \udcff"}
    print_json(value)
    printed = capsys.readouterr().out
    assert json.loads(printed) == value
    assert "grün" in printed
    assert all(c == "\n" or c.isprintable() for c in printed)


def test_a_title_cannot_colour_the_terminal(run: Run, animals: Path) -> None:
    run("index", animals, "--index-dir", "there")
    _, out, _ = run("search", "foxes hear mice", "--index-dir", "there", "-k", 1)
    assert "Foxes" in out
    assert "\x1b" not in out


def test_ask_prints_the_answer_and_its_sources(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("ask", "What AUC does ICHPro reach?", "--index-dir", catalogue_index)
    assert code == 0
    assert "0.9429" in out
    assert "https://arxiv.org/abs/2402.11307" in out


def test_ask_prints_the_whole_answer_as_json(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("ask", "What AUC does ICHPro reach?", "--index-dir", catalogue_index, "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["abstained"] is False
    assert "0.9429" in answer["text"]
    assert answer["citations"][0]["supported"] is True
    assert {"n", "paper_id", "title", "url", "authors", "year", "passage", "highlights", "score", "cited"} <= set(
        answer["sources"][0]
    )


def test_a_refusal_is_an_answer_too(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("ask", "How do I bake sourdough bread?", "--index-dir", catalogue_index, "--json")
    assert (code, json.loads(out)["abstained"]) == (0, True)


def test_a_missing_key_is_named_before_any_work_is_done(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PAPERCHAT_LLM", "openai/gpt-4o-mini")
    code, _, err = run("ask", "What AUC does ICHPro reach?", "--index-dir", "there")
    assert code == 1
    assert "OPENAI_API_KEY" in err
    assert len(err.splitlines()) == 1
    assert not (tmp_path / "there").exists()


def test_a_typo_in_the_settings_is_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("rag: {topk: 3}", "utf-8")
    code, _, err = run("search", "owls")
    assert code == 1
    assert "did you mean `top_k`" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("command", ["index .", "search owls", "ask owls?", "chat", "serve", "eval"])
def test_settings_that_cannot_be_read_are_one_line_in_every_command(run: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "config.yaml").write_text("rag: {top_k: 2020-13-45}", "utf-8")
    code, out, err = run(*command.split())
    assert (code, out) == (1, "")
    assert err.startswith("Error: config.yaml ")
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("value", ["9" * 5000, "2020-13-45", "[" * 5000])
def test_the_environment_of_the_real_command_is_read_with_the_same_care(tmp_path: Path, value: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "PAPERCHAT_RAG__TOP_K": value}
    done = subprocess.run(
        [sys.executable, "-m", "ui", "ask", "What?"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "PAPERCHAT_RAG__TOP_K" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("year", ["soon", "-", "²", "2020-21-22"])
def test_a_year_that_is_none_is_a_usage_error(run: Run, year: str) -> None:
    code, _, err = run("search", "owls", f"--year={year}")
    assert code == 2
    assert "--year" in err


@pytest.mark.parametrize(
    "command", ["index", "search", "ask", "chat", "serve", "doctor", "eval", "show", "similar", "table"]
)
def test_every_command_has_help_with_examples(run: Run, command: str) -> None:
    code, out, _ = run(command, "--help")
    assert code == 0
    assert f"paperchat {command}" in out.split("Examples:")[1]


def test_help_loads_nothing_heavy() -> None:
    program = (
        "import sys\nfrom ui.cli.commands import main\nsys.argv = ['paperchat', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'numpy', 'chromadb', 'onnxruntime', 'llama_index', 'gradio', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)


def test_chat_goes_on_after_a_turn_that_failed(
    run: Run, catalogue_index: Path, scripted_server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("config.yaml").write_text(
        f"llm: {{base_url: '{scripted_server.base_url}', model: broken, retries: 0}}\n"
        "rag: {offline_fallback: false, refuse_below: 0}",
        "utf-8",
    )
    monkeypatch.setattr(sys, "stdin", io.StringIO("What AUC does ICHPro reach?\n/sources\n/quit\n"))
    code, out, err = run("chat", "--index-dir", catalogue_index)
    assert code == 0
    assert err.count("Error:") == 1
    assert "No question was asked yet." in out


def test_chat_understands_follow_ups_and_ends_at_the_end_of_input(catalogue_index: Path) -> None:
    said = "What AUC does ICHPro reach?\nAnd how accurate is it?\n/sources\n/new\n/quit\n"
    done = subprocess.run(
        [sys.executable, "-m", "ui", "chat", "--index-dir", str(catalogue_index)],
        input=said,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert "0.9429" in done.stdout
    assert "89.11" in done.stdout
    assert "Traceback" not in done.stderr


def test_doctor_finds_a_healthy_index_healthy(run: Run, catalogue_index: Path) -> None:
    code, out, _ = run("doctor", "--index-dir", catalogue_index, "--json")
    assert code == 0
    assert {finding["severity"] for finding in json.loads(out)} == {"ok"}


def test_doctor_ends_with_one_when_something_is_wrong(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERCHAT_LLM", "openai/gpt-4o-mini")
    code, out, _ = run("doctor", "--index-dir", "there")
    assert code == 1
    assert "OPENAI_API_KEY" in out


def test_doctor_tells_of_settings_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("rag: {topk: 3}", "utf-8")
    code, out, _ = run("doctor", "--index-dir", "there", "--json")
    found = json.loads(out)
    assert (code, [(finding["name"], finding["severity"]) for finding in found]) == (1, [("settings", "error")])
    assert "did you mean `top_k`" in found[0]["message"]


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\u202e", "\x1b[31m", "\u2028"])
def test_odd_characters_of_a_question_are_no_obstacle_and_reach_no_terminal(run: Run, animals: Path, odd: str) -> None:
    run("index", animals, "--index-dir", "there")
    question = f"How wide are the eyes{odd} of owls?"
    code, out, err = run("ask", question, "--index-dir", "there")
    assert (code, err) == (0, "")
    assert "5 cm wide" in out
    code, shown, _ = run("ask", question, "--json", "--index-dir", "there")
    assert code == 0
    assert "5 cm wide" in json.loads(shown)["text"]
    code, found, _ = run("search", f"owls{odd}", "--index-dir", "there")
    assert code == 0
    assert "Owls at Night" in found
    for text in (out, shown, found):
        assert odd not in text
        assert text.encode()


def test_papers_of_a_service_are_indexed_up_to_a_limit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with RecordedServices() as services:
        services.papers = 9
        monkeypatch.setenv("PAPERCHAT_INDEX__REMOTE__OPENALEX", f"{services.base}/openalex/")
        code, out, err = run("index", "openalex:joint attention", "--max", 3, "--index-dir", "there")
    assert (code, out) == (0, counted(rows=3, added=3))
    assert "openalex:joint attention: warning: 9 papers fit; the first 3 were taken. --max takes more." in err
