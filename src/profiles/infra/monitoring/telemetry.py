"""Send traces with OpenTelemetry where its standard variables ask for it (extra ``otel``).

``OTEL_EXPORTER_OTLP_ENDPOINT`` or ``OTEL_TRACES_EXPORTER`` switches it on; the other ``OTEL_*`` variables
have their usual meaning. While it is off, nothing of it is imported.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import structlog

log = structlog.get_logger(__name__)

_SWITCHES: Final = (
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_TRACES_EXPORTER",
)
_is_on = False


def is_on() -> bool:
    """Tell whether this process sends traces."""
    return _is_on


def is_wanted() -> bool:
    """Tell whether the environment asks for traces."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return False
    return any(os.environ.get(name, "none") not in {"", "none"} for name in _SWITCHES)


def start(*, role: str) -> None:
    """Start sending traces from this process if the environment asks for it, before Django is set up."""
    global _is_on  # noqa: PLW0603  one for each process
    if _is_on or not is_wanted():
        return
    try:
        from opentelemetry import trace
        from opentelemetry.instrumentation.aiohttp_client import AioHttpClientInstrumentor
        from opentelemetry.instrumentation.django import DjangoInstrumentor
        from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
    except ImportError as error:
        log.warning("telemetry.not_installed", missing=error.name, extra="profiles[otel]")
        return
    os.environ.setdefault("OTEL_SERVICE_NAME", f"profiles-{role}")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(_processor())
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()
    PsycopgInstrumentor().instrument()
    # Addresses of ORCID contain iDs: only the host is kept.
    AioHttpClientInstrumentor().instrument(url_filter=_host_only)
    _is_on = True


def _processor() -> Any:
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SimpleSpanProcessor

    if os.environ.get("OTEL_TRACES_EXPORTER") == "console":
        return SimpleSpanProcessor(ConsoleSpanExporter())
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return BatchSpanProcessor(OTLPSpanExporter())


def _host_only(url: Any) -> str:
    return str(url.origin())


def current_traceparent() -> str:
    """Return the span of OpenTelemetry that is open here, as a traceparent; empty without one."""
    if not _is_on:
        return ""
    from opentelemetry import trace

    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return ""
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{int(span.trace_flags):02x}"


@contextmanager
def attached(traceparent: str) -> Iterator[None]:
    """Let spans that are opened here continue this trace, unless they do already."""
    if not _is_on or current_traceparent().split("-")[1:2] == traceparent.split("-")[1:2]:
        yield
        return
    from opentelemetry import context
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    token = context.attach(TraceContextTextMapPropagator().extract({"traceparent": traceparent}))
    try:
        yield
    finally:
        context.detach(token)
