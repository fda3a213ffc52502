"""The HTTP clients under LlamaIndex's classes: to the configured server only, with time limits by phase."""

from typing import Any
from urllib.parse import urlsplit

from rag.llm.faults import NotTheProtocol
from rag.settings import LLMSettings


def http_timeout(settings: LLMSettings) -> Any:
    import httpx  # 60 ms

    return httpx.Timeout(settings.total_timeout, connect=settings.connect_timeout)


def http_client(settings: LLMSettings) -> Any:
    import httpx  # 60 ms

    return httpx.AsyncClient(**http_arguments(settings, settings.base_url))


def http_arguments(settings: LLMSettings, address: str) -> dict[str, Any]:
    """For a client that talks to the server at `address` only (no redirects), as many turns at once as there are."""
    import httpx  # 60 ms

    async def check_content(response: httpx.Response) -> None:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if response.is_success and kind in ("text/html", "application/json", "application/xml"):
            raise NotTheProtocol(f"a {kind} document")

    return {
        "timeout": http_timeout(settings),
        "follow_redirects": False,
        "trust_env": not is_this_machine(address),
        "limits": httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=30),
        "event_hooks": {"response": [check_content]},
    }


def client_of(llm: Any) -> Any:
    """The client whose connections `llm` holds, to be closed; None where it holds none."""
    return getattr(llm, "_aclient", None) or getattr(llm, "_async_client", None)


def is_this_machine(address: str) -> bool:
    """Whether `address` is local: a proxy named in the environment is then none of its business."""
    return urlsplit(address).hostname in ("localhost", "127.0.0.1", "::1")
