"""`paperchat eval` over the exchanges in tests/exchanges: a model's figures without a model, a key or a network."""

import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from index import IndexSettings, ingest
from ui.cli.evaluate import evaluate

EXCHANGES = Path(__file__).parents[2] / "exchanges"
MODEL = "recorded/openai/invented"


@pytest.fixture
def exchanges(tmp_path: Path) -> Path:
    """A copy, with an index over its papers: a replay may write down what it misses."""
    shutil.copytree(EXCHANGES, tmp_path, dirs_exist_ok=True)
    ingest([tmp_path / "papers.jsonl"], IndexSettings(folder=tmp_path / "index"))
    return tmp_path


def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a replay needs no network"))
    result = CliRunner().invoke(
        evaluate,
        [
            str(folder / "questions.jsonl"),
            *("--config", str(folder / "config.yaml")),
            *("--index-dir", str(folder / "index")),
            *("--json", str(folder / "run.json")),
        ],
        catch_exceptions=False,
    )
    assert result.exit_code == 0, result.output
    return json.loads((folder / "run.json").read_text("utf-8"))


def test_a_recorded_folder_is_evaluated_without_a_network(exchanges: Path, monkeypatch: pytest.MonkeyPatch):
    """Where this fails since prompts or the search have changed: python tests/exchanges/renew.py."""
    told = run(exchanges, monkeypatch)
    assert told["about"]["model"] == MODEL
    assert told["about"]["answered_by"] == {MODEL: 5}
    assert told["about"]["tokens"] > 0
    figures = {figure["name"]: figure["value"] for figure in told["figures"] if figure["group"] == "all"}
    assert figures["correct"] == 1
    assert figures["refusal recall"] == 1


def test_what_is_missing_is_written_down_and_the_offline_answer_said_to_be_one(
    exchanges: Path, monkeypatch: pytest.MonkeyPatch
):
    replies = exchanges / "replies"
    for file in replies.iterdir():
        file.unlink()
    told = run(exchanges, monkeypatch)
    assert set(told["about"]["answered_by"]) <= {"offline"}
    requests = [json.loads(file.read_text("utf-8")) for file in replies.iterdir()]
    assert len(requests) >= 6
    assert {request["reply"] for request in requests} == {None}
