"""config.yaml and the environment: what is said there holds, and a typo is named."""

from pathlib import Path

import pytest
import yaml

from index import SettingsError
from rag import Settings, load_settings
from ui.settings import UISettings, read_ui_settings

PROJECT = Path(__file__).parents[2]


def write(folder: Path, text: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(text, "utf-8")
    return file


def test_the_shipped_config_lists_every_setting_with_its_default() -> None:
    written = yaml.safe_load((PROJECT / "config.yaml").read_text("utf-8"))
    defaults = Settings().model_dump(mode="json") | {"ui": UISettings().model_dump(mode="json")}
    assert written == defaults


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("llmm: offline", "llmm", "llm"),
        ("rag: {topk: 3}", "rag.topk", "top_k"),
        ("index: {embedding: {provder: packaged}}", "index.embedding.provider", "provider"),
        ("rag: {retrieval: {re_rank: none}}", "rag.retrieval.re_rank", "rerank"),
        ("rag: {prices: {gpt: {input: 1, output: 2, outptu: 3}}}", "rag.prices.gpt.outptu", "output"),
    ],
)
def test_an_unknown_key_is_an_error_that_names_the_nearest_known_one(
    tmp_path: Path, text: str, key: str, hint: str
) -> None:
    with pytest.raises(SettingsError, match=f"did you mean `{hint}`"):
        load_settings(write(tmp_path, text), {})


def test_an_unknown_key_of_the_page_is_an_error_too(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, "ui: {prot: 80}"), {})
    with pytest.raises(SettingsError, match="did you mean `port`"):
        read_ui_settings(settings)


@pytest.mark.parametrize(
    "text", ["rag: {top_k: 0}", "rag: {top_k: many}", "llm: {provider: nobody}", "- a list", "a: ["]
)
def test_a_value_that_cannot_be_used_is_an_error(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        load_settings(write(tmp_path, text), {})


@pytest.mark.parametrize(
    ("text", "provider", "model", "base_url"),
    [
        ("llm: offline", "offline", "", ""),
        ("llm: openai/gpt-4o-mini", "openai", "gpt-4o-mini", ""),
        ("llm: openai-like/org/model", "openai-like", "org/model", ""),
        ("llm: {base_url: 'http://127.0.0.1:1/v1', model: m}", "openai-like", "m", "http://127.0.0.1:1/v1"),
        ("llm:", "offline", "", ""),
    ],
)
def test_the_model_has_a_short_and_a_long_form(
    tmp_path: Path, text: str, provider: str, model: str, base_url: str
) -> None:
    llm = load_settings(write(tmp_path, text), {}).llm
    assert (llm.provider, llm.model, llm.base_url) == (provider, model, base_url)


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "llm: openai/gpt-4o\nrag: {top_k: 3, concurrency: 2}")
    environment = {
        "PAPERCHAT_LLM": "offline",
        "PAPERCHAT_RAG__TOP_K": "9",
        "PAPERCHAT_INDEX__EMBEDDING__PROVIDER": "ollama",
        "PAPERCHAT_OPEN": "0",
        "PAPERCHAT_USERS": "ada:lovelace",
        "UNRELATED": "x",
    }
    settings = load_settings(file, environment)
    assert settings.llm.provider == "offline"
    assert (settings.rag.top_k, settings.rag.concurrency) == (9, 2)
    assert settings.index.embedding.provider == "ollama"


def test_one_part_of_the_model_can_be_overridden_alone(tmp_path: Path) -> None:
    file = write(tmp_path, "llm: openai/gpt-4o")
    settings = load_settings(file, {"PAPERCHAT_LLM__BASE_URL": "http://127.0.0.1:9/v1"})
    assert (settings.llm.model, settings.llm.base_url) == ("gpt-4o", "http://127.0.0.1:9/v1")


def test_a_typo_in_the_environment_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"PAPERCHAT_.*did you mean `top_k`"):
        load_settings(write(tmp_path, ""), {"PAPERCHAT_RAG__TOPK": "9"})


def test_a_variable_that_is_not_valid_is_named_without_its_value(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PAPERCHAT_LLM") as raised:
        load_settings(write(tmp_path, ""), {"PAPERCHAT_LLM": "{secret"})
    assert "secret" not in str(raised.value)


def test_what_is_wrong_with_the_file_is_said_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(write(tmp_path, "rag: {top_k: 3\nllm: offline"), {})
    assert "\n" not in str(raised.value)


UNREADABLE = {
    "a number of 5,000 digits": "9" * 5000,
    "a date that is none": "2020-13-45",
    "5,000 brackets": "[" * 5000,
    "5,000 brackets, closed": "[" * 5000 + "]" * 5000,
    "a mapping 5,000 deep": "{a: " * 5000,
    "a timestamp that is none": "!!timestamp soon",
    "a truth that is none": "!!bool perhaps",
    "an empty number": "!!int ''",
    "a number without digits": "0b_",
    "a fraction that is none": "!!float x",
    "a tag that nobody knows": "!!python/object:os.system x",
    "a character that is none": "\x00",
    "a name of two lines": '{"a\\nb": 1}',
    "a number of 4,000 digits": "9" * 4000,
    "no number": ".nan",
    "an infinite number": ".inf",
}


@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("key", ["rag.top_k", "rag.refuse_below", "llm.total_timeout", "index.threads"])
def test_a_value_that_cannot_be_read_is_one_line_wherever_it_stands(tmp_path: Path, kind: str, key: str) -> None:
    section, name = key.split(".")
    variable = f"PAPERCHAT_{section}__{name}".upper()
    empty = tmp_path / "empty"
    empty.mkdir()
    for file, environment in (
        (write(tmp_path, f"{section}: {{{name}: {UNREADABLE[kind]}}}"), {}),
        (write(tmp_path / "empty", ""), {variable: UNREADABLE[kind]}),
    ):
        with pytest.raises(SettingsError) as raised:
            load_settings(file, environment)
        assert "\n" not in str(raised.value)
        assert ("PAPERCHAT_" if environment else str(file)) in str(raised.value)
        assert len(str(raised.value)) < 400


@pytest.mark.parametrize("text", ["9" * 5000 + ": 1", "[" * 5000, "2020-13-45", "- " * 5000, "? 2020-13-45"])
def test_a_file_that_is_no_settings_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(write(tmp_path, text), {})
    assert "\n" not in str(raised.value)


def test_a_value_that_cannot_be_read_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="line 3"):
        load_settings(write(tmp_path, "llm: offline\nrag:\n  top_k: 2020-13-45"), {})


@pytest.mark.parametrize("folder", ["~nobody-of-this-name/x", '"a\\0b"'])
def test_a_folder_that_can_be_none_is_one_line(tmp_path: Path, folder: str) -> None:
    for environment in ({}, {"PAPERCHAT_INDEX__FOLDER": folder}):
        file = write(tmp_path, "" if environment else f"index: {{folder: {folder}}}")
        with pytest.raises(SettingsError, match=r"index\.folder"):
            load_settings(file, environment)
    with pytest.raises(SettingsError, match=r"index\.folder"):
        Settings().with_index_folder(yaml.safe_load(folder))


def test_the_index_lies_beside_the_file_unless_said_otherwise(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, ""), {}).index.folder == tmp_path / ".paperchat"
    assert load_settings(write(tmp_path, "index: {folder: mine}"), {}).index.folder == tmp_path / "mine"
    assert load_settings(write(tmp_path, "index: {folder: /abs}"), {}).index.folder == Path("/abs")


def test_a_named_file_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no settings file"):
        load_settings(tmp_path / "none.yaml", {})


def test_without_any_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(environment={}) == Settings()
