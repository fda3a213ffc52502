"""Who may enter: names and passwords, from the environment or from a file of hashes.

The file has a line `name:hash` for each user; `python -m ui.auth NAME` asks for a password and prints it.
"""

import base64
import getpass
import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from index import SettingsError

USERS_VARIABLE = "PAPERCHAT_USERS"
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""16 MB and some 50 ms a guess: what OWASP calls the least for logging in."""

NOBODY = "scrypt$AAAAAAAAAAAAAAAAAAAAAA==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
"""Compared with when the name is unknown, so that the time taken doesn't tell."""


class Users:
    """Names and password hashes."""

    def __init__(self, hashes: Mapping[str, str]) -> None:
        self.hashes = dict(hashes)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def __contains__(self, name: object) -> bool:
        return name in self.hashes

    def check(self, name: str, password: str) -> bool:
        """Whether there is such a user with this password."""
        is_right = matches(password, self.hashes.get(name, NOBODY))
        return is_right and name in self.hashes


def read_users(file: Path | None, environment: Mapping[str, str] = os.environ) -> Users:
    """The users of `file` and of PAPERCHAT_USERS (`name:password`, separated by commas); the latter win.

    Raises SettingsError for a file that can't be read, and for a line or part that is not of that form.
    """
    hashes: dict[str, str] = {}
    if file is not None:
        try:
            lines = file.read_text("utf-8").splitlines()
        except OSError as error:
            raise SettingsError(
                f"The users' file {file} can't be read ({error.strerror}). Mend `ui.auth`, or the file."
            ) from None
        for number, line in enumerate(lines, 1):
            if line.strip() and not line.startswith("#"):
                name, _, hashed = line.strip().partition(":")
                if not name or not hashed.startswith("scrypt$") or hashed.count("$") != 2:
                    raise SettingsError(f"{file}, line {number}: not `name:hash`. `python -m ui.auth NAME` prints one.")
                hashes[name] = hashed
        if not hashes:
            raise SettingsError(f"The users' file {file} names nobody. `python -m ui.auth NAME` prints a line for it.")
    for part in filter(None, environment.get(USERS_VARIABLE, "").split(",")):
        name, _, password = part.strip().partition(":")
        if not name or not password:
            raise SettingsError(f"{USERS_VARIABLE} must be `name:password`, several separated by commas.")
        hashes[name] = hash_password(password)
    return Users(hashes)


def hash_password(password: str) -> str:
    """A salted hash, `scrypt$salt$hash`."""
    salt = secrets.token_bytes(16)
    return f"scrypt${encode(salt)}${encode(hashlib.scrypt(password.encode(), salt=salt, **SCRYPT))}"


def matches(password: str, hashed: str) -> bool:
    _, salt, expected = hashed.split("$")
    try:
        found = hashlib.scrypt(password.encode(), salt=base64.b64decode(salt), **SCRYPT)
    except ValueError:
        return False
    return hmac.compare_digest(encode(found), expected)


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


if __name__ == "__main__":
    if len(sys.argv) != 2 or ":" in sys.argv[1]:
        sys.exit("Usage: python -m ui.auth NAME")
    print(f"{sys.argv[1]}:{hash_password(getpass.getpass())}")
