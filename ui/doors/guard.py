"""The door: with users set, nothing behind it, be it page, API or file, is reached without a name and a password.

Browsers log in at /login and get a signed cookie; programs send HTTP Basic credentials. At the doors for programs a
token opens, too, and lets do what its scopes say.
"""

import base64
import binascii
import hmac
import re
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.doors.auth import Users
from ui.doors.caller import MAY, USER
from ui.doors.front import cookie_of
from ui.doors.problems import is_program_door, refusal
from ui.doors.rate_limit import RateLimit, TooMany
from ui.doors.store import PREFIX, Store, Token
from ui.html import render

LOGIN_SECONDS = 30 * 24 * 3600
ATTEMPTS_A_MINUTE = 10
LOGINS_REMEMBERED = 1000
PLACE = re.compile(r"(shared/[\w-]{1,64}|\?[\w=&.%+-]{1,500})?")
"""Where on the page a log-in leads: what was asked for before."""


class Guard:
    """ASGI middleware; without users it lets everybody pass who shows no token, and those whose token is good."""

    def __init__(self, app: ASGIApp, users: Users, store: Store, secret: bytes, title: str) -> None:
        self.app = app
        self.users = users
        self.store = store
        self.secret = secret
        self.title = title
        self.attempts = RateLimit(ATTEMPTS_A_MINUTE)
        self.known: dict[bytes, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or (self.users and is_open(scope)):
            await self.app(scope, receive, send)
            return
        if is_program_door(scope["path"]) and (secret := bearer(scope)).startswith(PREFIX):
            await self.let_in_by_token(await run_in_threadpool(self.store.find_token, secret), scope, receive, send)
            return
        if not self.users:
            await self.app(scope, receive, send)
            return
        user = self.user_of_cookie(scope) or await self.user_of_header(scope)
        if user:
            scope[USER] = user
        if scope["type"] == "websocket":
            await (self.app(scope, receive, send) if user else send({"type": "websocket.close", "code": 1008}))
        elif scope["path"] == "/login":
            await (await self.log_in(Request(scope, receive)))(scope, receive, send)
        elif scope["path"] == "/logout":
            response: Response = RedirectResponse("login", 303)
            response.delete_cookie(USER)
            await response(scope, receive, send)
        elif user:
            await self.app(scope, receive, send)
        else:
            await self.turn_away(scope)(scope, receive, send)

    async def let_in_by_token(self, token: Token | None, scope: Scope, receive: Receive, send: Send) -> None:
        """With users set, a token ends with its user."""
        if token is None or (self.users and token.name not in self.users):
            detail = "This token is not known here, or was revoked."
            response = refusal(scope, 401, detail, "`paperchat token new NAME` makes one.")
            response.headers["www-authenticate"] = f'Bearer realm="{self.title}"'
            await response(scope, receive, send)
        else:
            await self.app({**scope, USER: token.name, MAY: token.scopes}, receive, send)

    async def log_in(self, request: Request) -> Response:
        message = ""
        if request.method == "POST":
            form = await request.form()
            name, password = str(form.get("name", "")), str(form.get("password", ""))
            try:
                self.attempts.count(f"{address_of_client(request.scope)} {name[:100]}")
                if await run_in_threadpool(self.users.check, name, password):
                    return self.welcome(request, name)
                message = "No user has this name and password."
            except TooMany as error:
                message = str(error)
        page = render("login.html", title=self.title, message=message)
        return HTMLResponse(page, 401 if message else 200)

    def welcome(self, request: Request, name: str) -> Response:
        place = request.query_params.get("to", "")
        response = RedirectResponse(f"./{place if PLACE.fullmatch(place) else ''}", 303)
        is_secure = request.url.scheme == "https"
        token = sign(name, self.secret, self.users.stamp(name))
        response.set_cookie(USER, token, max_age=LOGIN_SECONDS, httponly=True, samesite="lax", secure=is_secure)
        return response

    def turn_away(self, scope: Scope) -> Response:
        if scope["method"] == "GET" and (scope["path"] == "/" or scope["path"].startswith("/shared/")):
            query = scope["query_string"].decode("latin-1")
            place = scope["path"][1:] + (f"?{query}" if query else "")
            return RedirectResponse(
                f"{'../' if '/' in place else ''}login" + (f"?to={quote(place)}" if place else ""), 303
            )
        detail, remedy = "Only users get in here.", "Log in at /login, or send HTTP Basic credentials."
        if is_program_door(scope["path"]):
            remedy = "Send a token (`paperchat token new NAME` makes one) as `Authorization: Bearer`."
        # Browsers would pop up their own window for a request of the page's scripts: those send this header.
        asks_itself = any(name == b"sec-fetch-mode" for name, _ in scope["headers"])
        headers = {} if asks_itself else {"www-authenticate": f'Basic realm="{self.title}"'}
        response = refusal(scope, 401, detail, remedy)
        response.headers.update(headers)
        return response

    def user_of_cookie(self, scope: Scope) -> str:
        return verify(cookie_of(scope, USER), self.secret, self.users)

    async def user_of_header(self, scope: Scope) -> str:
        header = dict(scope["headers"]).get(b"authorization", b"")
        if not header.lower().startswith(b"basic "):
            return ""
        # Hashing takes its time by design, so a program's credentials are checked once, not at each request.
        digest = hmac.digest(self.secret, header, "sha256")
        if digest not in self.known:
            try:
                name, _, password = base64.b64decode(header[6:]).decode().partition(":")
                self.attempts.count(f"{address_of_client(scope)} {name[:100]}")
            except (binascii.Error, UnicodeDecodeError, TooMany):
                return ""
            if not await run_in_threadpool(self.users.check, name, password):
                return ""
            if len(self.known) >= LOGINS_REMEMBERED:
                self.known.clear()
            self.known[digest] = name
        return self.known[digest]


def is_open(scope: Scope) -> bool:
    """What a supervisor looks at to know whether the server lives: it tells nothing else."""
    return scope["type"] == "http" and scope["path"] in ("/healthz", "/readyz")


def bearer(scope: Scope) -> str:
    """The token that a request carries, or nothing."""
    header = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
    kind, _, secret = header.partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def address_of_client(scope: Scope) -> str:
    return str(scope["client"][0]) if scope.get("client") else ""


def sign(name: str, secret: bytes, stamp: str) -> str:
    """A token that says who is in. It can't be made without the secret, and ends when the user's `stamp` changes."""
    return str(serializer(secret).dumps([name, hmac.new(secret, stamp.encode(), "sha256").hexdigest()]))


def verify(token: str, secret: bytes, users: Users, seconds: int = LOGIN_SECONDS) -> str:
    """The name in a token of `sign`; "" when it is forged, older than `seconds`, or of an earlier password."""
    try:
        name, stamp = serializer(secret).loads(token, max_age=seconds)
    except (BadSignature, ValueError, TypeError):
        return ""
    expected = hmac.new(secret, users.stamp(name).encode(), "sha256").hexdigest()
    return str(name) if name in users and hmac.compare_digest(stamp, expected) else ""


def serializer(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="paperchat log-in")


def read_secret(file: Path) -> bytes:
    """The secret kept in `file`, which is made when missing: logins outlive a restart, where it can be written."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        secret = secrets.token_bytes(32)
        with suppress(OSError):
            file.touch(mode=0o600)
            file.write_bytes(secret)
        return secret
