"""What the chunks of a LlamaIndex stream say besides their text. Each provider puts it elsewhere."""

from typing import Any

TOKEN_FIELDS = (
    ("prompt_tokens", "completion_tokens"),  # OpenAI, and what speaks its protocol
    ("input_tokens", "output_tokens"),  # Anthropic
    ("prompt_token_count", "candidates_token_count"),  # Google
    ("inputTokens", "outputTokens"),  # Bedrock
    ("prompt_eval_count", "eval_count"),  # Ollama
)
CUT = {"length", "max_tokens", "MAX_TOKENS"}
"""What providers call the end of an answer that came to the limit of its length."""


def reported_usage(chunk: Any) -> tuple[int, int] | None:
    """Tokens in and out as the server reports them with this chunk, or None."""
    raw = chunk.raw
    for place in (chunk.additional_kwargs, part(raw, "usage"), part(raw, "usage_metadata"), raw):
        for name_in, name_out in TOKEN_FIELDS:
            tokens_in, tokens_out = part(place, name_in), part(place, name_out)
            if isinstance(tokens_in, int) and isinstance(tokens_out, int):
                return tokens_in, tokens_out
    return None


def was_cut(chunk: Any) -> bool:
    """Whether this chunk says that the answer ends at the limit of its length."""
    raw = chunk.raw
    choices = part(raw, "choices") or part(raw, "candidates") or [None]
    reasons = (
        part(choices[0], "finish_reason"),
        part(raw, "stop_reason"),
        part(part(raw, "delta"), "stop_reason"),
        part(part(raw, "messageStop"), "stopReason"),
        part(raw, "done_reason"),
    )
    return any(str(getattr(reason, "value", reason)) in CUT for reason in reasons if reason)


def part(whole: Any, name: str) -> Any:
    """The named part of a dictionary or an object, None when it has none."""
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)
