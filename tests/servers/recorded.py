"""A server of our own that answers as arXiv, PubMed, OpenAlex, Crossref, Zotero and zotero.org do, from recorded forms.

The forms in `tests/index/remote/recorded` are of those services, what stands in them is invented. `faults` are answers
that come first, each once, for requests whose address holds a text.
"""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

RECORDED = Path(__file__).parents[1] / "index" / "remote" / "recorded"
LONG_NOTE = {"code": 413, "message": "Note is too long"}
XML, JSON = "application/xml; charset=utf-8", "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes | Iterator[bytes]
    type: str = JSON
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came; of repeated parameters the last."""

    path: str
    query: str
    parameters: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Item:
    """An item of the Zotero library."""

    key: str
    version: int = 5
    collection: str = ""


class RecordedServices:
    """Context manager; `base` is the address below which each service has a folder by its name."""

    def __init__(self) -> None:
        self.papers = 0
        """That fit any search."""
        self.unknown: set[str] = set()
        """Identifiers that no service knows."""
        self.items: list[Item] = []
        self.library_version = 5
        self.zotero_key = "key-of-ada"
        self.zotero_access = {"library": True, "notes": True, "write": True}
        self.notes: list[dict[str, Any]] = []
        """That zotero.org was sent, and took."""
        self.tokens: set[str] = set()
        self.faults: list[tuple[str, Reply]] = []
        self.asked: list[Asked] = []
        self._server = Quiet(("127.0.0.1", 0), Handler)
        self._server.services = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "RecordedServices":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def reply(self, asked: Asked, address: str) -> Reply:
        self.asked.append(asked)
        for fault in self.faults:
            if fault[0] in unquote(address):
                self.faults.remove(fault)
                return fault[1]
        service, _, path = asked.path.lstrip("/").partition("/")
        answer: Callable[[str, Any], Reply] = getattr(self, f"_{service}")
        try:
            return answer(path, asked if service == "zotero_web" else asked.parameters)
        except KeyError as missing:
            return Reply(json.dumps({"message": f"{missing} is missing"}).encode(), status=400)

    def _arxiv(self, path: str, parameters: Mapping[str, str]) -> Reply:
        start, size = int(parameters.get("start", 0)), int(parameters["max_results"])
        if listed := parameters.get("id_list"):
            ids = [f"{id}v1" for id in listed.split(",") if id not in self.unknown]
            total = len(ids)
        else:
            total = self.papers
            ids = [f"2102.{number:05}v2" for number in range(start + 1, min(start + size, total) + 1)]
        entries = "".join(form("arxiv-entry.xml", id=id, number=int(id[5:10])) for id in ids)
        feed = form("arxiv-feed.xml", start=start, size=size, total=total, entries=entries)
        return Reply(feed.encode(), "application/atom+xml; charset=UTF-8")

    def _pubmed(self, path: str, parameters: Mapping[str, str]) -> Reply:
        if path == "esearch.fcgi":
            size = min(int(parameters["retmax"]), self.papers)
            ids = ",".join(f'"{30_000_000 + number}"' for number in range(1, size + 1))
            return Reply(form("pubmed-search.json", total=self.papers, size=size, ids=ids).encode())
        ids = [id for id in parameters.get("id", "").split(",") if id and id not in self.unknown]
        articles = "".join(form("pubmed-article.xml", id=id, number=int(id) - 30_000_000) for id in ids)
        return Reply(form("pubmed-set.xml", articles=articles).encode(), "text/xml; charset=UTF-8")

    def _openalex(self, path: str, parameters: Mapping[str, str]) -> Reply:
        cursor, size = parameters["cursor"], int(parameters["per_page"])
        start = 0 if cursor == "*" else int(cursor.removeprefix("after="))
        numbers = range(start + 1, min(start + size, self.papers) + 1)
        works = ",".join(form("openalex-work.json", id=4_000_000 + number, number=number).strip() for number in numbers)
        following = json.dumps(f"after={start + size}" if numbers else None)
        return Reply(form("openalex-works.json", total=self.papers, size=size, cursor=following, works=works).encode())

    def _doi(self, path: str, parameters: Mapping[str, str]) -> Reply:
        doi = unquote(path.removeprefix("works/"))
        if doi in self.unknown:
            return Reply(b"Resource not found.", "text/plain", 404)
        return Reply(form("crossref-work.json", doi=doi).encode())

    def _zotero(self, path: str, parameters: Mapping[str, str]) -> Reply:
        headers = {"Last-Modified-Version": str(self.library_version)}
        if path.endswith("/collections"):
            some = [
                ("TOPCOLL1", "Reading", "false"),
                ("SUBCOLL1", "To read", '"TOPCOLL1"'),
                ("OTHERCO1", "Toads", "false"),
            ]
            found = [form("zotero-collection.json", key=key, name=name, parent=parent) for key, name, parent in some]
        elif path.endswith("/groups"):
            found = [form("zotero-group.json")]
        else:
            items = [
                item for item in self.items if f"/collections/{item.collection}/" in f"/{path}" or "coll" not in path
            ]
            if since := int(parameters.get("since", 0)):
                items = [item for item in items if item.version > since]
            if keys := parameters.get("itemKey", ""):
                items = [item for item in items if item.key in keys.split(",")]
            if parameters.get("format") == "versions":
                return Reply(json.dumps({item.key: item.version for item in items}).encode(), headers=headers)
            headers["Total-Results"] = str(len(items))
            start = int(parameters.get("start", 0))
            found = [
                form("zotero-item.json", key=item.key, version=item.version, collection=item.collection)
                for item in items[start : start + int(parameters.get("limit", len(items)))]
            ]
            if path.rpartition("/")[0].endswith("items") and not path.endswith("/top"):
                return Reply(
                    form("zotero-item.json", key=path[-8:], version=5, collection="").encode(), headers=headers
                )
        return Reply(f"[{','.join(found)}]".encode(), headers=headers)

    def _zotero_web(self, path: str, asked: Asked) -> Reply:
        """Version 3: keys, and items written with a token, which is taken once."""
        headers = {name.lower(): value for name, value in asked.headers.items()}
        if headers.get("zotero-api-key") != self.zotero_key or headers.get("zotero-api-version") != "3":
            return Reply(b"Invalid key", "text/plain", 403)
        if path == "keys/current":
            return Reply(form("zotero-key.json", access=json.dumps(self.zotero_access)).encode())
        if path != "users/4711/items" or not asked.body or headers["content-type"] != JSON:
            return Reply(b"Not found", "text/plain", 404)
        token = headers["zotero-write-token"]
        if token in self.tokens or len(token) != 32:
            return Reply(b"Write token already used", "text/plain", 412)
        self.tokens.add(token)
        sent = json.loads(asked.body)
        if len(sent) > 50:
            return Reply(b"Cannot add more than 50 items at a time", "text/plain", 413)
        long = {str(at): LONG_NOTE for at, item in enumerate(sent) if len(item["note"]) > 250_000}
        taken = {str(at): f"NOTE{at:04}" for at, item in enumerate(sent) if str(at) not in long}
        self.notes += [sent[int(at)] for at in taken]
        return Reply(json.dumps({"successful": {}, "success": taken, "unchanged": {}, "failed": long}).encode())


def form(name: str, /, **values: object) -> str:
    return Template((RECORDED / name).read_text("utf-8")).substitute(values)


class Quiet(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    services: RecordedServices

    def handle_error(self, request: Any, client_address: Any) -> None:
        # Clients that go away are what this server is for; a form that isn't filled is not.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Quiet

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        parameters = {name: values[-1] for name, values in parse_qs(address.query).items()}
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        reply = self.server.services.reply(
            Asked(address.path, address.query, parameters, dict(self.headers), body), self.path
        )
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", reply.type)
        if isinstance(reply.body, bytes):
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)
        else:
            self.send_header("Connection", "close")
            self.end_headers()
            for part in reply.body:
                self.wfile.write(part)
            self.close_connection = True
