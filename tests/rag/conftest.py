"""A model behind the scripted server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from servers.scripted import ScriptedServer

from rag.llm import LanguageModel, connect
from rag.settings import LLMSettings, Price

Script = Callable[..., LanguageModel]


@pytest.fixture
def script(scripted_server: ScriptedServer) -> Iterator[Script]:
    """`script("hangs-within", total_timeout=1)`: a LanguageModel whose server behaves as named. Timeouts are short."""
    models = []

    def connect_to(name: str, prices: dict[str, Price] | None = None, key: str = "", **settings: Any) -> LanguageModel:
        wanted = {"first_token_timeout": 5.0, "total_timeout": 10.0, "retries": 1, **settings}
        llm = LLMSettings(provider="openai-like", model=name, base_url=scripted_server.base_url, **wanted)
        models.append(connect(llm, prices or {}, {"PAPERCHAT_API_KEY": key} if key else {}))
        return models[-1]

    yield connect_to
    for model in models:
        model.close()
