"""`ui.traces`: spans of what is asked over HTTP reach a collector."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import grpc
import pytest
from browser.server import PageServer
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span

SECONDS = 60


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps the spans that it is sent; `has_turn` is set once a whole turn was among them."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.has_turn = threading.Event()

    def Export(self, request: trace_service_pb2.ExportTraceServiceRequest, context: object) -> object:
        for resource in request.resource_spans:
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        if any(span.name == "paperchat.turn" for span in self.spans):
            self.has_turn.set()
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    """A collector of OTLP over gRPC, and its address."""
    server, kept = grpc.server(ThreadPoolExecutor(2)), Collector()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(kept, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield kept, f"http://127.0.0.1:{port}"
    server.stop(None).wait()


def test_the_steps_of_what_is_asked_over_http_reach_a_collector(
    small_index: Path, collector: tuple[Collector, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, address = collector
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")  # milliseconds until spans are sent
    with PageServer(small_index, UI__TRACES=address) as server:
        question = json.dumps({"question": "By how many degrees do barn owls turn their heads?"}).encode()
        asked = Request(f"{server.address}api/ask", question, {"content-type": "application/json"})
        assert "270" in json.loads(urlopen(asked).read())["text"]
        assert kept.has_turn.wait(SECONDS)
    assert {"paperchat.retrieve", "paperchat.answer", "paperchat.check"} <= {span.name for span in kept.spans}
    assert b"owls" not in b"".join(span.SerializeToString() for span in kept.spans)
