"""What `paperchat doctor` says about the language model: its package, its key, its server, its name."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from index import Finding, PaperchatError
from rag.llm.clients import is_this_machine
from rag.llm.faults import explain, scrub
from rag.llm.providers import (
    ANTHROPIC_ADDRESS,
    OLLAMA_ADDRESS,
    OPENAI_ADDRESS,
    PROVIDERS,
    build_llm,
)
from rag.llm.recorded import RECORDED, exchanges_of, settings_of_source
from rag.settings import LLMSettings

UNNAMED = "any"
"""In place of a model where only the provider is tried."""

MOST_NAMES = 8
"""Models named in a remedy; hosted providers list hundreds."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a provider lists its models: its own `address`, the `headers` it wants, the `names` in what it sends."""

    address: str
    path: str
    headers: Callable[[str], dict[str, str]]
    names: Callable[[Any], list[str]]


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def ids(content: Any) -> list[str]:
    return [model["id"] for model in content["data"]]


def listed_names(content: Any) -> list[str]:
    return [model["name"].removeprefix("models/").removesuffix(":latest") for model in content["models"]]


LISTINGS: Mapping[str, Listing] = {
    "openai": Listing(OPENAI_ADDRESS, "/models", bearer, ids),
    "openai-like": Listing("", "/models", bearer, ids),
    "anthropic": Listing(
        ANTHROPIC_ADDRESS,
        "/v1/models?limit=1000",
        lambda key: {"x-api-key": key, "anthropic-version": "2023-06-01"},
        ids,
    ),
    "google": Listing(
        "https://generativelanguage.googleapis.com",
        "/v1beta/models?pageSize=1000",
        lambda key: {"x-goog-api-key": key},
        listed_names,
    ),
    "ollama": Listing(OLLAMA_ADDRESS, "/api/tags", lambda key: {}, listed_names),
}
"""Azure lists no deployments and Bedrock answers only signed requests: these two are not asked."""


class NoList(Exception):
    """There is no such page."""


class Answered(Exception):
    """A status that is no success, with what the server said; `rag.faults` puts it into words."""

    def __init__(self, status_code: int, body: Any) -> None:
        super().__init__("")
        self.status_code = status_code
        self.body = body


def check_model(settings: LLMSettings, environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """Findings named `key`, `model` and `server`, good and bad. Asks the configured server for its list of models.

    Raises nothing for a problem it can describe, and tells of a key only whether it is there.
    """
    if settings.provider == "offline":
        return [
            Finding("model", "ok", "offline: answers are quoted from the abstracts; no key and no server needed", "")
        ]
    if settings.provider == RECORDED:
        return check_exchanges(settings, environment)
    variable = PROVIDERS[settings.provider].key_variable
    key = environment.get(variable, "") if variable else ""
    try:
        build_llm(settings, environment)
    except PaperchatError as error:
        return [finding("model", "error", error)]
    findings = []
    if variable:
        findings.append(Finding("key", "ok", f"{variable} is {'set' if key else 'not set, and need not be'}", ""))
    return findings + check_server(settings, variable, key)


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """Whether there is what a provider needs of a key; `variable` is where it is looked for, "" where none is."""

    provider: str
    variable: str
    is_needed: bool
    is_set: bool


def key_statuses(environment: Mapping[str, str] = os.environ) -> list[KeyStatus]:
    """Of each provider of models whether its key is set; nothing of the keys themselves."""
    return [
        KeyStatus(
            name, one.key_variable, one.key_needed and bool(one.key_variable), bool(environment.get(one.key_variable))
        )
        for name, one in PROVIDERS.items()
    ]


def try_provider(settings: LLMSettings, environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """As `check_model`, also where no model is named: then what the server lists."""
    if settings.model or settings.provider in ("offline", "openai-like", RECORDED):
        return check_model(settings, environment)
    provider = PROVIDERS[settings.provider]
    key = environment.get(provider.key_variable, "") if provider.key_variable else ""
    try:
        build_llm(settings.model_copy(update={"model": UNNAMED}), environment)
    except PaperchatError as error:
        problem = finding("model", "error", error)
        return [replace(problem, message=problem.message.replace(f"{settings.provider}/{UNNAMED}", settings.provider))]
    return check_server(settings, provider.key_variable, key)


def check_exchanges(settings: LLMSettings, environment: Mapping[str, str]) -> list[Finding]:
    """What is in the folder of recorded exchanges, and the source where it would be asked."""
    try:
        exchanges = exchanges_of(settings)
        source = check_model(settings_of_source(settings), environment) if settings.record else []
    except PaperchatError as error:
        return [finding("model", "error", error)]
    there, waiting = exchanges.count()
    told = f"{exchanges.folder} holds {there} exchanges, {waiting} of them without a reply"
    if (there and not waiting) or settings.record:
        return [Finding("model", "ok", told, ""), *source]
    remedy = 'Fill in their "reply", or set llm.source and llm.record: true to have them asked.'
    return [Finding("model", "warning", told, remedy)]


def check_server(settings: LLMSettings, variable: str, key: str) -> list[Finding]:
    listing = LISTINGS.get(settings.provider)
    if listing is None:
        return [Finding("server", "ok", f"{settings.name} is set up; {settings.provider} lists no models to check", "")]
    address = (settings.base_url or listing.address).rstrip("/")
    shown = scrub(address, key)
    try:
        known = listing.names(fetch(address + listing.path, listing.headers(key), settings))
    except NoList:
        return [
            Finding("server", "error", f"{shown} has no list of models", "Check llm.base_url; it often ends in /v1.")
        ]
    except Exception as error:  # noqa: BLE001 - whatever goes wrong on the way to a server is a finding
        problem = explain(error, name=settings.name, address=shown, key_variable=variable, key=key)
        return [finding("server", "error", problem)]
    findings = [Finding("server", "ok", f"{shown} answers and lists {len(known)} models", "")]
    model = settings.model.removesuffix(":latest")
    if model in known:
        return [*findings, Finding("model", "ok", f"{settings.name} is among them", "")]
    if settings.provider == "openai-like" and not model:
        return [*findings, Finding("model", "ok", "none named: the server uses its own", "")]
    if not model:
        return [
            *findings,
            Finding("model", "warning", "none is named", f"It lists {', '.join(sorted(known)[:MOST_NAMES])}."),
        ]
    nearest = get_close_matches(model, known, n=MOST_NAMES, cutoff=0.4) or sorted(known)[:MOST_NAMES]
    return [
        *findings,
        Finding(
            "model",
            # Servers with that protocol may take names that they don't list; the providers' own never do.
            "warning" if settings.provider == "openai-like" else "error",
            f"{shown} does not list a model {settings.model}",
            f"Set llm.model to one that it lists: {', '.join(nearest)}."
            if nearest
            else "Load a model into the server.",
        ),
    ]


def fetch(address: str, headers: Mapping[str, str], settings: LLMSettings) -> Any:
    """The JSON document at `address`; one quick attempt, no redirects."""
    import httpx  # 60 ms

    timeout = httpx.Timeout(settings.first_token_timeout, connect=settings.connect_timeout)
    trust_proxies = not is_this_machine(address)
    response = httpx.get(
        address, headers=dict(headers), timeout=timeout, follow_redirects=False, trust_env=trust_proxies
    )
    try:
        content = response.json()
    except ValueError:
        if response.is_success:
            raise
        content = None
    if response.status_code == 404:
        raise NoList
    if not response.is_success:
        raise Answered(response.status_code, content)
    return content


def finding(name: str, severity: Any, error: Exception) -> Finding:
    """Our errors say first what is wrong, then what to do."""
    message, _, remedy = str(error).partition(". ")
    return Finding(name, severity, message, remedy)
