"""The settings of a short request beside the answer: its own limit of length, and a form for the reply."""

from collections.abc import Callable, Mapping
from typing import Any

from rag.errors import ModelError, ModelRefused
from rag.llm.recorded import settings_of_source
from rag.settings import LLMSettings

Schema = Mapping[str, Any]
"""A JSON schema of an object, strict: all its properties required, and no others."""

BEFORE_REASONING = ("gpt-3", "gpt-4", "chatgpt")
"""How models of OpenAI are called that come to the point at once. The others spend tokens on reasoning first, so that a
short limit would leave them none for the reply."""


def as_response_format(schema: Schema) -> dict[str, Any]:
    form = {"name": "reply", "schema": dict(schema), "strict": True}
    return {"additional_kwargs": {"response_format": {"type": "json_schema", "json_schema": form}}}


STRUCTURED: Mapping[str, Callable[[Schema], dict[str, Any]]] = {
    "openai": as_response_format,
    "azure": as_response_format,
    "ollama": lambda schema: {"json_mode": True},
}
"""Options that hold a reply to JSON, for the providers whose every server of today knows them."""


def has_structure(settings: LLMSettings) -> bool:
    return settings_of_source(settings).provider in STRUCTURED


def is_unstructured(was_held_to_schema: bool, problem: ModelError | None) -> bool:
    """Whether the schema was refused: older models, and older versions of Azure, know none. Asked for the same form in
    words only, they may do."""
    return was_held_to_schema and isinstance(problem, ModelRefused)


def short_request(settings: LLMSettings, max_tokens: int | None, schema: Schema | None) -> LLMSettings:
    """`settings` for a request of at most `max_tokens` whose reply has the form of `schema`, where that is possible."""
    source = settings_of_source(settings)
    update: dict[str, Any] = {}
    model = source.options.get("model", source.model)  # of Azure, where `model` is what the deployment is called
    reasons = source.provider in ("openai", "azure") and not model.startswith(BEFORE_REASONING)
    if max_tokens is not None and not reasons:
        update["max_tokens"] = min(settings.max_tokens, max_tokens)
    if schema is not None and source.provider in STRUCTURED:
        form = STRUCTURED[source.provider](schema)
        both = {**settings.options.get("additional_kwargs", {}), **form.get("additional_kwargs", {})}
        update["options"] = {**settings.options, **form} | ({"additional_kwargs": both} if both else {})
    return settings.model_copy(update=update)
