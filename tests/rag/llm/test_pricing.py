"""Tokens and what they cost."""

import pytest

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
