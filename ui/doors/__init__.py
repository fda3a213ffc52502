"""Who may enter and how: users, the guard, what stands before every page, limits."""

from ui.doors.auth import hash_password, read_users
from ui.doors.front import BROWSER_COOKIE, Front
from ui.doors.guard import USER, Guard, read_secret
from ui.doors.rate_limit import RateLimit, TooMany

__all__ = [
    "BROWSER_COOKIE",
    "USER",
    "Front",
    "Guard",
    "RateLimit",
    "TooMany",
    "hash_password",
    "read_secret",
    "read_users",
]
