"""What is asked of a service, what it answers, and what may be wrong with that."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from index.errors import ReadError

AGAIN = "Run the same command again later: it goes on where it stopped."
"""A remedy for what may pass."""


Parameters = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Request:
    """`path` is below the service's address. `kind` ("xml", "json") must occur in the type of the answer.

    `check` says what is wrong with a body, nothing when all is well: such an answer is asked for again. With a `body`,
    which is JSON, it is sent (POST). `done` is the state that says that this was done before, by a request whose answer
    was lost: the answer is then empty.
    """

    path: str
    parameters: Parameters
    kind: str
    check: Callable[[bytes], str] = lambda body: ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    done: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by names in lower case."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Unusable(ReadError):
    """This answer can't be used; others of the same service may be."""


class NotFound(ReadError):
    """The service knows no such thing."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the papers, as the service answered. `total` is how many fit in all, 0 when unknown.

    `name` tells it from the others; a single answer has none.
    """

    answer: Answer
    suffix: str
    name: str = ""
    total: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """What a service is asked for. `most` papers are wanted, all when None. `ask` raises ReadError: Unusable, NotFound
    or, when it is of no use to ask on, neither. `version` is up to where a library was read, 0 when it was not;
    `note_version` is for the next run.
    """

    query: str
    most: int | None
    ask: Callable[[Request], Answer]
    version: Callable[[str], int]
    note_version: Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Service:
    """`open` yields pages, and an error for each part that did not come; it raises ReadError when nothing more comes.

    `interval` is the least number of seconds between two requests; `remedy` is for when it can't be reached or refuses
    us, `mistake` for when it refuses what was asked. Of a search without a limit `usual` papers are taken, with one at
    most `limit`, where those are given. `key_variable` names the variable of the environment that holds a key; it goes
    along as the header `key_header`, else in the address. `is_kept`: its answers are kept until the run is complete.
    """

    name: str
    open: Callable[[Visit], Iterator[Page | ReadError]]
    interval: float
    remedy: str
    mistake: str = "Check how the search is written."
    usual: int | None = None
    limit: int | None = None
    key_variable: str = ""
    key_header: str = ""
    is_kept: bool = True


def ends_with(ending: bytes) -> Callable[[bytes], str]:
    """A check that an answer is whole, by how it ends."""
    return lambda body: "" if body.rstrip().endswith(ending) else "it is cut off"
