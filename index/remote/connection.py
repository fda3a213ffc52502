"""HTTP to one service: at its pace, again when that may help, within limits of size and time, to its host only."""

import importlib.metadata
import json
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception
from tenacity.wait import wait_exponential, wait_random

from index.errors import ReadError
from index.remote.exchange import AGAIN, Answer, NotFound, Request, Service, Unusable

LARGEST_ANSWER = 50_000_000
"""Bytes, unpacked. A hundred records with long lists of authors have some 5 MB."""
LONGEST_REASON = 200
"""Characters of what a service says of an error."""
MOST_REDIRECTS = 3
PASSING = (408, 429, 500, 502, 503, 504)
"""States that pass."""
KEY = "api_key"
"""What NCBI and OpenAlex both call it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """`attempts` at a request, with `first_wait` seconds before the second, doubled each time; a service that asks for
    more than `longest_wait` is not waited for. `within` is for a whole answer, `silence` between two parts of it.
    """

    attempts: int = 4
    first_wait: float = 1.0
    longest_wait: float = 60.0
    within: float = 120.0
    silence: float = 30.0
    connect: float = 10.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


class Passing(Exception):
    """What may be otherwise in a moment; `error` is raised when it isn't."""

    def __init__(self, error: ReadError, wait: float | None = None, attempts: int | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.wait = wait
        self.attempts = attempts


class Connection:
    """To `service` at `base`. `parameters` go with each request; `key` does too, and is seen nowhere.

    To be closed, or used in a `with` block.
    """

    def __init__(
        self,
        service: Service,
        base: str,
        *,
        parameters: Mapping[str, str] | None = None,
        key: str = "",
        patience: Patience = Patience(),
    ) -> None:
        self._service = service
        self.name = service.name
        self._base = httpx.URL(base if base.endswith("/") else base + "/")
        self._parameters = dict(parameters or {})
        self._key = key
        self._patience = patience
        self._latest: float | None = None
        self._client = httpx.Client(
            transport=Keyed(transport_to(self._base), key, service.key_header),
            headers={"User-Agent": f"paperchat/{version()}"},
            timeout=httpx.Timeout(patience.silence, connect=patience.connect),
        )

    def close(self) -> None:
        self._client.close()

    def send(self, request: Request) -> Answer:
        """Raises NotFound, Unusable for an answer that is of no use, and ReadError when it is of no use to ask on."""

        def wait(state: RetryCallState) -> float:
            asked = error_of(state).wait
            longer = wait_exponential(multiplier=self._patience.first_wait, max=self._patience.longest_wait)(state)
            return asked if asked is not None else longer + wait_random(0, self._patience.first_wait / 4)(state)

        def is_enough(state: RetryCallState) -> bool:
            return state.attempt_number >= (error_of(state).attempts or self._patience.attempts)

        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, Passing)),
            stop=is_enough,
            wait=wait,
            sleep=self._patience.sleep,
            reraise=True,
        )
        try:
            return retrying(self._send_once, request)
        except Passing as passing:
            raise passing.error from None

    def _send_once(self, request: Request) -> Answer:
        self._keep_pace()
        url = self._base.join(request.path).copy_merge_params({**self._parameters, **request.parameters})
        message = self._client.build_request("GET", url, headers=request.headers)
        if request.body:
            headers = {"Content-Type": "application/json", **request.headers}
            message = self._client.build_request("POST", url, content=request.body, headers=headers)
        for _ in range(MOST_REDIRECTS):
            with self._faults_explained(), self._receive(message) as response:
                following = response.next_request
                if following is None:
                    return self._read(response, request)
                message = self._followed(message, following)
        raise Unusable(f"{self.name} passes the request on and on.", "Try again later.")

    @contextmanager
    def _receive(self, message: httpx.Request) -> Iterator[httpx.Response]:
        response = self._client.send(message, stream=True)
        try:
            yield response
        finally:
            response.close()

    def _read(self, response: httpx.Response, request: Request) -> Answer:
        body = self._body(response)
        if response.status_code in PASSING:
            raise self._passing(response.status_code, response.headers.get("retry-after", ""))
        if response.status_code == request.done:
            return Answer(b"")
        if response.status_code in (404, 410):
            raise NotFound(f"{self.name} does not know it.", "Check how it is written.")
        if response.status_code != 200:
            raise self._refused(response.status_code, body)
        kind = response.headers.get("content-type", "").partition(";")[0].strip()
        if kind and request.kind not in kind:
            what = f"{self.name} answered with {kind[:60]} instead of {request.kind.upper()}."
            raise Unusable(what, "Does the network ask for a login, or a proxy answer? Open a web page to see.")
        if fault := "it is empty" if not body.strip() else request.check(body):
            raise Passing(Unusable(f"An answer of {self.name} is broken: {fault}.", AGAIN))
        return Answer(body, {name.lower(): value for name, value in response.headers.items()})

    def _body(self, response: httpx.Response) -> bytes:
        end = self._patience.clock() + self._patience.within
        body = bytearray()
        for part in response.iter_bytes():
            body += part
            if len(body) > LARGEST_ANSWER:
                what = f"An answer of {self.name} has more than {LARGEST_ANSWER // 1_000_000} MB."
                raise Unusable(what, "Ask for less, or export the papers to a file.")
            if self._patience.clock() > end:
                what = f"{self.name} took more than {self._patience.within:g} seconds for an answer."
                raise Passing(ReadError(what, AGAIN), attempts=2)
        return bytes(body)

    def _passing(self, status: int, retry_after: str) -> Exception:
        asked = seconds_asked(retry_after)
        reason = "allows no more requests for now" if status == 429 else "is not at work"
        what = f"{self.name} {reason} (HTTP {status})."
        if asked is not None and asked > self._patience.longest_wait:
            return ReadError(what, f"It asks to wait {in_words(asked)}. {AGAIN}")
        return Passing(ReadError(what, AGAIN), asked)

    def _refused(self, status: int, body: bytes) -> ReadError:
        said = reason_in(body)
        # A service may repeat what it was sent.
        said = said.replace(self._key, "…") if self._key else said
        what = f"{self.name} refused the request (HTTP {status}{': ' + said if said else ''})."
        if status in (401, 403):
            return ReadError(what, self._service.remedy)
        return ReadError(what, self._service.mistake)

    @contextmanager
    def _faults_explained(self) -> Iterator[None]:
        """httpx's errors as ours: what the network does may pass."""
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            what = f"{self.name} can't be reached at {self._base.host} ({short(error)})."
            raise Passing(ReadError(what, self._service.remedy), attempts=2) from None
        except httpx.TimeoutException:
            what = f"{self.name} said nothing for {self._patience.silence:g} seconds."
            raise Passing(ReadError(what, AGAIN), attempts=2) from None
        except httpx.DecodingError:
            raise Passing(Unusable(f"An answer of {self.name} is packed in a way that is broken.", AGAIN)) from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            what = f"The connection to {self.name} broke off ({short(error)})."
            raise Passing(ReadError(what, AGAIN)) from None

    def _followed(self, message: httpx.Request, following: httpx.Request) -> httpx.Request:
        """Raises Unusable when it leads to another host, another port or from https to http."""
        if origin(following.url) != origin(message.url):
            what = f"{self.name} passes the request on to {following.url.host[:100]}, which is not followed."
            raise Unusable(what, "Does the network ask for a login? Open a web page to see.")
        # Clients log addresses: a key that was sent back must not be in one.
        following.url = following.url.copy_remove_param(KEY)
        return following

    def _keep_pace(self) -> None:
        if self._latest is not None and (rest := self._latest + self._service.interval - self._patience.clock()) > 0:
            self._patience.sleep(rest)
        self._latest = self._patience.clock()


class Keyed(httpx.BaseTransport):
    """Adds the key below the client, whose log holds the address of every request: as `header`, else to the address."""

    def __init__(self, transport: httpx.BaseTransport, key: str, header: str) -> None:
        self._transport = transport
        self._key = key
        self._header = header

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._key and self._header:
            request.headers[self._header] = self._key
        elif self._key:
            url = request.url.copy_merge_params({KEY: self._key})
            request = httpx.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        return self._transport.handle_request(request)

    def close(self) -> None:
        self._transport.close()


def error_of(state: RetryCallState) -> Passing:
    error = state.outcome.exception() if state.outcome else None
    return error if isinstance(error, Passing) else Passing(ReadError("Nothing was tried."))


def transport_to(url: httpx.URL) -> httpx.HTTPTransport:
    # Certificates take 30 ms to load, and plain HTTP, which is spoken on this machine, needs none.
    return httpx.HTTPTransport(proxy=proxy_for(url), verify=url.scheme == "https")


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def proxy_for(url: httpx.URL) -> str | None:
    """The proxy that the environment names for this address; none for this machine itself."""
    if url.host in ("127.0.0.1", "::1", "localhost") or urllib.request.proxy_bypass(url.host):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get(url.scheme) or proxies.get("all", "")
    return found if found.startswith(("http://", "https://")) else None


def seconds_asked(retry_after: str) -> float | None:
    """What a Retry-After header asks for, in seconds or as a date."""
    if retry_after.strip().isdecimal():
        return float(retry_after.strip()[:9])
    try:
        date = parsedate_to_datetime(retry_after)
        return max(0.0, (date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None


def in_words(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def reason_in(body: bytes) -> str:
    """What a service says in the body of an error, on one line."""
    text = body[:10_000].decode("utf-8", "replace")
    try:
        values = json.loads(text)
        text = next((values[name] for name in ("message", "error") if isinstance(values.get(name), str)), "")
    except (ValueError, AttributeError, RecursionError):
        text = "" if text.lstrip().startswith("<") else text
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:LONGEST_REASON].rstrip(". ")


def short(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:LONGEST_REASON]


def version() -> str:
    try:
        return importlib.metadata.version("paperchat")
    except importlib.metadata.PackageNotFoundError:
        return "0"
