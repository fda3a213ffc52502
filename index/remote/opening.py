"""An address into files for the readers, page by page as they come."""

import io
import os
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from index.errors import ReadError
from index.readers import Problem, SourceFile
from index.remote.addresses import Address, read_address
from index.remote.connection import Connection, Patience
from index.remote.exchange import AGAIN, Answer, Page, Request, Service, Unusable, Visit
from index.remote.memory import Memory
from index.remote.services import SERVICES
from index.settings import RemoteSettings

MOST_MISSING = 2
"""Pages in a row that can't be used: after more the service is not asked on."""


class Opening:
    """One connection a service, for as long as it is open, so that its pace is kept from address to address."""

    def __init__(
        self,
        settings: RemoteSettings,
        memory: Memory,
        environment: Mapping[str, str] = os.environ,
        patience: Patience | None = None,
    ) -> None:
        self._settings = settings
        self._memory = memory
        self._environment = environment
        self._patience = patience or Patience()
        self._connections: dict[str, Connection] = {}

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def open(self, text: str, most: int | None) -> Iterator[SourceFile | Problem]:
        """As `Remote.open`."""
        address = read_address(text)
        service = SERVICES[address.service]
        wanted = most or service.usual
        if wanted and service.limit:
            wanted = min(wanted, service.limit)
        visit = Visit(
            address.query,
            wanted,
            partial(self._ask, service, address),
            self._memory.version,
            partial(self._memory.note_version, address.text),
        )
        last: Page | None = None
        is_whole = True
        try:
            for each in unless_too_many_are_missing(service, service.open(visit)):
                if isinstance(each, Page):
                    last = each
                    yield as_file(address, each)
                else:
                    is_whole = is_whole and not isinstance(each, Unusable)
                    yield problem(address, each)
        except ReadError as error:
            if last is None:
                raise
            yield problem(address, ReadError(f"Not all papers came. {error.reason}", error.remedy))
            return
        if is_whole:
            self._memory.done(address.text)
        if last and wanted and last.total > wanted:
            what = f"{last.total:,} papers fit; the first {wanted:,} were taken."
            yield Problem(Path(address.text), 0, what, remedy=remedy_of_limit(service, wanted), is_lost=False)

    def _ask(self, service: Service, address: Address, request: Request) -> Answer:
        if not service.is_kept:
            return self._connection(service, address).send(request)
        asked = f"{self._base(address)} {request.path} {sorted(request.parameters.items())}"
        if kept := self._memory.answer(address.text, asked):
            return Answer(kept)
        answer = self._connection(service, address).send(request)
        self._memory.keep(address.text, asked, answer.body)
        return answer

    def _base(self, address: Address) -> str:
        return str(getattr(self._settings, address.service))

    def _connection(self, service: Service, address: Address) -> Connection:
        if address.service not in self._connections:
            self._connections[address.service] = Connection(
                service,
                self._base(address),
                parameters=self._introduction(address),
                key=self._environment.get(service.key_variable, "") if service.key_variable else "",
                patience=self._patience,
            )
        return self._connections[address.service]

    def _introduction(self, address: Address) -> dict[str, str]:
        """Who asks, where the service wants to know and it was set."""
        email, tool = self._settings.email, self._settings.tool
        said = {
            "pubmed": {"email": email, "tool": tool},
            "openalex": {"mailto": email},
            "doi": {"mailto": email},
        }.get(address.service, {})
        return {name: value for name, value in said.items() if value}


def unless_too_many_are_missing(service: Service, pages: Iterator[Page | ReadError]) -> Iterator[Page | ReadError]:
    """The same, until so many in a row are of no use that no better ones are to be expected: then ReadError."""
    missing = 0
    for each in pages:
        missing = missing + 1 if isinstance(each, Unusable) else 0
        yield each
        if missing > MOST_MISSING:
            raise ReadError(f"{missing} answers of {service.name} in a row were of no use.", AGAIN)


def as_file(address: Address, page: Page) -> SourceFile:
    name = Path(address.text) / page.name if page.name else Path(address.text)
    body = page.answer.body
    return SourceFile(name, lambda: io.BytesIO(body), len(body), page.suffix, origin=address.text)


def problem(address: Address, error: ReadError) -> Problem:
    return Problem(Path(address.text), 0, error.reason, remedy=error.remedy)


def remedy_of_limit(service: Service, taken: int) -> str:
    if taken == service.limit:
        return f"{service.name} gives no more of a search; part it, by years for instance."
    return "--max takes more."
