"""A model behind the scripted server, alone and in an assistant."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers.scripted import ScriptedServer

from index import IndexSettings, PaperIndex
from rag import Assistant
from rag.llm import LanguageModel, connect
from rag.reading import Reader
from rag.settings import LLMSettings, Price, RagSettings, Settings

Script = Callable[..., LanguageModel]
Open = Callable[..., Assistant]


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


@pytest.fixture
def assistant_with(catalogue_index: Path, scripted_server: ScriptedServer) -> Iterator[Open]:
    """`assistant_with("cited", rag={…}, first_token_timeout=1)`: an Assistant whose model behaves as named.

    Unless `rag` says otherwise, it refuses nothing by itself and asks no model to verify. `reader` stands in for the
    evidence model.
    """
    opened = []

    def open_assistant(
        model: str, rag: dict[str, Any] | None = None, reader: Reader | None = None, **llm: Any
    ) -> Assistant:
        values = {"provider": "openai-like", "model": model, "base_url": scripted_server.base_url, "retries": 0, **llm}
        settings = Settings(
            llm=LLMSettings(**values),
            index=IndexSettings(folder=catalogue_index),
            rag=RagSettings(**{"refuse_below": 0, "verify": "packaged", **(rag or {})}),
        )
        opened.append(Assistant(PaperIndex.open(settings.index), settings, reader=reader))
        return opened[-1]

    yield open_assistant
    for assistant in opened:
        assistant.close()
