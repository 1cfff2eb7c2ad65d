"""The provider of spans, and what it strikes out of them."""

from importlib.metadata import version

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter

_QUERY = "url.query"


class WithoutQueries(SpanProcessor):
    """Strikes out of a span what a person searched for, before anybody sees it: it may be somebody's name."""

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:  # noqa: ARG002 - the interface is not ours
        """Where a request has a query, only that it had one is kept."""
        if span.attributes and _QUERY in span.attributes:
            span.set_attribute(_QUERY, "REDACTED")


def provider(part: str, exporter: SpanExporter) -> TracerProvider:
    """What makes the spans of this process and gives them away many at a time."""
    made = TracerProvider(resource=Resource.create({"service.name": f"kervan-{part}", "service.version": version("kervan")}))
    made.add_span_processor(WithoutQueries())
    made.add_span_processor(BatchSpanProcessor(exporter))
    return made


def begin(part: str) -> None:
    """Send spans from now on; what is left goes out when the process ends."""
    trace.set_tracer_provider(provider(part, OTLPSpanExporter()))
