"""A proxy before a Chroma server that asks for a token and refuses what Chroma's cloud would refuse for its size."""

import json
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "let-me-in"
RECORDS, DOCUMENT, VALUE, ID = 300, 16_384, 4_096, 128
"""Quotas of Chroma's cloud (docs.trychroma.com/cloud/quotas-limits): records in a request, and bytes."""


def too_much(body: dict[str, Any]) -> str:
    """What of a request is beyond the quotas."""
    ids = body.get("ids") or []
    if len(ids) > RECORDS or (body.get("limit") or 0) > RECORDS or (body.get("n_results") or 0) > RECORDS:
        return "records"
    if any(len(id.encode()) > ID for id in ids):
        return "id"
    if any(len(text.encode()) > DOCUMENT for text in body.get("documents") or () if text):
        return "document"
    values = [value for about in body.get("metadatas") or () if about for value in about.values()]
    return "metadata" if any(len(str(value).encode()) > VALUE for value in values) else ""


class QuotaProxy:
    """Context manager. `largest` is the number of records of the largest request that came through."""

    def __init__(self, port: int) -> None:
        self.largest = 0
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *given: object) -> None:
                pass

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = json.loads(body) if body else {}
                if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                    return self.answer(401, b'{"error": "Unauthorized", "message": "no token"}')
                if reason := too_much(asked):
                    return self.answer(429, json.dumps({"error": "Quota", "message": reason}).encode())
                proxy.largest = max(proxy.largest, len(asked.get("ids") or ()))
                behind = HTTPConnection("127.0.0.1", port)
                behind.request(self.command, self.path, body or None, {"Content-Type": "application/json"})
                with behind.getresponse() as answer:
                    self.answer(answer.status, answer.read())
                behind.close()

            do_POST = do_PUT = do_DELETE = do_GET

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> "QuotaProxy":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
