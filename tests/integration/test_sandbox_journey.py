"""The sandbox counterparties over a real broker, with a worker that decides on real PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from nats.aio.client import Client
from nats.js.api import ConsumerConfig

from adapters.couriers.sandbox import SandboxCourier
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.invoicing.sandbox import SandboxIntegrator
from adapters.sandbox import Manners
from adapters.settings import Settings
from adapters.tax_office.sandbox import SandboxTaxOffice
from events import topology
from events.outgoing import envelope
from events.tasks import Handler, TaskWorker
from tests.stories import SELLER, TRIGGERS, draft, said
from workflow.refund import claim_id
from workflow.values import vat_period

Pool = Any
SHIPMENTS = 20
RUDE = Manners(delay_s=0.01, jitter_s=0.01, duplicate_share=0.3, disorder_share=0.3, seed=7)
SOON_S = 30


@pytest.fixture
def settings() -> Settings:
    """All tasks go to the sandbox."""
    tasks = {"invoicing": "sandbox", "courier": "sandbox", "tax_office": "sandbox"}
    return Settings(database_url="", broker_url="", tasks=tasks)


@asynccontextmanager
async def going(urls: Urls, database_url: str, settings: Settings, client: Client) -> AsyncIterator[None]:
    """A worker, and the sandboxes with bad manners."""
    stop = asyncio.Event()
    handlers: dict[str, Handler] = {
        "invoicing": SandboxIntegrator(RUDE),
        "courier": SandboxCourier(RUDE, consolidate=6, gather_s=0.1),
        "tax_office": SandboxTaxOffice(RUDE),
    }
    answering = [asyncio.create_task(TaskWorker(client, family, "sandbox", one).run()) for family, one in handlers.items()]
    working = asyncio.create_task(bootstrap.work(settings, database_url, urls.broker_url, stop))
    try:
        yield
    finally:
        stop.set()
        await working
        for one in answering:
            one.cancel()
        await asyncio.gather(*answering, return_exceptions=True)


async def arrived(client: Client, stage: str, number: int) -> None:
    """Wait until so many transitions into a stage are on the stream."""
    listening = await client.jetstream().subscribe(topology.out_shipment(stage), stream=topology.STREAM_OUT)
    async with asyncio.timeout(SOON_S):
        for _ in range(number):
            await listening.next_msg(timeout=SOON_S)
    await listening.unsubscribe()


async def test_a_day_with_bad_manners_ends_in_a_filed_claim(
    urls: Urls, database_url: str, connections: Pool, settings: Settings, broker: Client
) -> None:
    """Drafts go in on the broker; tasks and answers do the rest, though a third of them comes twice or late."""
    js = broker.jetstream()
    async with going(urls, database_url, settings, broker):
        for n in range(SHIPMENTS):
            one = said("orders/shop", "shipment.drafted.v1", f"d{n}", draft(f"order-{n}"), at=bootstrap.now())
            await js.publish(one.subject, one.body)
        await arrived(broker, "vedop_transferred", SHIPMENTS)
        period = vat_period(await connections.fetchval("SELECT closed_on FROM etgb LIMIT 1"))
        claim = str(claim_id(SELLER, period, 0))
        kind = "claim_filing.requested.v1"
        body = envelope(source="kervan", id=f"file:{claim}", type=kind, time=bootstrap.now(), data={"claim": claim})
        await js.publish(topology.task("tax_office", "sandbox"), body)
        await arrived(broker, "refund_filed", SHIPMENTS)

    log = await connections.fetch('SELECT shipment, array_agg("trigger" ORDER BY sequence) AS moves FROM transition GROUP BY 1')
    assert len(log) == SHIPMENTS
    assert {tuple(row["moves"]) for row in log} == {TRIGGERS}
    assert await connections.fetchval("SELECT count(*) FROM refused") == 0
    assert await connections.fetchval("SELECT sum(repeats) FROM inbox") > 0
    assert await connections.fetchval("SELECT count(*) FROM inbox WHERE parked_at IS NOT NULL") > 0
    etgbs = await connections.fetch("SELECT etgb, count(*) AS n FROM etgb_line GROUP BY 1")
    assert sum(row["n"] for row in etgbs) == SHIPMENTS
    assert max(row["n"] for row in etgbs) > 1
    assert await connections.fetchval("SELECT count(DISTINCT invoice_number) FROM shipment") == SHIPMENTS


async def test_a_task_done_but_not_acknowledged_is_answered_again_with_the_same_ids(broker: Client) -> None:
    """A counterpart that dies between answering and acknowledging says the same again; Kervan knows the ids."""
    js = broker.jetstream()
    data = {"shipment": {"id": "6f1c7d0e-6f0e-5d7c-9b0a-0f0e4c2b9a11"}, "currency": "EUR", "total": "42.00"}
    body = envelope(source="kervan", id="task-1", type="invoice.requested.v1", time=bootstrap.now(), data=data)
    await js.publish(topology.task("invoicing", "sandbox"), body)
    integrator = SandboxIntegrator(Manners(delay_s=0, jitter_s=0))

    config = ConsumerConfig(ack_wait=topology.ACK_WAIT_S, max_ack_pending=20_000)
    durable = await js.pull_subscribe(
        topology.task("invoicing", "sandbox"), durable="invoicing-sandbox", stream=topology.STREAM_TASK, config=config
    )
    (message,) = await durable.fetch(1, timeout=5)
    (first,) = await integrator(orjson.loads(message.data))
    await js.publish(first.subject, first.body)
    await message.nak()

    answers = await js.subscribe("kervan.in.invoicing.sandbox", stream=topology.STREAM_IN)
    answering = asyncio.create_task(TaskWorker(broker, "invoicing", "sandbox", integrator).run())
    found = [(await answers.next_msg(timeout=SOON_S)).data for _ in range(2)]
    answering.cancel()
    await asyncio.gather(answering, return_exceptions=True)
    assert found == [first.body, first.body]
