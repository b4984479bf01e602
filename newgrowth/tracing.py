"""Sending spans to a collector, where the operator has one (OpenTelemetry, OTLP over HTTP)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from newgrowth.settings import Settings, SettingsInvalid

SERVICE = "newgrowth-directory"
# A collector that does not answer holds up the end of the server for twice so long at most: by what is on its way, and by
# what waits, which goes in one request.
SECONDS = 3.0
MOST_SPANS = 1024
# The client of Elasticsearch makes spans of its own; the bodies of searches, which quote callers, stay out of them.
WITHOUT_BODIES = {"OTEL_PYTHON_INSTRUMENTATION_ELASTICSEARCH_CAPTURE_SEARCH_QUERY": "omit"}


@contextmanager
def traced(settings: Settings) -> Iterator[None]:
    """Spans are sent until the block ends; what waits then is sent first. Raises: SettingsInvalid, without the extra."""
    os.environ.update(WITHOUT_BODIES)
    if settings.traces_to is None:
        yield
        return
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsInvalid(
            ["NEWGROWTH_TRACES_TO is set, which needs OpenTelemetry: install the extra `telemetry`."]
        ) from None
    provider = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    exporter = OTLPSpanExporter(endpoint=settings.traces_to, timeout=SECONDS)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=MOST_SPANS, max_export_batch_size=MOST_SPANS)
    )
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()
