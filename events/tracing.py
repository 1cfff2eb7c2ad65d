"""Traces: spans of OpenTelemetry from a door to what was published, in the trace that a message names by ``traceparent``.

Without a provider (``KERVAN_TRACES``) nothing is made, and asking whether there is one is all it costs. A message that is taken
gets its span's context for its own, so that all it causes, over the database and the outbox to the broker, hangs below it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import orjson
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from workflow.message import Message
from workflow.world import Outcome

_NAME = "kervan"
_FIELD = "traceparent"
_NAMES_ONE = f'"{_FIELD}":'.encode()
_W3C = TraceContextTextMapPropagator()

Attributes = Mapping[str, str | int]
Told = Callable[[Sequence[Outcome]], None]


def on() -> bool:
    """Whether anybody wants to have traces."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider | trace.NoOpTracerProvider)


def current() -> str:
    """The context of the span in which the caller is, as ``traceparent``; empty where there is none."""
    carrier: dict[str, str] = {}
    if trace.get_current_span().get_span_context().is_valid:
        _W3C.inject(carrier)
    return carrier.get(_FIELD, "")


def _parent(traceparent: str) -> Context | None:
    """What a message names; one that names nothing belongs to what goes on, or begins a trace of its own."""
    return _W3C.extract({_FIELD: traceparent}, Context()) if traceparent else None


def _context_of(span: Span) -> str:
    carrier: dict[str, str] = {}
    _W3C.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier.get(_FIELD, "")


@contextmanager
def taking(messages: Sequence[Message]) -> Iterator[Told]:
    """A span for each message while its batch is decided and committed; what became of them is told by the block.

    A message alone is also what the lines logged meanwhile belong to.
    """
    if not on():
        yield lambda _: None
        return
    tracer = trace.get_tracer(_NAME)
    spans: list[Span] = []
    for message in messages:
        about: Attributes = {"kervan.type": message.type, "kervan.batch": len(messages)}
        span = tracer.start_span(f"take {message.type}", _parent(message.traceparent), SpanKind.CONSUMER, about)
        message.traceparent = _context_of(span) or message.traceparent
        spans.append(span)

    def told(outcomes: Sequence[Outcome]) -> None:
        for span, outcome in zip(spans, outcomes, strict=True):
            span.set_attributes({"kervan.outcome": outcome.state, "kervan.code": outcome.code})

    try:
        if len(spans) == 1:
            with trace.use_span(spans[0], record_exception=False, set_status_on_exception=False):
                yield told
        else:
            yield told
    finally:
        for span in spans:
            span.end()


@contextmanager
def publishing(payloads: Sequence[tuple[str, bytes]]) -> Iterator[None]:
    """A span for each event, by subject and envelope, until the broker has acknowledged it."""
    if not on():
        yield
        return
    tracer = trace.get_tracer(_NAME)
    spans: list[Span] = []
    for subject, payload in payloads:
        about: Attributes = {"messaging.system": "nats", "messaging.destination.name": subject}
        named = orjson.loads(payload)[_FIELD] if _NAMES_ONE in payload else ""
        spans.append(tracer.start_span(f"publish {subject}", _parent(named), SpanKind.PRODUCER, about))
    try:
        yield
    finally:
        for span in spans:
            span.end()
