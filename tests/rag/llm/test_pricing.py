"""Tokens and what they cost."""

import os
import socket

import pytest

from index import count_tokens, cut_to_tokens
from index.tokens import encoding
from rag.answer import Usage
from rag.ask import Message
from rag.llm.pricing import add_usage, cost, measure, price_of
from rag.settings import LLMSettings, Price

PRICE = Price(input=0.15, output=0.60)


def test_the_price_is_found_by_full_name_or_by_model():
    llm = LLMSettings(provider="openai", model="gpt-4o-mini")
    other = Price(input=9, output=9)
    assert price_of(llm, {"openai/gpt-4o-mini": PRICE, "gpt-4o-mini": other}) == PRICE
    assert price_of(llm, {"gpt-4o-mini": PRICE}) == PRICE
    assert price_of(llm, {"gpt-4o": PRICE}) is None


def test_a_price_is_dollars_a_million_tokens():
    assert cost(2_000_000, 1_000_000, PRICE) == pytest.approx(0.90)
    assert cost(10, 10, None) is None


def test_we_count_what_was_asked_and_what_came():
    usage = measure([Message("user", "one two three")], "four five", PRICE)
    assert (usage.tokens_in, usage.tokens_out) == (3 + 4, 2)
    assert usage.cost == pytest.approx(7 * 0.15e-6 + 2 * 0.60e-6)


def test_a_sum_with_an_unknown_cost_is_unknown():
    known, unknown, nothing = Usage(1, 2, 0.5), Usage(3, 4, None), Usage()
    assert add_usage(known, known) == Usage(2, 4, 1.0)
    assert add_usage(known, unknown) == Usage(4, 6, None)
    assert add_usage(nothing, known) == known
    assert add_usage(nothing, nothing) == Usage()


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
