"""Who may enter and how: users, the guard, what stands before every page, limits."""

from ui.doors.auth import hash_password, read_users
from ui.doors.front import BROWSER_COOKIE, Front, cookie_of
from ui.doors.gate import Gate
from ui.doors.guard import USER, Guard, read_secret
from ui.doors.rate_limit import RateLimit, TooMany
from ui.doors.threshold import ServedNames, Threshold

__all__ = [
    "BROWSER_COOKIE",
    "USER",
    "Front",
    "Gate",
    "Guard",
    "RateLimit",
    "ServedNames",
    "Threshold",
    "TooMany",
    "cookie_of",
    "hash_password",
    "read_secret",
    "read_users",
]
