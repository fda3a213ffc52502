"""What a turn costs, from the table `rag.prices` of config.yaml."""

from collections.abc import Mapping, Sequence

from index import count_tokens
from rag.answer import Usage
from rag.ask import Message
from rag.settings import LLMSettings, Price

TOKENS_AROUND_A_MESSAGE = 4
"""What a chat template adds to each message: its role and the marks around it."""


def price_of(settings: LLMSettings, prices: Mapping[str, Price]) -> Price | None:
    """The price of the model, listed as `openai/gpt-4o-mini` or as `gpt-4o-mini`; None when it isn't."""
    return prices.get(settings.name) or prices.get(settings.model)


def cost(tokens_in: int, tokens_out: int, price: Price | None) -> float | None:
    """US dollars, or None when the price is unknown."""
    if price is None:
        return None
    return (tokens_in * price.input + tokens_out * price.output) / 1_000_000


def measure(messages: Sequence[Message], text: str, price: Price | None) -> Usage:
    """Usage as we count it ourselves, for servers that report none."""
    tokens_in = sum(count_tokens(message.content) + TOKENS_AROUND_A_MESSAGE for message in messages)
    tokens_out = count_tokens(text)
    return Usage(tokens_in, tokens_out, cost(tokens_in, tokens_out, price))


def add_usage(first: Usage, second: Usage) -> Usage:
    """Both together; the cost is unknown when one of a turn that used tokens is."""
    costs = [usage.cost for usage in (first, second) if usage.tokens_in or usage.tokens_out]
    total = None if not costs or None in costs else sum(value for value in costs if value is not None)
    return Usage(first.tokens_in + second.tokens_in, first.tokens_out + second.tokens_out, total)
