"""Notes into a Zotero library, by way of zotero.org, from where Zotero fetches them when it next syncs.

The interface of a running Zotero, by which papers are read, takes no notes
(zotero.org/support/dev/web_api/v3/local_api); that of zotero.org does, with a key of the user's that may write
(zotero.org/support/dev/web_api/v3/write_requests).
"""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from index.errors import ReadError, SettingsError
from index.remote.connection import Connection, Patience
from index.remote.exchange import AGAIN, Answer, Page, Request, Service, Unusable, Visit, ends_with
from index.settings import RemoteSettings

AT_ONCE = 50
"""As many as zotero.org takes in one request."""
TAG = "paperchat"
KEY_VARIABLE = "ZOTERO_API_KEY"
MAKE_A_KEY = "Make one at zotero.org/settings/keys that may read, write and keep notes, and set ZOTERO_API_KEY to it."
TOKEN_USED = 412
"""The state that says that a request with this token was done before."""


def nothing(visit: Visit) -> Iterator[Page | ReadError]:
    """Papers are not read here."""
    return iter(())


ZOTERO_WEB = Service(
    "Zotero",
    nothing,
    interval=0.0,
    remedy=f"Check the network and the key. {MAKE_A_KEY}",
    mistake="Keep the answer in a file instead (.rdf), and import that.",
    key_variable=KEY_VARIABLE,
    key_header="Zotero-API-Key",
)


def add_notes(
    notes: Sequence[str], settings: RemoteSettings, environment: Mapping[str, str], patience: Patience
) -> str:
    """As `Remote.add_notes`."""
    key = environment.get(KEY_VARIABLE, "")
    if not key:
        raise SettingsError(f"There is no key for Zotero. {MAKE_A_KEY}")
    connection = Connection(ZOTERO_WEB, settings.zotero_web, key=key, patience=patience)
    try:
        user, name = holder(connection)
        for start in range(0, len(notes), AT_ONCE):
            items = [
                {"itemType": "note", "note": note, "tags": [{"tag": TAG}]} for note in notes[start : start + AT_ONCE]
            ]
            check(send(connection, f"users/{user}/items", items))
    finally:
        connection.close()
    return name


def holder(connection: Connection) -> tuple[int, str]:
    """Number and name of the user whose key it is. Raises ReadError for a key that may not write notes."""
    about = parsed(connection.send(request("keys/current")))
    access = about.get("access")
    own = access.get("user") if isinstance(access, Mapping) else None
    if not isinstance(own, Mapping) or not (own.get("write") and own.get("notes")):
        raise ReadError("The key for Zotero may not write notes.", MAKE_A_KEY)
    user = about.get("userID")
    if not isinstance(user, int):
        raise Unusable("An answer of Zotero names no user.", AGAIN)
    return user, str(about.get("username") or user)


def send(connection: Connection, path: str, items: list[dict[str, Any]]) -> Answer:
    """With a token, so that it is done once however often it is asked for."""
    return connection.send(request(path, json.dumps(items).encode(), {"Zotero-Write-Token": secrets.token_hex(16)}))


def request(path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Request:
    with_version = {"Zotero-API-Version": "3", **(headers or {})}
    return Request(path, {}, "json", ends_with(b"}"), body, with_version, TOKEN_USED if body else None)


def check(answer: Answer) -> None:
    """Raises ReadError when Zotero took some and not others."""
    failed = parsed(answer).get("failed") if answer.body else None
    for told in failed.values() if isinstance(failed, Mapping) else ():
        why = told.get("message") if isinstance(told, Mapping) else None
        raise ReadError(f"Zotero did not take a note ({str(why)[:200]}).", ZOTERO_WEB.mistake)


def parsed(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, Mapping):
        raise Unusable("An answer of Zotero is broken.", AGAIN)
    return found
