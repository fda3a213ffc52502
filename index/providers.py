"""From the settings to an embedding model: the packaged one, or one of LlamaIndex's behind the same protocol."""

import os
import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from index.embedding import Embedding, PackagedEmbedding, Vector, normalise
from index.errors import EmbeddingError
from index.settings import EmbeddingSettings, IndexSettings

EXTRAS = {"openai": "openai-embeddings", "openai-like": "openai-embeddings"}
"""Providers whose extra is not called like them."""

CLIENT_PATIENCE: dict[str, Any] = {"max_retries": 1, "timeout": 60.0}
"""LlamaIndex's own ten retries take six minutes to say that a server is away."""


class LazyModels:
    """The models that the settings ask for, each loaded once, when first asked for, whichever thread asks."""

    def __init__(self, settings: IndexSettings) -> None:
        self._settings = settings
        self._lock = threading.RLock()

    @property
    def embedding(self) -> Embedding:
        with self._lock:
            return self._embedding

    @property
    def encoder(self) -> PackagedEmbedding:
        with self._lock:
            return self._encoder

    @cached_property
    def _embedding(self) -> Embedding:
        if self._settings.embedding.provider == "packaged":
            return self.encoder
        return load_embedding(self._settings.embedding, self._settings.threads)

    @cached_property
    def _encoder(self) -> PackagedEmbedding:
        return PackagedEmbedding(self._settings.threads)


def load_embedding(settings: EmbeddingSettings, threads: int = 0) -> Embedding:
    """The model that the settings name. Raises EmbeddingError when it, or the package it needs, is missing."""
    if settings.provider == "packaged":
        return PackagedEmbedding(threads)
    name = embedding_name(settings)
    if not settings.model:
        raise EmbeddingError(f"`index.embedding.provider: {settings.provider}` needs `index.embedding.model` as well.")
    try:
        model = make_model(settings)
    except ImportError as error:
        extra = EXTRAS.get(settings.provider, settings.provider)
        raise EmbeddingError(
            f"The embedding {name} needs a package that is missing ({error}). Run `pip install 'paperchat[{extra}]'`."
        ) from error
    except Exception as error:  # every provider raises exceptions of its own
        raise EmbeddingError(f"The embedding model {name} can't be loaded: {error}") from error
    return LlamaEmbedding(name, model)


def embedding_name(settings: EmbeddingSettings) -> str:
    """What an index made with these settings remembers, told without loading the model."""
    if settings.provider == "packaged":
        return PackagedEmbedding.name
    return f"{settings.provider}/{settings.model}"


class LlamaEmbedding:
    """Any LlamaIndex `BaseEmbedding` as an `Embedding`."""

    def __init__(self, name: str, model: Any) -> None:
        self.name = name
        self._model = model
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """Asks the model once, with a short text, when nothing has been embedded yet."""
        if not self._dimension:
            self.embed_query("dimension")
        return self._dimension

    def embed_query(self, text: str) -> Vector:
        return self._checked(lambda: self._model.get_query_embedding(text))

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return self._checked(lambda: self._model.get_text_embedding_batch(list(texts)))

    def _checked(self, embed: Callable[[], Any]) -> Vector:
        try:
            vectors = normalise(np.array(embed(), dtype=np.float32))
        except Exception as error:  # every provider raises exceptions of its own
            raise EmbeddingError(
                f"The embedding model {self.name} did not answer: {str(error).rstrip('. ')}. "
                "Check its key, its address and the model's name under `index.embedding`."
            ) from error
        self._dimension = vectors.shape[-1]
        return vectors


def make_model(settings: EmbeddingSettings) -> Any:
    match settings.provider:
        case "openai":
            from llama_index.embeddings.openai import OpenAIEmbedding  # 2 s

            return OpenAIEmbedding(model=settings.model, api_base=settings.base_url or None, **CLIENT_PATIENCE)
        case "openai-like":
            from llama_index.embeddings.openai_like import OpenAILikeEmbedding  # 2 s

            key = os.environ.get("OPENAI_API_KEY") or "none"
            return OpenAILikeEmbedding(
                model_name=settings.model, api_base=settings.base_url, api_key=key, **CLIENT_PATIENCE
            )
        case "huggingface":
            from llama_index.embeddings.huggingface import HuggingFaceEmbedding  # an extra, which may not be there

            return HuggingFaceEmbedding(model_name=settings.model)
        case "ollama":
            from llama_index.embeddings.ollama import OllamaEmbedding  # an extra, which may not be there

            address = {"base_url": settings.base_url} if settings.base_url else {}
            return OllamaEmbedding(model_name=settings.model, **address)
    raise EmbeddingError(f"There is no embedding provider {settings.provider!r}.")
