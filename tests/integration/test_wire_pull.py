"""The worker's side of the broker: batches form by load, nothing sticks, nothing is dropped."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import cast

import pytest
from faststream.nats import NatsBroker
from nats.aio.client import Client

from adapters.entrypoints.embedded import Urls
from events import consumers, topology
from events.intake import Intake
from events.translate import Arrival
from workflow.errors import StoreUnavailableError
from workflow.world import Outcome


class Door:
    """Stands where the intake stands; counts what comes, and fails or waits when told to."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.fails: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()

    async def take(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        """Wait, fail or count."""
        await self.open.wait()
        if self.fails:
            raise self.fails.pop()
        self.batches.append([arrival.body.decode() for arrival in arrivals])
        return []

    @property
    def taken(self) -> list[str]:
        """All that was taken, in order."""
        return [body for batch in self.batches for body in batch]


@asynccontextmanager
async def consuming(urls: Urls, door: Door, *, batch_size: int = 100) -> AsyncIterator[NatsBroker]:
    """The engine's subscribers over a door."""
    broker = consumers.build(urls.broker_url, cast("Intake", door), batch_size=batch_size)
    await broker.start()
    yield broker
    await broker.stop()


async def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not come true in time"
        await asyncio.sleep(0.01)


async def send(client: Client, bodies: Sequence[str]) -> None:
    js = client.jetstream()
    await asyncio.gather(*(js.publish("kervan.in.courier.pts", body.encode()) for body in bodies))


async def unacknowledged(client: Client) -> int:
    info = await client.jetstream().consumer_info(topology.STREAM_IN, topology.ENGINE)
    return (info.num_ack_pending or 0) + (info.num_pending or 0)


async def test_a_lone_message_does_not_wait_for_company(urls: Urls, broker: Client) -> None:
    """One message is taken when it comes, far within the two seconds for which a batch could be filled."""
    door = Door()
    async with consuming(urls, door):
        await asyncio.sleep(0.2)
        began = time.monotonic()
        await send(broker, ["alone"])
        await until(lambda: door.taken == ["alone"])
        assert time.monotonic() - began < 1


async def test_each_message_is_taken_once_and_none_is_left(urls: Urls, broker: Client) -> None:
    """300 messages through batches of at most 100: the case in which FastStream's own loop left some behind."""
    door = Door()
    bodies = [str(n) for n in range(300)]
    async with consuming(urls, door):
        await send(broker, bodies)
        await until(lambda: len(door.taken) >= 300)
        assert Counter(door.taken) == Counter(bodies)
        assert max(len(batch) for batch in door.batches) <= 100
    assert await unacknowledged(broker) == 0


@pytest.mark.parametrize("fault", [StoreUnavailableError("away"), RuntimeError("a fault of ours")], ids=["store", "fault"])
async def test_a_batch_that_fails_comes_again(
    fault: Exception, urls: Urls, broker: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong with a batch, its messages are given back, not dropped."""
    monkeypatch.setattr("events.consumers.random.uniform", lambda low, _high: low / 50)
    door = Door()
    door.fails = [fault]
    async with consuming(urls, door):
        await send(broker, ["a", "b"])
        await until(lambda: sorted(door.taken) == ["a", "b"])
    assert await unacknowledged(broker) == 0


async def test_a_worker_that_stops_gives_back_what_it_had_not_begun(urls: Urls, broker: Client) -> None:
    """Its batches in hand end well; the next worker has the rest at once, long before ``ack_wait``."""
    door, bodies = Door(), [str(n) for n in range(1000)]
    door.open.clear()
    await send(broker, bodies)
    async with consuming(urls, door, batch_size=100) as worker:
        await asyncio.sleep(0.5)
        stopping = asyncio.create_task(worker.stop())
        await asyncio.sleep(0.1)
        door.open.set()
        await stopping
    begun = len(door.taken)
    assert 0 < begun < 1000
    began = time.monotonic()
    async with consuming(urls, door, batch_size=500):
        await until(lambda: len(door.taken) >= 1000)
    assert time.monotonic() - began < topology.ACK_WAIT_S / 2
    assert Counter(door.taken) == Counter(bodies)


async def test_a_worker_survives_the_loss_of_its_consumer(urls: Urls, broker: Client) -> None:
    """The consumer is deleted under its feet: it is made again, and what waits is taken."""
    door = Door()
    async with consuming(urls, door):
        await send(broker, ["before"])
        await until(lambda: door.taken == ["before"])
        await broker.jetstream().delete_consumer(topology.STREAM_IN, topology.ENGINE)
        await asyncio.sleep(0.1)
        await send(broker, ["after"])
        await until(lambda: "after" in door.taken, seconds=30)
