"""A worker tells those who watch it how it is and what it did."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from nats.aio.client import Client

from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls, processes
from adapters.entrypoints.embedded.errors import PortTakenError
from adapters.settings import Settings
from events import topology
from tests.stories import story


@pytest.fixture
async def watched(settings: Settings, urls: Urls, database_url: str, broker: Client) -> AsyncIterator[httpx.AsyncClient]:
    """A worker with a port for its figures, once it answers there."""
    settings.metrics_port = processes.any_port()
    stop = asyncio.Event()
    task = asyncio.create_task(bootstrap.work(settings, database_url, urls.broker_url, stop))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.metrics_port}") as client:
        async with asyncio.timeout(20):
            while not await _answers(client):
                assert not task.done()
        yield client
        stop.set()
        await task


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == 200
    except httpx.ConnectError:
        await asyncio.sleep(0.02)
        return False


def _summed(text: str, metric: str) -> float:
    return sum(float(value) for value in re.findall(rf"^{metric}(?:{{.*}})? (.*)$", text, re.MULTILINE))


async def test_it_counts_what_it_decided_and_published(watched: httpx.AsyncClient, broker: Client) -> None:
    """Decisions by outcome, batches, and what its relay put on the broker."""
    js = broker.jetstream()
    for arrival in story(1):
        await js.publish(arrival.subject, arrival.body)
    text = ""

    async def told() -> tuple[float, float]:
        nonlocal text
        text = (await watched.get("/metrics")).text
        return _summed(text, "kervan_messages_total"), _summed(text, "kervan_published_total")

    async with asyncio.timeout(60):
        while await told() != (8, 8):
            await asyncio.sleep(0.02)
    assert (await js.stream_info(topology.STREAM_OUT)).state.messages == 8, "six transitions, and two of the claim"
    assert 'kervan_messages_total{state="applied"}' in text
    assert "kervan_relay_leads 1.0\n" in text
    assert "kervan_batch_seconds_total 0.0\n" not in text
    assert "kervan_pool_size_max 10.0\n" in text
    assert "process_resident_memory_bytes" in text


async def test_it_is_alive_and_ready(watched: httpx.AsyncClient) -> None:
    """Both are for probes: one says that the loop turns, the other that database and broker are there."""
    assert (await watched.get("/healthz")).json() == {"status": "ok"}
    assert (await watched.get("/readyz")).json() == {"status": "ready", "checks": {"database": True, "broker": True}}
    assert (await watched.get("/api/shipments")).status_code == 404


async def test_a_port_that_is_taken_is_named_by_its_setting(
    watched: httpx.AsyncClient, settings: Settings, urls: Urls, database_url: str
) -> None:
    """Two workers on one machine need two ports."""
    with pytest.raises(PortTakenError, match="KERVAN_METRICS_PORT"):
        await bootstrap.work(settings, database_url, urls.broker_url, asyncio.Event())
