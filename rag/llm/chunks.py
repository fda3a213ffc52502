"""What the chunks of a LlamaIndex stream say besides their text. Each provider puts it elsewhere."""

import re
from typing import Any, Literal

TOKEN_FIELDS = (
    ("prompt_tokens", "completion_tokens"),  # OpenAI, and what speaks its protocol
    ("input_tokens", "output_tokens"),  # Anthropic
    ("prompt_token_count", "candidates_token_count"),  # Google
    ("inputTokens", "outputTokens"),  # Bedrock
    ("prompt_eval_count", "eval_count"),  # Ollama
)
LENGTH = {"length", "max_tokens", "MAX_TOKENS", "model_context_window_exceeded"}
"""What providers call the end of an answer that came to the limit of its length."""
FILTERED_ENDINGS = {
    "content_filter",  # OpenAI, Azure, and what speaks that protocol
    "refusal",  # Anthropic: its classifiers, not the model's words
    "content_filtered",  # Bedrock
    "guardrail_intervened",
    "SAFETY",  # Google
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
}
"""What they call the end of one that a filter of the provider broke off."""

Ending = Literal["length", "filtered", ""]
"""What ended an answer early; "" is its own end, or none yet."""


def reported_usage(chunk: Any) -> tuple[int, int] | None:
    """Tokens in and out as the server reports them with this chunk, or None."""
    raw = chunk.raw
    for place in (chunk.additional_kwargs, part(raw, "usage"), part(raw, "usage_metadata"), raw):
        for name_in, name_out in TOKEN_FIELDS:
            tokens_in, tokens_out = part(place, name_in), part(place, name_out)
            if isinstance(tokens_in, int) and isinstance(tokens_out, int):
                return tokens_in, tokens_out
    return None


def early_ending(chunk: Any) -> Ending:
    """Whether this chunk says that the answer ends here before its own end, and by what."""
    raw = chunk.raw
    choices = part(raw, "choices") or part(raw, "candidates") or [None]
    reasons = (
        part(choices[0], "finish_reason"),
        part(raw, "stop_reason"),
        part(part(raw, "delta"), "stop_reason"),
        part(part(raw, "messageStop"), "stopReason"),
        part(raw, "done_reason"),
    )
    named = {str(getattr(reason, "value", reason)) for reason in reasons if reason}
    return "filtered" if named & FILTERED_ENDINGS else "length" if named & LENGTH else ""


def ending_told_by(error: BaseException) -> Ending:
    """The same from an error: LlamaIndex's Google class raises one that names the reason."""
    words = set(re.findall(r"[A-Z_]{4,}", str(error)))
    return "filtered" if words & FILTERED_ENDINGS else "length" if words & LENGTH else ""


def has_reasoning(chunk: Any) -> bool:
    """Whether the model thinks aloud beside its answer in this chunk."""
    places = (
        chunk.additional_kwargs,
        part(part(chunk, "message"), "additional_kwargs"),
    )  # Anthropic's class: in the message
    return any(part(place, "thinking_delta") for place in places)


def part(whole: Any, name: str) -> Any:
    """The named part of a dictionary or an object, None when it has none."""
    return whole.get(name) if isinstance(whole, dict) else getattr(whole, name, None)
