"""A running Zotero on this machine: a library, a group's, a collection, an item; later only what changed since.

`zotero:`, `zotero:Collection`, `zotero:Collection/Below`, `zotero:groups/Name`, `zotero:groups/Name/Collection`,
`zotero:items/KEY`. Collections and groups go by name in any case, or by key.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from index.errors import ReadError
from index.remote.exchange import Answer, NotFound, Page, Parameters, Request, Service, Unusable, Visit, ends_with

PAGE = 100
KEYS_AT_ONCE = 50
"""As many as Zotero's interface takes (zotero.org/support/dev/web_api/v3/basics)."""
NAMES_SHOWN = 8
LARGEST_LIBRARY = 1_000_000
KEY = re.compile(r"[A-Z0-9]{8}")
OWN = "users/0"
PAPERS = "items/top?itemType=-attachment&itemType=-note"
"""What is not below something else, without files and notes. Repeated conditions hold together."""


@dataclass(frozen=True, slots=True)
class Place:
    """A library, or a collection of one: its path in the interface."""

    path: str
    name: str


def pages(visit: Visit) -> Iterator[Page | ReadError]:
    kind, _, rest = visit.query.partition("/")
    if kind.casefold() == "items" and rest:
        item = visit.ask(Request(f"{OWN}/items/{quote(rest, safe='')}", {}, "json", ends_with(b"}")))
        yield Page(item, ".json")
        return
    library = Place(OWN, "the library")
    wanted = visit.query
    if kind.casefold() == "groups":
        name, _, wanted = rest.partition("/")
        library = find(name, "group", groups(visit))
    places = [library] if not wanted else below(wanted, collections(visit, library))
    left = visit.most
    for place in places:
        came = yield from papers(visit, place, left)
        left = None if left is None else left - came


def papers(visit: Visit, place: Place, most: int | None) -> Generator[Page | ReadError, None, int]:
    """The papers of a place, and how many; those that changed since the last run, when there was one."""
    since = visit.version(place.path)
    start, total, version = 0, 1, 0
    while start < total and (most is None or start < most):
        size = PAGE if most is None else min(PAGE, most - start)
        parameters: Parameters = {"limit": size, "start": start, "sort": "dateAdded", "direction": "asc"}
        answer = visit.ask(listing(place, {**parameters, **({"since": since} if since else {})}))
        # A library that changes while it is read is read again from where it was at first.
        version = version or number(answer, "last-modified-version")
        if answer.body.strip() == b"[]":
            break
        total = min(number(answer, "total-results"), LARGEST_LIBRARY)
        yield Page(answer, ".json", f"{place.name}, page {start // PAGE + 1}", total)
        start += size
    if since:
        yield from never_synced(visit, place)
    if start >= total and version:
        visit.note_version(place.path, version)
    return min(start, total)


def never_synced(visit: Visit, place: Place) -> Iterator[Page]:
    """What Zotero has not sent to its server yet has version 0 and is in no answer to `since`."""
    versions = visit.ask(listing(place, {"format": "versions"}))
    found = parsed(versions)
    versions_by_key = found.items() if isinstance(found, dict) else ()
    keys = [key for key, version in versions_by_key if version == 0 and KEY.fullmatch(key)]
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = ",".join(keys[start : start + KEYS_AT_ONCE])
        name = f"{place.name}, new, page {start // KEYS_AT_ONCE + 1}"
        yield Page(visit.ask(listing(place, {"itemKey": some})), ".json", name)


def listing(place: Place, parameters: Parameters) -> Request:
    return Request(f"{place.path}/{PAPERS}", parameters, "json", is_whole)


def groups(visit: Visit) -> list[tuple[Place, str]]:
    """Each with the key by which it can be named, too."""
    found = entries(visit.ask(Request(f"{OWN}/groups", {}, "json", is_whole)))
    return [
        (Place(f"groups/{one['id']}", str(data(one).get("name", ""))), str(one["id"]))
        for one in found
        if isinstance(one.get("id"), int)
    ]


def collections(visit: Visit, library: Place) -> dict[str, tuple[Place, str]]:
    """By key, each with the key of the one it is in; names are whole: `Reading/To read`."""
    found = entries(visit.ask(Request(f"{library.path}/collections", {}, "json", is_whole)))
    facts = {one["key"]: data(one) for one in found if KEY.fullmatch(str(one.get("key")))}

    def path(key: str) -> str:
        names: dict[str, str] = {}
        while key in facts and key not in names:
            names[key] = str(facts[key].get("name", ""))
            key = str(facts[key].get("parentCollection"))
        return "/".join(reversed(names.values()))

    return {
        key: (Place(f"{library.path}/collections/{key}", path(key)), str(about.get("parentCollection") or ""))
        for key, about in facts.items()
    }


def below(wanted: str, all: Mapping[str, tuple[Place, str]]) -> list[Place]:
    """The collection that is wanted and those in it."""
    top = find(wanted, "collection", [(place, key) for key, (place, _) in all.items()])
    keys = [key for key, (place, _) in all.items() if place == top]
    for key in keys:
        keys += [one for one, (_, parent) in all.items() if parent == key and one not in keys]
    return [all[key][0] for key in keys]


def find(wanted: str, what: str, places: list[tuple[Place, str]]) -> Place:
    """Raises NotFound, with the names that there are."""
    folded = wanted.casefold()
    whole = [place for place, key in places if folded == place.name.casefold() or wanted == key]
    found = whole or [place for place, _ in places if place.name.casefold().rsplit("/", 1)[-1] == folded]
    if len(found) == 1:
        return found[0]
    names = ", ".join(place.name for place, _ in places[:NAMES_SHOWN])
    if found:
        raise NotFound(f"Zotero has {len(found)} {what}s {wanted}.", f"Write the whole name, one of: {names}.")
    remedy = f"It has: {names}{' and more' if len(places) > NAMES_SHOWN else ''}." if names else f"It has no {what}s."
    raise NotFound(f"Zotero has no {what} {wanted}.", remedy)


def parsed(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise Unusable("An answer of Zotero is broken.", "Start Zotero again.") from None


def entries(answer: Answer) -> list[Mapping[str, Any]]:
    found = parsed(answer)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def data(entry: Any) -> Mapping[str, Any]:
    found = entry.get("data") if isinstance(entry, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def number(answer: Answer, header: str) -> int:
    found = answer.headers.get(header, "")
    return int(found) if found.isdecimal() and len(found) < 12 else 0


def is_whole(body: bytes) -> str:
    return "" if body.rstrip().endswith((b"]", b"}")) else "it is cut off"


ZOTERO = Service(
    "Zotero",
    pages,
    interval=0.0,
    remedy='Start Zotero and switch on Settings, Advanced, "Allow other applications on this computer to '
    'communicate with Zotero".',
    is_kept=False,
)
