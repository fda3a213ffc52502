"""What can go wrong between us and a model's server, said in one line with its remedy.

Each provider's client has exceptions of its own; they agree in carrying an HTTP status, a response with headers, and
a cause. So they are told apart by that, and none of the clients needs to be imported here.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from rag.errors import ModelError, ModelRefused, ModelUnavailable
from rag.llm.chunks import Ending

CONNECTION_ERRORS = {
    "TransportError",  # httpx: connect, read, write, protocol and timeout errors
    "APIConnectionError",  # openai, anthropic
    "ClientConnectionError",  # aiohttp, which google uses when it is there
    "HTTPClientError",  # botocore
    "ConnectionError",  # Python; also what the ollama client raises
}
"""Names of the classes of which one is among the bases of every "the connection failed"."""

PASSING_STATUS = {408, 409, 425, 429, 500, 502, 503, 504, 529}
"""HTTP statuses after which the same request may succeed. 529 is Anthropic's "overloaded"."""

TOO_LONG = re.compile(r"context|too (long|large|many tokens)|maximum.{0,40}(tokens|length)|exceed", re.IGNORECASE)
FILTER_WORDING = re.compile(r"content.?filter|content management policy|ResponsibleAI", re.IGNORECASE)
NO_CREDIT = re.compile(r"insufficient_quota|billing|credit balance", re.IGNORECASE)
SECRETS = re.compile(
    r"(?P<scheme>\w+://)[^/\s:@]+:[^/\s@]+@"  # user and password in an address
    r"|\bBearer\s+\S+"
    r"|\b(?:sk|pk|rk|gsk|xai|nvapi|AIza|AKIA|ASIA)[-_]?[\w*-]{12,}"  # how providers' keys look, masked or not
)
LONGEST_DETAIL = 300


class NotTheProtocol(Exception):
    """The server sent something else than a stream of events; the message says what."""


def scrub(text: str, key: str = "") -> str:
    """`text` without the key, and without whatever looks like one."""
    if key:
        text = text.replace(key, "***")
    return SECRETS.sub(lambda found: (found["scheme"] or "") + "***" + ("@" if found["scheme"] else ""), text)


def is_passing(error: BaseException) -> bool:
    """Whether the same request may succeed a little later."""
    if any(isinstance(cause, NotTheProtocol) for cause in causes(error)):
        return False
    status = status_of(error)
    if status is not None:
        return status in PASSING_STATUS and not NO_CREDIT.search(detail_of(error))
    return is_connection_error(error)


def retry_after(error: BaseException | None) -> float | None:
    """Seconds the server asks us to wait, from its Retry-After header (seconds or a date); None when it doesn't."""
    response = getattr(error, "response", None)
    headers = getattr(response, "headers", None) or {}
    text = headers.get("retry-after") or headers.get("Retry-After")
    if not text:
        return None
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def explain(
    error: BaseException, *, name: str, address: str, key_variable: str, key: str = "", began: bool = False
) -> ModelError:
    """The ModelError that tells a user what happened and, after its first full stop, what to do; never holds the key.

    `name` is the model as the page calls it, `address` its server ("" for the provider's own); `began` says that part
    of the answer had come.
    """
    if isinstance(error, ModelError):
        return error
    where = f"{name} at {address}" if address else name
    status = status_of(error)
    detail = scrub(detail_of(error), key)
    if any(isinstance(cause, NotTheProtocol) for cause in causes(error)):
        return ModelRefused(
            f"{where} sent {detail} instead of a stream of chat events. Check llm.base_url; it often ends in /v1."
        )
    if status in (401, 403):
        return ModelRefused(refused_key(f"{where} ({status}{said(detail)})", key_variable, key))
    if status is not None:
        return explain_status(status, detail, where)
    if is_connection_error(error) and began:
        return ModelUnavailable(f"The connection to {where} broke within the answer{said(detail)}. Ask again.")
    if is_connection_error(error):
        return ModelUnavailable(f"No connection to {where}{said(detail)}. Start the server, or correct llm.base_url.")
    if isinstance(error, ValueError | LookupError | TypeError | AttributeError):  # the client met what it didn't expect
        return ModelUnavailable(
            f"{where} sent something that can't be read as an answer. Ask again; if it stays so, the server speaks "
            "another protocol: check llm.provider and llm.base_url."
        )
    return ModelUnavailable(f"{where} failed{said(detail)}. Ask again; `paperchat doctor` checks it.")


def explain_empty(name: str, ending: Ending, reasoned: bool = False, sent: str = "an empty answer") -> ModelError:
    """Why a reply that came to its end holds no answer. `reasoned`: the model did think aloud."""
    if ending == "filtered":
        return ModelRefused(
            f"The content filter of {name} held the answer back. Ask in other words, or set another llm."
        )
    if reasoned or ending == "length":
        spent = "for reasoning" if reasoned else "before it came to the point"
        return ModelUnavailable(f"{name} used up its tokens {spent}, without an answer. Set a higher llm.max_tokens.")
    return ModelUnavailable(f"{name} sent {sent}. Ask again; `paperchat doctor` checks the server.")


def refused_key(where: str, key_variable: str, key: str) -> str:
    if key_variable and not key:
        return f"{where} wants a key. Set the environment variable {key_variable}."
    credentials = f"the key in {key_variable}" if key_variable else "our credentials"
    return f"{where} refuses {credentials}. Set a valid one."


def explain_status(status: int, detail: str, where: str) -> ModelError:
    told = f"({status}{said(detail)})"
    if status == 404:
        return ModelRefused(
            f"{where} is not there {told}. Check llm.model and llm.base_url; `paperchat doctor` lists the models that "
            "the server has."
        )
    if status == 429 and NO_CREDIT.search(detail):
        return ModelRefused(f"{where} has no credit left {told}. See to the account, or set another llm.")
    if status == 429:
        return ModelUnavailable(f"{where} is asked too often {told}. Wait a little and ask again.")
    if status < 500 and FILTER_WORDING.search(detail):
        return ModelRefused(
            f"The content filter of {where} refused the question with its evidence {told}. "
            "Ask in other words, or set another llm."
        )
    if status in (400, 413) and TOO_LONG.search(detail):
        return ModelRefused(
            f"The question with its evidence is too long for {where} {told}. "
            "Set a smaller rag.evidence_tokens, or llm.context_window to what the model takes."
        )
    if status < 400:
        return ModelRefused(f"{where} redirects elsewhere ({status}). Set llm.base_url to the final address.")
    if status < 500 and status not in PASSING_STATUS:
        return ModelRefused(f"{where} rejects the request {told}. Check the llm settings.")
    return ModelUnavailable(f"{where} has a problem {told}. Wait a little and ask again.")


def said(detail: str) -> str:
    return f": {detail}" if detail else ""


def causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it was raised from, outermost first."""
    current: BaseException | None = error
    for _ in range(10):
        if current is None:
            return
        yield current
        current = current.__cause__ or current.__context__


def is_connection_error(error: BaseException) -> bool:
    names = {base.__name__ for cause in causes(error) for base in type(cause).__mro__}
    return bool(names & CONNECTION_ERRORS)


def status_of(error: BaseException) -> int | None:
    """The HTTP status that the exception carries, if it carries one."""
    response = getattr(error, "response", None)
    places: list[Any] = [getattr(error, "status_code", None), getattr(error, "code", None)]
    if isinstance(response, dict):  # botocore
        places.append(response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
    return next((place for place in places if isinstance(place, int) and 300 <= place <= 599), None)


def detail_of(error: BaseException) -> str:
    """What the server said, or what went wrong on the way, on one line of bearable length."""
    body = getattr(error, "body", None)
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    text = ""
    if isinstance(body, dict):
        text = " ".join(body[name] for name in ("code", "message") if isinstance(body.get(name), str))
    innermost = list(causes(error))[-1]
    if not text and status_of(error) is None:
        text = str(innermost) or type(innermost).__name__
    text = text or str(getattr(error, "message", ""))
    text = " ".join(text.split()).rstrip(".").replace(". ", "; ")  # so that our own first full stop ends the problem
    return text if len(text) <= LONGEST_DETAIL else text[:LONGEST_DETAIL].rstrip() + "…"
