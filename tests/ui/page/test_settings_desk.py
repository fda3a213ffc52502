"""Who may change settings on the page, what may be seen of them, and what changing them does."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index import SettingsError
from rag import Assistant, load_settings
from ui.page.settings_desk import SettingsDesk
from ui.settings import UISettings


@pytest.fixture(scope="module")
def assistant(catalogue_index: Path) -> Iterator[Assistant]:
    with Assistant.from_config(index_dir=catalogue_index) as made:
        yield made


def desk(assistant: Assistant, file: Path | None, *, has_users: bool = False, **ui: object) -> SettingsDesk:
    return SettingsDesk(assistant, UISettings.model_validate(ui), file, has_users=has_users)


@pytest.mark.parametrize(
    ("user", "client", "has_users", "ui", "may"),
    [
        ("", "127.0.0.1", False, {}, True),
        ("", "192.0.2.7", False, {}, False),
        # Behind another server on this machine everybody comes from here.
        ("", "127.0.0.1", False, {"allowed_hosts": ["papers.example.org"]}, False),
        ("ada", "127.0.0.1", True, {}, False),
        ("ada", "192.0.2.7", True, {"owners": ["ada"]}, True),
        ("bob", "127.0.0.1", True, {"owners": ["ada"]}, False),
    ],
)
def test_settings_are_the_owners(
    assistant: Assistant, tmp_path: Path, user: str, client: str, has_users: bool, ui: dict, may: bool
) -> None:
    made = desk(assistant, tmp_path / "config.yaml", has_users=has_users, **ui)
    assert (made.reason_against(user, client) == "") == may


def test_without_a_file_nothing_can_be_changed(assistant: Assistant) -> None:
    assert "without a settings file" in desk(assistant, None).reason_against("", "127.0.0.1")


def test_what_is_saved_holds_from_the_next_question_on(assistant: Assistant, tmp_path: Path) -> None:
    made = desk(assistant, tmp_path / "config.yaml")
    before = assistant.settings
    try:
        made.save({"rag.top_k": "3", "rag.refuse_below": "0.4", "ui.theme": "dark"})
        assert len(assistant.ask("What does ICHPro fuse?").sources) == 3
        assert made.theme == "dark"
        kept = load_settings(tmp_path / "config.yaml")
        assert (kept.rag.top_k, kept.rag.refuse_below, kept.ui["theme"]) == (3, 0.4, "dark")
        assert kept.index.folder == assistant.index.folder
    finally:
        assistant.apply(before)


def test_a_model_without_its_key_is_refused_and_nothing_changes(assistant: Assistant, tmp_path: Path) -> None:
    made = desk(assistant, tmp_path / "config.yaml")
    with pytest.raises(Exception, match="OPENAI_API_KEY"):
        made.save({"llm.provider": "openai", "llm.model": "gpt-4o-mini", "llm.base_url": ""})
    assert assistant.model_name == "offline"
    assert not (tmp_path / "config.yaml").exists()


def test_a_key_is_neither_shown_nor_taken(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    made = desk(assistant, tmp_path / "config.yaml")
    assert dict(made.keys())["openai"] == "OPENAI_API_KEY is set"
    assert "sk-secret" not in repr((made.values(), list(made.keys())))
    with pytest.raises(SettingsError, match="belong in the environment"):
        made.save({"llm.provider": "openai-like", "llm.model": "m", "llm.base_url": "http://me:secret@127.0.0.1/v1"})


def test_what_the_environment_holds_is_not_written(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERCHAT_RAG__TOP_K", "8")
    made = desk(assistant, tmp_path / "config.yaml")
    assert made.locked() == {"rag.top_k"}
    made.save({"rag.top_k": "3"})
    assert not (tmp_path / "config.yaml").exists()


def test_a_provider_is_tried_without_a_model(assistant: Assistant) -> None:
    (found,) = desk(assistant, None).try_model({"llm.provider": "openai", "llm.model": "", "llm.base_url": ""})
    assert (found.severity, found.message) == ("error", "openai needs a key")
