"""What stands before the page: a cookie that tells browsers apart, headers that keep it to itself, a first picture.

The first picture (`shell`) is the page's own first content as plain HTML: it is there while Gradio still loads.
"""

import secrets
from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BROWSER_COOKIE = "paperchat_browser"
COOKIE_SECONDS = 365 * 24 * 3600
POLICY = (
    # Gradio needs inline scripts and `eval` for templates; handlers inside HTML attributes and other hosts stay shut.
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; script-src-attr 'none'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)


class Front:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp, shell: Callable[[], str]) -> None:
        self.app = app
        self.shell = shell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_page = scope["path"] == "/" and scope["method"] == "GET"
        added = list(HEADERS)
        if is_page:
            # The first picture is put into the text, so the text must come uncompressed.
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]}
        if not cookie_of(scope, BROWSER_COOKIE):
            # This very request belongs to the browser that gets the name, too.
            name = secrets.token_urlsafe(24)
            added.append((b"set-cookie", browser_cookie(name, scope["scheme"] == "https").encode()))
            scope = {**scope, "headers": [*scope["headers"], (b"cookie", f"{BROWSER_COOKIE}={name}".encode())]}
        start: Message = {}
        body = bytearray()

        async def answer(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = {**message, "headers": [*message["headers"], *added]}
                if not is_page:
                    await send(start)
            elif not is_page:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self.send_page(start, bytes(body), send)

        await self.app(scope, receive, answer)

    async def send_page(self, start: Message, body: bytes, send: Send) -> None:
        body = body.replace(b"<gradio-app", self.shell().encode() + b"<gradio-app", 1)
        headers = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def cookie_of(scope: Scope, name: str) -> str:
    """The value of a request's cookie, or nothing."""
    for key, value in scope["headers"]:
        if key == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(name)
            except CookieError:
                continue
            if found:
                return found.value
    return ""


def browser_cookie(name: str, is_secure: bool) -> str:
    """A header that gives a browser its name, out of reach of scripts."""
    secure = "; Secure" if is_secure else ""
    return f"{BROWSER_COOKIE}={name}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}"
