"""Exchanges with a model are kept in files and replayed without a network."""

import json
from pathlib import Path
from typing import Any

import pytest
from servers.scripted import CITED, ScriptedServer

from index import SettingsError
from rag.answer import Evidence
from rag.ask import Message
from rag.errors import ModelRefused
from rag.llm import build_messages, check_model, connect
from rag.settings import LLMSettings, Price, Settings, load_settings

ASKED = (Message("system", "Answer briefly."), Message("user", "How much memory?"))


def recorded(folder: Path, **more: Any) -> LLMSettings:
    return LLMSettings(provider="recorded", folder=folder, retries=0, **more)


def ask(settings: LLMSettings, messages: Any = ASKED, prices: Any = None) -> Any:
    with connect(settings, prices, {}) as model:
        return model.stream(messages).read()


def files(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(file.read_text("utf-8")) for file in sorted(folder.iterdir())]


def test_a_missing_exchange_is_written_down_and_the_error_says_where_and_what_to_do(tmp_path):
    reply = ask(recorded(tmp_path / "new", source="openai/gpt-4o-mini"))
    (file,) = (tmp_path / "new").iterdir()
    assert isinstance(reply.problem, ModelRefused)
    assert all(told in str(reply.problem) for told in (str(file), '"reply"', "llm.record: true"))
    (request,) = files(tmp_path / "new")
    assert [message["content"] for message in request["messages"]] == ["Answer briefly.", "How much memory?"]
    assert (request["reply"], request["source"]) == (None, "openai/gpt-4o-mini")


def test_a_reply_that_was_filled_in_is_streamed_word_by_word(tmp_path):
    settings = recorded(tmp_path)
    ask(settings)
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text("utf-8").replace('"reply": null', '"reply": "It needs  half [1].\\n\\nSo it is."'))
    with connect(settings, {}, {}) as model:
        pieces = list(model.stream(ASKED))
    assert "".join(pieces) == "It needs  half [1].\n\nSo it is."
    assert len(pieces) == 7


def test_what_a_source_answers_is_kept_and_replayed_when_the_source_is_gone(tmp_path):
    prices = {"openai-like/cited": Price(input=10, output=100)}
    with ScriptedServer() as server:
        settings = recorded(tmp_path, source="openai-like/cited", base_url=server.base_url, record=True)
        first = ask(settings, prices=prices)
        again = ask(settings, prices=prices)
        assert len(server.chats("cited")) == 1
    replayed = ask(recorded(tmp_path, source="openai-like/cited"), prices=prices)
    assert {first.text, again.text, replayed.text} == {CITED}
    assert replayed.finished
    assert first.usage == replayed.usage
    assert (replayed.usage.tokens_in, replayed.usage.tokens_out) == (120, 17)
    assert replayed.usage.cost == pytest.approx((120 * 10 + 17 * 100) / 1e6)


def test_the_end_of_a_cut_answer_is_replayed_too(tmp_path):
    with ScriptedServer() as server:
        ask(recorded(tmp_path, source="openai-like/cut-at-limit", base_url=server.base_url, record=True))
    assert ask(recorded(tmp_path)).truncated


@pytest.mark.parametrize("fault", ["cuts-within", "error-within", "broken", "empty"])
def test_what_broke_off_is_not_kept(tmp_path, fault):
    with ScriptedServer() as server:
        settings = recorded(tmp_path, source=f"openai-like/{fault}", base_url=server.base_url, record=True)
        assert ask(settings).problem is not None
    assert files(tmp_path) == []


def test_the_same_turn_finds_its_exchange_though_every_prompt_has_a_fence_of_its_own(tmp_path):
    evidence = [Evidence(1, "a", "Paper A", "The method halves the memory.")]
    for _ in range(2):
        ask(recorded(tmp_path), build_messages("How much memory?", evidence, Settings()).messages)
    assert len(files(tmp_path)) == 1
    ask(recorded(tmp_path), build_messages("How much time?", evidence, Settings()).messages)
    assert len(files(tmp_path)) == 2


@pytest.mark.parametrize(
    "content", ["", "[]", '{"messages": [], "reply": 7}', '{"messages": [], "replly": "a"}', "\0\udcff"]
)
def test_a_damaged_file_is_named(tmp_path, content):
    ask(recorded(tmp_path))
    (file,) = tmp_path.iterdir()
    file.write_bytes(content.encode("utf-8", "surrogateescape"))
    problem = ask(recorded(tmp_path)).problem
    assert str(file) in str(problem)
    assert isinstance(problem, ModelRefused)


def test_a_folder_that_cannot_be_written_to_is_told_of(tmp_path):
    (tmp_path / "file").touch()
    assert "llm.folder" in str(ask(recorded(tmp_path / "file")).problem)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "llm.folder is missing"),
        ({"folder": "x", "record": True}, "llm.source is missing"),
        ({"folder": "x", "source": "offline"}, "llm.source can't be offline"),
        ({"folder": "x", "source": "opnai/gpt"}, "llm.source"),
        ({"folder": "x", "source": "openai", "record": True}, "llm.model is missing"),
    ],
)
def test_settings_that_cannot_work_say_which(settings, says):
    with pytest.raises(SettingsError, match=says):
        connect(LLMSettings(provider="recorded", **settings), {}, {})


def test_the_folder_is_taken_from_the_place_of_the_settings_file(tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("llm: {provider: recorded, folder: exchanges, source: openai/gpt-4o-mini}")
    llm = load_settings(config, {}).llm
    assert llm.folder == tmp_path / "exchanges"
    assert llm.name == "recorded/openai/gpt-4o-mini"


def test_doctor_counts_what_is_there_and_what_waits(tmp_path):
    ask(recorded(tmp_path))
    (waiting,) = check_model(recorded(tmp_path), {})
    assert (waiting.severity, "1 of them without a reply" in waiting.message) == ("warning", True)
    (file,) = tmp_path.iterdir()
    file.write_text(file.read_text("utf-8").replace('"reply": null', '"reply": "Half [1]."'))
    assert [finding.severity for finding in check_model(recorded(tmp_path), {})] == ["ok"]
