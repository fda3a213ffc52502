"""The `index` section of config.yaml."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class EmbeddingSettings(BaseModel):
    """Which model turns text into vectors; `packaged` needs neither key nor network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Literal["packaged", "openai", "openai-like", "huggingface", "ollama"] = "packaged"
    model: str = ""
    base_url: str = ""


class IndexSettings(BaseModel):
    """Where the index lives and how passages are made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = None
    embedding: EmbeddingSettings = EmbeddingSettings()
    chunk_tokens: int = Field(128, ge=16, le=2048)
    store: Literal["embedded", "server", "cloud"] = "embedded"
    server_host: str = "127.0.0.1"
    server_port: int = Field(8000, ge=1, le=65535)
    collection: str = Field("paperchat", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$")
    token_vectors: bool = True
    threads: int = Field(0, ge=0, le=64)
