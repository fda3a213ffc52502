"""From the name of a provider to a LlamaIndex LLM, or to one line that says what is missing."""

import builtins
import subprocess
import sys

import pytest
from servers.scripted import ScriptedServer

from index import SettingsError
from rag.errors import MissingExtra, MissingKey
from rag.llm.connection import check_model, connect
from rag.llm.providers import PROVIDERS, build_llm
from rag.settings import LLMSettings, load_settings

KEY = "sk-proj-0123456789abcdefSECRET"


@pytest.mark.parametrize(
    ("provider", "variable"),
    [
        ("openai", "OPENAI_API_KEY"),
        ("anthropic", "ANTHROPIC_API_KEY"),
        ("google", "GOOGLE_API_KEY"),
        ("azure", "AZURE_OPENAI_API_KEY"),
    ],
)
def test_a_missing_key_names_its_variable_before_anything_is_imported(provider, variable, monkeypatch):
    refuse_imports(monkeypatch, "llama_index", "openai")
    with pytest.raises(MissingKey, match=variable):
        connect(LLMSettings(provider=provider, model="m", base_url="http://127.0.0.1:9"), {}, {})


@pytest.mark.parametrize("provider", ["anthropic", "google", "azure", "ollama", "bedrock"])
def test_a_missing_package_names_the_pip_command(provider, monkeypatch):
    refuse_imports(monkeypatch, "llama_index.llms.")
    environment = {PROVIDERS[provider].key_variable: KEY}
    with pytest.raises(MissingExtra) as raised:
        connect(LLMSettings(provider=provider, model="m", base_url="http://127.0.0.1:9"), {}, environment)
    assert f"pip install 'paperchat[{provider}]'" in str(raised.value)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"provider": "openai"}, "llm.model"),
        ({"provider": "openai-like", "model": "m"}, "llm.base_url"),
        ({"provider": "azure", "model": "m"}, "llm.base_url"),
        ({"provider": "openai", "model": "m", "options": {"api_key": KEY}}, "OPENAI_API_KEY"),
        ({"provider": "offline"}, "offline"),
    ],
)
def test_incomplete_settings_say_which(settings, says):
    with pytest.raises(SettingsError, match=says) as raised:
        connect(LLMSettings(**settings), {}, {})
    assert KEY not in str(raised.value)


def test_a_model_of_openai_is_asked_at_openai_unless_told_otherwise():
    llm = build_llm(LLMSettings(provider="openai", model="gpt-4o-mini"), {"OPENAI_API_KEY": KEY})
    assert llm.api_base == "https://api.openai.com/v1"
    assert (llm.temperature, llm.max_tokens) == (0.0, 600)


def test_a_model_newer_than_llamaindex_is_asked_as_reasoning_models_want_it():
    settings = LLMSettings(provider="openai", model="gpt-99-ultra", max_tokens=99)
    llm = build_llm(settings, {"OPENAI_API_KEY": KEY})
    assert (llm.temperature, llm.max_tokens, llm.additional_kwargs["max_completion_tokens"]) == (1.0, None, 99)
    cool = build_llm(settings.model_copy(update={"temperature": 0.2}), {"OPENAI_API_KEY": KEY})
    assert cool.temperature == 0.2


def test_the_key_of_an_openai_like_server_is_not_taken_for_a_setting(tmp_path):
    settings = load_settings(environment={"PAPERCHAT_API_KEY": KEY, "PAPERCHAT_LLM": "openai-like/m"})
    assert settings.llm.name == "openai-like/m"


def test_connecting_opens_no_connection_and_importing_loads_no_client():
    code = (
        "import socket, sys\n"
        "def refuse(*_): raise SystemExit('opened a connection')\n"
        "socket.socket.connect = refuse\n"
        "from rag.llm import connect\n"
        "assert not {'openai', 'llama_index', 'httpx'} & set(sys.modules), 'loaded a client'\n"
        "from rag.settings import LLMSettings\n"
        "with connect(LLMSettings(provider='openai', model='gpt-4o'), {}, {'OPENAI_API_KEY': 'x'}): pass\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


# -- what doctor says --------------------------------------------------------------------------------------------------


def test_doctor_is_content_with_the_offline_answerer():
    assert [(f.name, f.severity) for f in check_model(LLMSettings(), {})] == [("model", "ok")]


def test_doctor_finds_server_and_model(scripted_server: ScriptedServer):
    found = check_model(like(scripted_server.base_url, "echo"), {"PAPERCHAT_API_KEY": KEY})
    assert [(f.name, f.severity) for f in found] == [("key", "ok"), ("server", "ok"), ("model", "ok")]
    assert scripted_server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY not in str(found)


def test_doctor_names_the_models_that_there_are(scripted_server: ScriptedServer):
    *_, model = check_model(like(scripted_server.base_url, "eco"), {})
    assert (model.name, model.severity) == ("model", "warning")
    assert "echo" in model.remedy


@pytest.mark.parametrize(
    ("base_url", "key", "says"),
    [
        ("http://127.0.0.1:9/v1", "", "Start the server"),
        ("{server}", "", "often ends in /v1"),
        ("{server}/v1", "wrong", "Set a valid one"),
    ],
)
def test_doctor_says_what_to_do_about_a_server(scripted_server: ScriptedServer, base_url, key, says):
    address = base_url.format(server=scripted_server.base_url.removesuffix("/v1"))
    finding = check_model(like(address, "echo"), {"PAPERCHAT_API_KEY": key})[-1]
    assert (finding.name, finding.severity) == ("server", "error")
    assert says in finding.remedy
    assert finding.message


def test_doctor_says_what_to_do_about_a_missing_key():
    (finding,) = check_model(LLMSettings(provider="openai", model="gpt-4o"), {})
    assert finding.severity == "error"
    assert "OPENAI_API_KEY" in finding.remedy


def like(base_url: str, model: str) -> LLMSettings:
    return LLMSettings(provider="openai-like", model=model, base_url=base_url)


def refuse_imports(monkeypatch, *prefixes: str) -> None:
    real = builtins.__import__

    def guarded(name, *arguments, **more):
        if name.startswith(prefixes):
            raise ImportError(f"No module named {name!r}", name=name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", guarded)
