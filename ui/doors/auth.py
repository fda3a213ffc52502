"""Who may enter: names and passwords, from the environment or from a file of hashes.

The file has a line `name:hash` for each user; `python -m ui.doors NAME` asks for a password and prints it.
Hashes are Argon2id; those of earlier versions (scrypt) still let in, and are renewed when their user logs in.
"""

import base64
import hashlib
import hmac
import os
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from index import SettingsError

USERS_VARIABLE = "PAPERCHAT_USERS"
OLD = "scrypt$"
SCRYPT = {"n": 2**14, "r": 8, "p": 1}
"""What earlier versions hashed with."""

NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""Compared with when the name is unknown, so that the time taken doesn't tell."""


class Users:
    """Names and password hashes. `file` is where they can be renewed, `given` the passwords of the environment."""

    def __init__(
        self, hashes: Mapping[str, str], file: Path | None = None, given: Mapping[str, str] | None = None
    ) -> None:
        self.hashes = dict(hashes)
        self.given = dict(given or {})
        self._file = file
        self._renewing = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self.hashes or self.given)

    def __contains__(self, name: object) -> bool:
        return name in self.given or name in self.hashes

    def check(self, name: str, password: str) -> bool:
        """Whether there is such a user with this password."""
        if name in self.given:
            return hmac.compare_digest(self.given[name].encode(), password.encode("utf-8", "replace"))
        hashed = self.hashes.get(name, NOBODY)
        is_right = matches(password, hashed) and name in self.hashes
        if is_right and needs_renewal(hashed):
            self._renew(name, hashed, hash_password(password))
        return is_right

    def stamp(self, name: str) -> str:
        """What changes with the user's password, and tells nothing of it to who lacks the server's secret."""
        return self.given.get(name) or self.hashes.get(name, "")

    def _renew(self, name: str, old: str, new: str) -> None:
        """Puts the new hash in place of the old one, in the file too if it can be written."""
        with self._renewing:
            self.hashes[name] = new
            if self._file is None:
                return
            with suppress(OSError):
                text = self._file.read_text("utf-8")
                beside = self._file.with_name(f"{self._file.name}.new")
                beside.touch(mode=self._file.stat().st_mode & 0o777)
                beside.write_text(text.replace(f"{name}:{old}", f"{name}:{new}"), "utf-8")
                beside.replace(self._file)


def read_users(file: Path | None, environment: Mapping[str, str] = os.environ) -> Users:
    """The users of `file` and of PAPERCHAT_USERS (`name:password`, separated by commas); the latter win.

    Raises SettingsError for a file that can't be read, and for a line or part that is not of that form.
    """
    hashes: dict[str, str] = {}
    given: dict[str, str] = {}
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
                if not name or not is_hash(hashed):
                    raise SettingsError(
                        f"{file}, line {number}: not `name:hash`. `python -m ui.doors NAME` prints one."
                    )
                hashes[name] = hashed
        if not hashes:
            raise SettingsError(f"The users' file {file} names nobody. `python -m ui.doors NAME` prints a line for it.")
    for part in filter(None, environment.get(USERS_VARIABLE, "").split(",")):
        name, _, password = part.strip().partition(":")
        if not name or not password:
            raise SettingsError(f"{USERS_VARIABLE} must be `name:password`, several separated by commas.")
        given[name] = password
    return Users(hashes, file, given)


def hash_password(password: str) -> str:
    """A salted Argon2id hash with the library's own costs (RFC 9106, low memory)."""
    return PasswordHasher().hash(password)


def matches(password: str, hashed: str) -> bool:
    if hashed.startswith(OLD):
        _, salt, expected = hashed.split("$")
        try:
            found = hashlib.scrypt(password.encode("utf-8", "replace"), salt=base64.b64decode(salt), **SCRYPT)
        except ValueError:
            return False
        return hmac.compare_digest(base64.b64encode(found).decode(), expected)
    try:
        return PasswordHasher().verify(hashed, password.encode("utf-8", "replace"))
    except (Argon2Error, InvalidHashError):
        return False


def is_hash(text: str) -> bool:
    return text.startswith("$argon2id$") or (text.startswith(OLD) and text.count("$") == 2)


def needs_renewal(hashed: str) -> bool:
    return hashed.startswith(OLD) or PasswordHasher().check_needs_rehash(hashed)
