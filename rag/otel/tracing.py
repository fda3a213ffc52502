"""What LlamaIndex's dispatcher tells, as spans of OpenTelemetry: turns, their steps, and calls of models within."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import BoundArguments
from typing import Any

from llama_index_instrumentation import get_dispatcher
from llama_index_instrumentation.span import BaseSpan
from llama_index_instrumentation.span_handlers import BaseSpanHandler
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from pydantic import PrivateAttr

UUID_LENGTH = 36


class Open(BaseSpan):
    """A span that is not over yet."""

    span: Any


class Spans(BaseSpanHandler[Open]):
    """Names, times and kinds of errors only: arguments and results hold the text of papers and questions."""

    _tracer: trace.Tracer = PrivateAttr()

    def __init__(self, tracer: trace.Tracer) -> None:
        super().__init__()
        self._tracer = tracer

    def new_span(
        self,
        id_: str,
        bound_args: BoundArguments,
        instance: Any | None = None,
        parent_span_id: str | None = None,
        tags: dict[str, Any] | None = None,
        **more: Any,
    ) -> Open:
        parent = self.open_spans.get(parent_span_id or "")
        # Without one of the dispatcher's, the parent is what the program around has opened itself.
        context = trace.set_span_in_context(parent.span) if parent else None
        name = id_[: -UUID_LENGTH - 1]
        return Open(id_=id_, parent_id=parent_span_id, span=self._tracer.start_span(name, context))

    def prepare_to_exit_span(
        self,
        id_: str,
        bound_args: BoundArguments,
        instance: Any | None = None,
        result: Any | None = None,
        **more: Any,
    ) -> Open | None:
        ended = self.open_spans.get(id_)
        if ended:
            ended.span.end()
        return ended

    def prepare_to_drop_span(
        self,
        id_: str,
        bound_args: BoundArguments,
        instance: Any | None = None,
        err: BaseException | None = None,
        **more: Any,
    ) -> Open | None:
        ended = self.open_spans.get(id_)
        if ended:
            # Not its message, which may quote what was asked.
            ended.span.set_status(trace.StatusCode.ERROR, type(err).__name__)
            ended.span.end()
        return ended


@contextmanager
def traced(exporter: SpanExporter) -> Iterator[None]:
    """Spans of all turns until its end go to `exporter`; at its end, those that are still on their way."""
    service = os.environ.get("OTEL_SERVICE_NAME", "paperchat")
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    spans, dispatcher = Spans(provider.get_tracer("paperchat")), get_dispatcher()
    dispatcher.add_span_handler(spans)
    try:
        yield
    finally:
        dispatcher.span_handlers = [handler for handler in dispatcher.span_handlers if handler is not spans]
        provider.shutdown()


@contextmanager
def traced_to(address: str) -> Iterator[None]:
    """As `traced`, to a collector that speaks OTLP over gRPC: `http://127.0.0.1:4317`."""
    with traced(OTLPSpanExporter(endpoint=address)):
        yield
