"""Spans for OpenTelemetry; needs the extra `otel`. Importing it raises MissingExtra where that is not installed."""

from rag.errors import MissingExtra

try:
    from rag.otel.tracing import traced, traced_to
except ModuleNotFoundError as error:
    if (error.name or "").split(".")[0] != "opentelemetry":
        raise
    raise MissingExtra("OpenTelemetry is not installed. Run `pip install 'paperchat[otel]'`.") from None

__all__ = ["traced", "traced_to"]
