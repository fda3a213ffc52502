"""Counting tokens without a network: tiktoken with the vocabulary that ships in llama-index-core."""

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import tiktoken


def count_tokens(text: str) -> int:
    """How many tokens `text` is to an OpenAI model (cl100k_base); other models differ by a tenth or two."""
    return len(encoding().encode_ordinary(text))


def cut_to_tokens(text: str, limit: int) -> str:
    """The beginning of `text` that is at most `limit` tokens long, cut between characters."""
    tokens = encoding().encode_ordinary(text)
    if len(tokens) <= limit:
        return text
    return encoding().decode(tokens[: max(limit, 0)], errors="ignore")


@cache
def encoding() -> tiktoken.Encoding:
    use_packaged_vocabulary()
    return tiktoken.get_encoding("cl100k_base")


def use_packaged_vocabulary() -> None:
    """Points tiktoken at the files in llama-index-core, unless the user has set a place: else it would download."""
    package = find_spec("llama_index.core")
    if package is not None and package.origin is not None:
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(Path(package.origin).parent / "_static" / "tiktoken_cache"))
