"""What every request must meet before anything else: a name that this server has, an origin of its own, a size.

A page of somebody else's can point a name at 127.0.0.1 and let a browser ask there (DNS rebinding): the name in the
`Host` header gives it away. A request from another page carries that page's `Origin`.
"""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.doors.problems import refusal

BODY_BYTES = 1_000_000
"""Of any request but an upload: a question and what the page sends with it take some kilobytes."""

UPLOADS = {"/gradio_api/upload": "POST", "/api/papers": "POST"}
"""Where files come in, and how: more than `BODY_BYTES` of them."""
FORWARDED = (b"x-forwarded-", b"forwarded")


@dataclass(frozen=True, slots=True)
class ServedNames:
    """By which names the server may be called: those of the address it listens on, and the `allowed` ones."""

    host: str
    allowed: tuple[str, ...] = ()

    def includes(self, name: str) -> bool:
        """Whether a host name without its port is one of them. A bare address can't be pointed elsewhere."""
        name = name.casefold().rstrip(".")
        if name in {"localhost", self.host.casefold(), *(each.casefold() for each in self.allowed)}:
            return True
        address = as_address(name)
        if address is not None:
            return address.is_loopback or not self.is_local
        return not self.is_local and name in {socket.gethostname().casefold(), socket.getfqdn().casefold()}

    @property
    def is_local(self) -> bool:
        """Whether only this machine is served."""
        address = as_address(self.host)
        return self.host == "localhost" or (address is not None and address.is_loopback)


class Threshold:
    """ASGI middleware around everything else."""

    def __init__(self, app: ASGIApp, names: ServedNames, trusted_proxies: Sequence[str], upload_bytes: int) -> None:
        """`trusted_proxies` are addresses or networks whose word on the client's address counts."""
        self.app = app
        self.names = names
        self.proxies = [ipaddress.ip_network(each, strict=False) for each in trusted_proxies]
        self.upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = self.seen_through_proxies(scope)
        if reason := self.reason_against(scope):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            else:
                await refusal(scope, 403, reason)(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
        elif "\n" in scope["path"]:
            # Starlette's routes end at a line break: what comes after it would be looked for at another door.
            await refusal(scope, 404, "There is nothing here.")(scope, receive, send)
        elif UPLOADS.get(scope["path"]) == scope["method"]:
            await self.pass_upload(scope, receive, send)
        else:
            await self.pass_small(scope, receive, send)

    def reason_against(self, scope: Scope) -> str:
        """Why the request is not let in, "" when it is."""
        host = header(scope, b"host")
        if not self.names.includes(bare_host(host)):
            return (
                f"This server is not called {bare_host(host)[:100]!r}. To allow the name, add it to ui.allowed_hosts."
            )
        origin = header(scope, b"origin")
        if origin and not self.is_own(origin, host):
            return "This request comes from another page."
        return ""

    def is_own(self, origin: str, host: str) -> bool:
        try:
            parts = urlsplit(origin)
            name = parts.hostname or ""
        except ValueError:
            return False
        if name.casefold() in {each.casefold() for each in self.names.allowed}:
            return True
        return bool(name) and parts.netloc.casefold() == host.casefold()

    def seen_through_proxies(self, scope: Scope) -> Scope:
        """The scope with the client that trusted proxies name; what others say of it is dropped."""
        client = scope.get("client")
        headers = [pair for pair in scope["headers"] if not pair[0].startswith(FORWARDED)]
        if not client or not self.trusts(client[0]):
            return {**scope, "headers": headers}
        hops = [hop.strip() for hop in header(scope, b"x-forwarded-for").split(",")]
        outside = next((hop for hop in reversed(hops) if as_address(hop) and not self.trusts(hop)), client[0])
        scheme = header(scope, b"x-forwarded-proto")
        known = {"http": "http", "https": "https"}.get(scheme, scope["scheme"]) if scope["type"] == "http" else None
        return {**scope, "headers": headers, "client": (outside, 0), "scheme": known or scope["scheme"]}

    def trusts(self, client: str) -> bool:
        address = as_address(client)
        return address is not None and any(address in network for network in self.proxies)

    async def pass_upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """An upload is passed on as it comes; the server counts that no more comes than was announced."""
        announced = header(scope, b"content-length")
        if not announced.isdigit():
            await refusal(scope, 411, "Say with Content-Length how much is uploaded.")(scope, receive, send)
        elif int(announced) > self.upload_bytes:
            await too_large(scope, self.upload_bytes)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def pass_small(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The whole body is read before anybody works on it, up to the limit."""
        announced = header(scope, b"content-length")
        body = bytearray()
        more = not (announced.isdigit() and int(announced) > BODY_BYTES)
        is_over = not more
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            is_over = len(body) > BODY_BYTES
            more = message.get("more_body", False) and not is_over
        if is_over:
            await too_large(scope, BODY_BYTES)(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        await self.app(scope, replay, send)


def too_large(scope: Scope, limit: int) -> Response:
    return refusal(scope, 413, f"That is too much: at most {limit // 1000} kB go here.")


def header(scope: Scope, name: bytes) -> str:
    """The value of a request's header; several are joined, none is ""."""
    values: Iterable[bytes] = (value for key, value in scope["headers"] if key == name)
    return ",".join(value.decode("latin-1") for value in values)


def bare_host(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def as_address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
