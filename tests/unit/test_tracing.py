"""Traces: off unless they are wanted, and said where they cannot be had."""

import sys
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from adapters import observability, tracing
from adapters.settings import Settings, WrongSettingsError
from events import tracing as spans
from events.translate import read
from tests.stories import START, story
from workflow.message import Message


def test_nothing_is_traced_unless_it_is_wanted() -> None:
    """No provider, no span, and a message keeps the trace that it names."""
    tracing.configure(Settings().traces, "worker")
    assert not spans.on()
    message = read(next(story(1)), START)
    assert isinstance(message, Message)
    message.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with spans.taking([message]) as told, spans.publishing([("kervan.out.claim", b"not JSON")]):
        told([])
    assert message.traceparent == "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    assert spans.current() == ""


def test_traces_that_are_wanted_and_cannot_be_sent_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than a collector that stays empty."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    monkeypatch.delitem(sys.modules, "adapters.tracing.sending", raising=False)
    monkeypatch.delattr(tracing, "sending", raising=False)
    with pytest.raises(tracing.TracingMissingError, match=r"kervan\[tracing\]"):
        tracing.configure("otlp", "worker")


def test_another_way_of_sending_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There are two words."""
    monkeypatch.setenv("KERVAN_TRACES", "jaeger")
    with pytest.raises(WrongSettingsError, match="KERVAN_TRACES"):
        Settings()


def test_a_line_that_is_logged_in_a_span_names_its_trace() -> None:
    """So that lines and spans are found by each other; outside of any there is nothing to name."""
    line: dict[str, Any] = {"event": "batch taken"}
    assert "trace" not in observability.tell_trace(None, "info", dict(line))
    with TracerProvider(shutdown_on_exit=False).get_tracer("test").start_as_current_span("x") as span:
        told = observability.tell_trace(None, "info", dict(line))
    assert told["trace"] == trace.format_trace_id(span.get_span_context().trace_id)
