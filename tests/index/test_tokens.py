"""Counting tokens."""

import os
import socket

from index import count_tokens, cut_to_tokens
from index.tokens import encoding


def test_tokens_are_counted_without_a_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("opened a connection")

    monkeypatch.delenv("TIKTOKEN_CACHE_DIR", raising=False)
    monkeypatch.setattr(socket, "create_connection", refuse)
    encoding.cache_clear()
    assert count_tokens("Multi-head latent attention <|endoftext|>") > 5
    assert os.path.isdir(os.environ["TIKTOKEN_CACHE_DIR"])


def test_text_is_cut_at_its_end():
    text = "word " * 100
    assert cut_to_tokens(text, 1000) == text
    assert count_tokens(cut_to_tokens(text, 10)) == 10
    assert text.startswith(cut_to_tokens(text, 10))
    assert cut_to_tokens("🙂🙂🙂", 1) == ""
    assert cut_to_tokens(text, -1) == ""
