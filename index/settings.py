"""The `index` section of config.yaml."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

HTTP = r"^https?://[^/\s?#]+(/[^\s?#]*)?$"


class EmbeddingSettings(BaseModel):
    """Which model turns text into vectors; `packaged` needs neither key nor network."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Literal["packaged", "openai", "openai-like", "huggingface", "ollama"] = "packaged"
    model: str = ""
    base_url: str = ""


class RemoteSettings(BaseModel):
    """Where papers are got from the network, where notes go (`zotero_web`), who asks. Keys are in the environment only.

    `email` and `tool` are told to services that ask for it (NCBI, OpenAlex, Crossref), when they are given. The
    addresses are of the services' interfaces: others are for tests, mirrors and proxies.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    email: str = ""
    tool: str = ""
    arxiv: str = Field("https://export.arxiv.org/api/", pattern=HTTP)
    pubmed: str = Field("https://eutils.ncbi.nlm.nih.gov/entrez/eutils/", pattern=HTTP)
    openalex: str = Field("https://api.openalex.org/", pattern=HTTP)
    doi: str = Field("https://api.crossref.org/", pattern=HTTP)
    zotero: str = Field("http://127.0.0.1:23119/api/", pattern=HTTP)
    zotero_web: str = Field("https://api.zotero.org/", pattern=HTTP)


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
    remote: RemoteSettings = RemoteSettings()

    @property
    def is_shared(self) -> bool:
        """Whether several index folders, on any machines, hold the same papers through a Chroma server or cloud."""
        return self.store != "embedded"
