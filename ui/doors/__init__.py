"""Who may enter and how: users, the guard, what stands before every page, limits; and the doors for programs."""

from ui.doors.auth import hash_password, read_users
from ui.doors.caller import USER, owner_by_cookie, owner_name
from ui.doors.front import BROWSER_COOKIE, Front, cookie_of
from ui.doors.gate import Gate
from ui.doors.guard import Guard, read_secret
from ui.doors.mcp import CLIENTS, serve_stdio
from ui.doors.mcp import bundle as write_bundle
from ui.doors.mcp import install as install_client
from ui.doors.opening import make_service, open_doors
from ui.doors.rate_limit import RateLimit, TooMany
from ui.doors.store import Store, Token
from ui.doors.threshold import ServedNames, Threshold
from ui.doors.watching import RequestLog

__all__ = [
    "BROWSER_COOKIE",
    "CLIENTS",
    "USER",
    "Front",
    "Gate",
    "Guard",
    "RateLimit",
    "RequestLog",
    "ServedNames",
    "Store",
    "Threshold",
    "Token",
    "TooMany",
    "cookie_of",
    "hash_password",
    "install_client",
    "make_service",
    "open_doors",
    "owner_by_cookie",
    "owner_name",
    "read_secret",
    "read_users",
    "serve_stdio",
    "write_bundle",
]
