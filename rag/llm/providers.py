"""Provider name -> LlamaIndex LLM. Each provider is a few lines; its package is imported when it is used.

`llm.options` are further arguments of the LlamaIndex class: `additional_kwargs`, `api_version`, `region_name`,
`thinking_dict`, `default_headers`, … A new provider is a function, a line in PROVIDERS and an extra in pyproject.toml.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from index import SettingsError, use_packaged_vocabulary
from rag.errors import MissingExtra, MissingKey
from rag.llm.clients import http_arguments, http_client, http_timeout, is_this_machine
from rag.llm.faults import scrub
from rag.llm.recorded import RECORDED, RecordedModel, exchanges_of, settings_of_source
from rag.settings import LLMSettings

OPENAI_ADDRESS = "https://api.openai.com/v1"
ANTHROPIC_ADDRESS = "https://api.anthropic.com"
OLLAMA_ADDRESS = "http://127.0.0.1:11434"
OLLAMA_CLOUD = "ollama.com"
"""The one host that the key in OLLAMA_API_KEY is for; the client would send it to any."""
NO_KEY = "not-needed"
"""Sent where a server wants no key, so that no client goes looking for one in the environment."""


@dataclass(frozen=True, slots=True)
class Provider:
    """How to reach one kind of server.

    `build(settings, key)` returns a LlamaIndex LLM. `key_variable` is the environment variable with its key ("": none
    of our business); `extra` what `pip install 'paperchat[extra]'` must have brought ("": in the base install).
    """

    build: Callable[[LLMSettings, str], Any]
    key_variable: str = ""
    key_needed: bool = True
    extra: str = ""


def build_llm(settings: LLMSettings, environment: Mapping[str, str] = os.environ) -> Any:
    """The LlamaIndex LLM for `settings`; contacts nobody.

    Raises SettingsError, MissingKey and MissingExtra, in this order, the first two before anything is imported.
    """
    if settings.provider == RECORDED:
        exchanges, asked = exchanges_of(settings), settings_of_source(settings)
        model = build_llm(asked, environment) if settings.record else None
        return RecordedModel(exchanges, settings.source, model)
    provider = PROVIDERS.get(settings.provider)
    if provider is None:
        raise SettingsError("llm: offline quotes the abstracts itself; there is no model to connect to.")
    if not settings.model and settings.provider != "openai-like":
        raise SettingsError(f"llm.model is missing. Name a model: `llm: {settings.provider}/MODEL`.")
    if not settings.base_url and settings.provider in ("openai-like", "azure"):
        example = "http://127.0.0.1:11434/v1" if settings.provider == "openai-like" else "https://NAME.openai.azure.com"
        raise SettingsError(f"llm.base_url is missing. Set it to the address of the server, such as {example}.")
    if "api_key" in settings.options:
        raise SettingsError(
            f"llm.options.api_key: keys don't belong in config.yaml. Set the environment variable "
            f"{provider.key_variable or 'of the provider'} instead."
        )
    key = environment.get(provider.key_variable, "") if provider.key_variable else ""
    if provider.key_needed and provider.key_variable and not key:
        raise MissingKey(
            f"{settings.name} needs a key. Set the environment variable {provider.key_variable}, or `llm: offline`."
        )
    use_packaged_vocabulary()
    try:
        return provider.build(settings, key)
    except ImportError as error:
        if not provider.extra:
            raise
        raise MissingExtra(
            f"{settings.name} needs a package that is not installed ({error.name or error}). "
            f"Run: pip install 'paperchat[{provider.extra}]'"
        ) from None
    except (ValueError, TypeError) as error:
        said = scrub(" ".join(str(error).split()), key)[:300]
        raise SettingsError(f"{settings.name} can't be set up: {said}. Check the llm settings.") from None


def openai(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.openai import OpenAI  # 2 s
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize  # 2 s

    address = settings.base_url or OPENAI_ADDRESS
    try:
        openai_modelname_to_contextsize(settings.model)
    except ValueError:  # newer than LlamaIndex's list
        return newer_openai(settings, key, address)
    return OpenAI(**of_openai(settings, key, address), max_tokens=settings.max_tokens)


def newer_openai(settings: LLMSettings, key: str, address: str) -> Any:
    """Asked in the way that all current models of OpenAI take.

    Reasoning models know no other temperature than 1, so the default of 0 gives way; `options.additional_kwargs` can
    insist on one.
    """
    from llama_index.llms.openai_like import OpenAILike  # 2 s

    arguments = of_openai(settings, key, address)
    arguments["additional_kwargs"].setdefault("max_completion_tokens", settings.max_tokens)
    arguments["temperature"] = settings.temperature or 1.0
    return OpenAILike(**arguments, is_chat_model=True, context_window=settings.context_window)


def openai_like(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.openai_like import OpenAILike  # 2 s

    return OpenAILike(
        **of_openai(settings, key or NO_KEY, settings.base_url),
        max_tokens=settings.max_tokens,
        context_window=settings.context_window,
        is_chat_model=True,
    )


def of_openai(settings: LLMSettings, key: str, address: str) -> dict[str, Any]:
    """Arguments that LlamaIndex's OpenAI and OpenAILike share.

    The client is ours, for its connect timeout; LlamaIndex passes on a single number. The retries are ours too
    (rag.reply), and the key stays in the client, so that no printed LlamaIndex object shows it.
    """
    from openai import AsyncOpenAI  # 760 ms

    import_module("openai.resources.chat")  # openai would do it while the clock of the first turn is running
    options = dict(settings.options)
    client = AsyncOpenAI(
        api_key=key,
        base_url=address,
        max_retries=0,
        timeout=http_timeout(settings),
        default_headers=options.pop("default_headers", None),
        http_client=http_client(settings),
    )
    if settings.provider != "openai":  # what openai picks up from the environment is nobody else's business
        client.organization = client.project = client.admin_api_key = None
    return {
        "model": settings.model or "default",
        "temperature": settings.temperature,
        "api_key": NO_KEY,
        "api_base": address,
        "async_openai_client": client,
        "max_retries": 0,
        **options,
        "additional_kwargs": {"stream_options": {"include_usage": True}, **options.get("additional_kwargs", {})},
    }


def anthropic(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.anthropic import Anthropic  # an extra, which may not be there

    llm = naming_any_model(Anthropic, settings)(
        model=settings.model,
        api_key=key,
        base_url=settings.base_url or ANTHROPIC_ADDRESS,
        temperature=min(settings.temperature, 1.0),
        max_tokens=settings.max_tokens,
        timeout=settings.total_timeout,
        max_retries=0,
        **settings.options,
    )
    # LlamaIndex takes no client of ours; Anthropic's own follows redirects, with the key.
    llm._aclient = llm._aclient.copy(http_client=http_client(settings), timeout=http_timeout(settings))
    llm._aclient.auth_token = None  # from the environment, for another address than ours
    return llm


def google(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.google_genai import GoogleGenAI  # an extra, which may not be there

    options = dict(settings.options)
    base_url = {"base_url": settings.base_url} if settings.base_url else {}
    # A client of ours: Google's own follows redirects, with the key, and takes aiohttp where that is there.
    client = http_client(settings)
    options["http_options"] = {**base_url, "httpx_async_client": client, **options.get("http_options", {})}
    llm = GoogleGenAI(
        model=settings.model,
        api_key=key,
        temperature=settings.temperature or None,  # Gemini 3 wants its own default, which LlamaIndex knows to leave
        max_tokens=settings.max_tokens,
        context_window=settings.context_window,
        max_retries=0,
        **options,
    )
    object.__setattr__(llm, "_aclient", client)  # for client_of: Google's leaves it open
    return llm


def azure(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.azure_openai import AzureOpenAI  # an extra, which may not be there

    options = {"api_version": "2024-10-21", **settings.options}
    options["additional_kwargs"] = {
        "stream_options": {"include_usage": True},
        **options.get("additional_kwargs", {}),
    }
    llm = naming_any_model(AzureOpenAI, settings)(
        model=options.pop("model", settings.model),  # the model's own name, where the deployment is called otherwise
        engine=settings.model,
        azure_endpoint=settings.base_url,
        api_key=key,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        timeout=settings.total_timeout,
        max_retries=0,
        async_http_client=http_client(settings),
        **options,
    )
    if not llm.use_azure_ad:  # there the client is made with a token, for which somebody must be asked
        client = llm._get_aclient()
        client.timeout = http_timeout(settings)
        client.organization = client.project = client._azure_ad_token = None  # from the environment, of other services
    return llm


def ollama(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.ollama import Ollama  # an extra, which may not be there
    from ollama import AsyncClient

    address = settings.base_url or OLLAMA_ADDRESS
    options = dict(settings.options)
    options["additional_kwargs"] = {"num_predict": settings.max_tokens, **options.get("additional_kwargs", {})}
    headers = options.pop("headers", None) or {}
    client = AsyncClient(address, headers=headers, **http_arguments(settings, address))
    if urlsplit(address).hostname != OLLAMA_CLOUD and "authorization" not in {name.lower() for name in headers}:
        client._client.headers.pop("authorization", None)
    return Ollama(
        model=settings.model,
        base_url=address,
        temperature=settings.temperature,
        context_window=settings.context_window,
        request_timeout=settings.total_timeout,
        async_client=client,
        **options,
    )


def bedrock(settings: LLMSettings, key: str) -> Any:
    from llama_index.llms.bedrock_converse import BedrockConverse  # an extra, which may not be there

    options = dict(settings.options)
    if is_this_machine(settings.base_url):
        options.setdefault("botocore_config", config_without_proxy(settings))
    return naming_any_model(BedrockConverse, settings)(
        model=settings.model,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        endpoint_url=settings.base_url or None,
        timeout=settings.total_timeout,
        max_retries=1,
        **options,
    )


def config_without_proxy(settings: LLMSettings) -> Any:
    from botocore.config import Config  # comes with the extra

    return Config(
        retries={"max_attempts": 1, "mode": "standard"},
        connect_timeout=settings.connect_timeout,
        read_timeout=settings.total_timeout,
        proxies={},
    )


def naming_any_model(kind: Any, settings: LLMSettings) -> Any:
    """The LlamaIndex class `kind`, but taking the window from our settings.

    These classes look the model's name up in a list and fail for one that is newer than they are, or for a deployment.
    """
    from llama_index.core.llms import LLMMetadata  # 1.3 s

    metadata = LLMMetadata(
        context_window=settings.context_window,
        num_output=settings.max_tokens,
        is_chat_model=True,
        model_name=settings.model,
    )
    return type(kind.__name__, (kind,), {"metadata": property(lambda _: metadata), "__module__": kind.__module__})


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(openai, "OPENAI_API_KEY"),
    "openai-like": Provider(openai_like, "PAPERCHAT_API_KEY", key_needed=False),
    "anthropic": Provider(anthropic, "ANTHROPIC_API_KEY", extra="anthropic"),
    "google": Provider(google, "GOOGLE_API_KEY", extra="google"),
    "azure": Provider(azure, "AZURE_OPENAI_API_KEY", extra="azure"),
    "ollama": Provider(ollama, extra="ollama"),
    "bedrock": Provider(bedrock, extra="bedrock"),  # keys: AWS's own chain of variables, profiles and roles
}
