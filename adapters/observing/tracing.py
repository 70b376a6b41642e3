"""Spans for OpenTelemetry, the one file that imports it: an extra, off unless an address is set.

A span holds names and row numbers. Of an error only its type: its text may quote somebody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from adapters.observing.watch import Span

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

SERVICE = "throughline"


class TracingMissing(Exception):
    """The extra is not installed."""


def spans_to(endpoint: str) -> tuple[Span, Callable[[], None]]:
    """Spans that are sent to a collector over OTLP (HTTP), in batches; the second ends that and sends what is
    left, which may take some seconds. Raises `TracingMissing`."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise TracingMissing(
            "OTEL_EXPORTER_OTLP_ENDPOINT needs OpenTelemetry: pip install 'throughline-bot[otel]'"
        ) from error
    return spans_of(BatchSpanProcessor(OTLPSpanExporter(endpoint.rstrip("/") + "/v1/traces")))


def spans_of(processor: SpanProcessor) -> tuple[Span, Callable[[], None]]:
    """Spans that `processor` gets, and how to end it."""
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import StatusCode

    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: SERVICE}), shutdown_on_exit=False)
    provider.add_span_processor(processor)
    tracer = provider.get_tracer(SERVICE)

    @contextmanager
    def span(name: str, **marks: str | int) -> Iterator[None]:
        with tracer.start_as_current_span(
            name, attributes=marks, record_exception=False, set_status_on_exception=False
        ) as current:
            try:
                yield
            except BaseException as error:
                current.set_attribute("error.type", type(error).__name__)
                current.set_status(StatusCode.ERROR)
                raise

    return span, provider.shutdown
