"""One trace leads from a door over database and broker to what was published."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from nats.aio.client import Client
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from adapters.database.outbox import PostgresOutbox
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from adapters.tracing.sending import WithoutQueries
from events import topology
from events.relay import Relay
from tests.integration.http_app import Web
from tests.integration.test_webhooks import send, web
from tests.stories import said, story

__all__ = ["web"]

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Spans:
    """What was told to the collector."""

    def __init__(self, exporter: InMemorySpanExporter) -> None:
        self._exporter = exporter

    def of(self, trace_id: str) -> list[ReadableSpan]:
        """The spans of one trace, in the order in which they ended."""
        finished = self._exporter.get_finished_spans()
        return [one for one in finished if one.context and trace.format_trace_id(one.context.trace_id) == trace_id]

    def all(self) -> list[ReadableSpan]:
        """Every one."""
        return list(self._exporter.get_finished_spans())


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Spans:
    """A provider for the test alone, which keeps what it is told."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(WithoutQueries())
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "_TRACER_PROVIDER", provider)
    return Spans(exporter)


def chain(found: list[ReadableSpan]) -> Iterator[tuple[str, str]]:
    """Each span's name, and that of the span below which it hangs."""
    names = {one.context.span_id: one.name for one in found if one.context}
    for one in found:
        yield one.name, names.get(one.parent.span_id, "the caller") if one.parent else ""


async def published(database_url: str, broker: Client, count: int) -> None:
    """Let a relay publish so many events."""
    relay = Relay(PostgresOutbox(database_url), broker)
    task = asyncio.create_task(relay.run())
    async with asyncio.timeout(20):
        while relay.published < count:
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_trace_leads_from_a_webhook_to_the_published_transition(
    web: Web, spans: Spans, database_url: str, broker: Client
) -> None:
    """The caller's request, ours, the scan that was taken, and the hand-over on the broker: each below the one before."""
    draft, invoice, booked, scan, *_ = story(1)
    await web.intake.take([draft, invoice, booked])
    async with web.as_() as client:
        client.headers["traceparent"] = CALLER
        answer = await send(client, orjson.dumps(orjson.loads(scan.body)["data"]))
        assert answer.status_code == 202
    await published(database_url, broker, 3)
    found = spans.of(CALLER.split("-")[1])
    assert list(chain(found)) == [
        ("POST /webhooks/{courier}", "the caller"),
        ("take courier.checkpoint.v1", "POST /webhooks/{courier}"),
        ("publish kervan.out.shipment.handed_to_courier", "take courier.checkpoint.v1"),
    ]
    assert dict(found[1].attributes or {})["kervan.outcome"] == "applied"
    event = await broker.jetstream().get_last_msg(topology.STREAM_OUT, "kervan.out.shipment.handed_to_courier")
    assert orjson.loads(event.data or b"")["traceparent"].split("-")[1] == CALLER.split("-")[1]


async def test_a_message_that_names_its_trace_keeps_it_through_a_worker(
    settings: Settings, urls: Urls, database_url: str, broker: Client, spans: Spans
) -> None:
    """Over the broker: each shipment's draft has a trace of its own, also where one batch takes them all."""
    traces = [f"{number:032x}" for number in range(1, 4)]
    for number, one in enumerate(traces):
        draft, *_ = story(number)
        body = orjson.dumps(orjson.loads(draft.body) | {"traceparent": f"00-{one}-b7ad6b7169203331-01"})
        await broker.jetstream().publish(draft.subject, body)
    stop = asyncio.Event()
    task = asyncio.create_task(bootstrap.work(settings, database_url, urls.broker_url, stop))
    async with asyncio.timeout(30):
        while sum(one.name.startswith("publish ") for one in spans.all()) < 3:
            await asyncio.sleep(0.02)
    stop.set()
    await task
    for one in traces:
        assert list(chain(spans.of(one))) == [
            ("take shipment.drafted.v1", "the caller"),
            ("publish kervan.out.shipment.validated", "take shipment.drafted.v1"),
        ]


async def test_what_names_no_trace_begins_one(web: Web, spans: Spans) -> None:
    """Two messages of one batch are two stories."""
    await web.intake.take([next(story(1)), next(story(2))])
    by_trace: defaultdict[int, list[str]] = defaultdict(list)
    for one in spans.all():
        assert one.context
        by_trace[one.context.trace_id].append(one.name)
    assert list(by_trace.values()) == [["take shipment.drafted.v1"]] * 2


async def test_what_somebody_searched_for_is_in_no_span(web: Web, spans: Spans) -> None:
    """A query may be a consignee's name."""
    async with web.as_("viewer") as client:
        assert (await client.get("/api/shipments", params={"q": "Mustermann"})).status_code == 200
    told = [str(dict(one.attributes or {})) for one in spans.all()]
    assert [text for text in told if "REDACTED" in text]
    assert not [text for text in told if "Mustermann" in text]


async def test_what_is_refused_says_so_in_its_span(web: Web, spans: Spans) -> None:
    """By state and code, without its words."""
    await web.intake.take(
        [
            said(
                "ops/x",
                "shipment.cancel.v1",
                "1",
                {"shipment": {"id": "0" * 8 + "-0000-0000-0000-" + "0" * 12}, "reason": "Mustermann"},
                attended=True,
            )
        ]
    )
    (one,) = spans.all()
    about: dict[str, Any] = dict(one.attributes or {})
    assert (about["kervan.outcome"], about["kervan.code"] != "") == ("refused", True)
    assert "Mustermann" not in str(about)
