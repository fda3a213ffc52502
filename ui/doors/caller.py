"""Who makes a request: whose conversations are meant, whose requests are counted together, what they may do."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import Scope

from ui.doors.front import BROWSER_COOKIE, cookie_of

USER = "paperchat_user"
"""Key of the ASGI scope that holds the name of who is in, and name of the cookie."""
MAY = "paperchat_may"
"""Key of the ASGI scope that holds what a token lets its bearer do; not there for who came in otherwise."""

REQUEST = "paperchat_request"
"""Key of the ASGI scope that holds the id of a program's request."""

EVERYTHING = frozenset(("read", "write"))


@dataclass(frozen=True, slots=True)
class Caller:
    """`owner` is whose conversations are meant, `client` whose requests are counted together, `request` the id of this
    one."""

    owner: str
    client: str
    scopes: frozenset[str] = EVERYTHING
    request: str = ""


def caller_of(request: HTTPConnection) -> Caller:
    """Who was let in."""
    user = request.scope.get(USER, "")
    address = request.client.host if request.client else "unknown"
    scopes, id = request.scope.get(MAY, EVERYTHING), request.scope.get(REQUEST, "")
    return Caller(owner_by_cookie(request.scope), user or address, scopes, id)


def owner_by_cookie(scope: Scope) -> str:
    """Whose conversations are meant: the user's, without users the browser's; "" for somebody unknown."""
    return owner_name(scope.get(USER, ""), cookie_of(scope, BROWSER_COOKIE))


def owner_name(user: str, browser: str) -> str:
    if user:
        return f"user:{user}"
    return f"browser:{browser}" if browser else ""
