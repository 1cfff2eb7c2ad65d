"""The relay's side: order within a stream, and one leader whatever happens to its connection."""

import asyncio
import time
from typing import Any, cast

import nats.errors
import pytest
from nats.aio.client import Client

from adapters.database.outbox import PostgresOutbox
from adapters.entrypoints.embedded import Urls
from events import topology
from events.relay import Relay
from workflow.errors import StoreUnavailableError

Pool = Any


async def test_streams_share_the_outbox_and_each_keeps_its_order(
    urls: Urls, broker: Client, connections: Pool, database_url: str
) -> None:
    """News and tasks alternate, more than one batch of them; on its stream each stands in the outbox's order."""
    subjects = ("kervan.out.shipment.draft", "kervan.task.courier.pts", "kervan.out.attention")
    rows = [(f"m{n}", subjects[n % 3], str(n).encode()) for n in range(700)]
    await connections.copy_records_to_table("outbox", columns=["message_id", "subject", "payload"], records=rows)
    relay = Relay(PostgresOutbox(database_url), broker)
    task = asyncio.create_task(relay.run())
    end = time.monotonic() + 15
    while relay.published < len(rows):
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await connections.fetchval("SELECT count(*) FROM outbox")
    for stream, word in ((topology.STREAM_OUT, "out"), (topology.STREAM_TASK, "task")):
        wanted = [payload for _, subject, payload in rows if subject.split(".")[1] == word]
        js = broker.jetstream()
        assert (await js.stream_info(stream)).state.messages == len(wanted)
        found = [(await js.get_msg(stream, n)).data for n in range(1, len(wanted) + 1)]
        assert found == wanted


class LosesOnce:
    """A connection on which one message, sent among others, never reaches the broker."""

    def __init__(self, client: Client, lost: str) -> None:
        self._client = client
        self._lost = lost
        self.lost = 0

    def jetstream(self, **options: Any) -> Any:
        """The real streams."""
        return self._client.jetstream(**options)

    async def request(self, subject: str, payload: bytes, **options: Any) -> Any:
        """Send, but not the message that is to be lost, the first time."""
        if options["headers"]["Nats-Msg-Id"] == self._lost and not self.lost:
            self.lost += 1
            raise nats.errors.TimeoutError
        return await self._client.request(subject, payload, **options)


async def test_a_message_lost_among_others_takes_those_after_it_along(
    broker: Client, connections: Pool, database_url: str
) -> None:
    """Ten go out side by side and the fourth is lost: the later ones do not overtake it, and all come in order."""
    rows = [(f"m{n}", "kervan.out.shipment.draft", str(n).encode()) for n in range(10)]
    await connections.copy_records_to_table("outbox", columns=["message_id", "subject", "payload"], records=rows)
    client = LosesOnce(broker, "m3")
    relay = Relay(PostgresOutbox(database_url), cast("Client", client))
    task = asyncio.create_task(relay.run())
    end = time.monotonic() + 15
    while relay.published < len(rows):
        assert time.monotonic() < end
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert client.lost == 1
    js = broker.jetstream()
    assert (await js.stream_info(topology.STREAM_OUT)).state.messages == len(rows)
    found = [(await js.get_msg(topology.STREAM_OUT, n)).data for n in range(1, len(rows) + 1)]
    assert found == [payload for _, _, payload in rows]


async def test_a_lost_connection_is_a_lost_lead(database_url: str, connections: Pool) -> None:
    """The lock goes with the connection: the old leader takes nothing more until it leads again."""
    first, second = PostgresOutbox(database_url), PostgresOutbox(database_url)
    try:
        assert await first.lead()
        assert not await second.lead()
        await connections.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        end = time.monotonic() + 10
        while not await second.lead():
            assert time.monotonic() < end
            await asyncio.sleep(0.02)
        with pytest.raises(StoreUnavailableError):
            await first.take(10)
        assert not await first.lead()
    finally:
        await first.close()
        await second.close()


async def test_a_leader_takes_over_with_the_rows_that_are_open(
    urls: Urls, broker: Client, connections: Pool, database_url: str
) -> None:
    """The leader's connection is cut in the middle of its work: all rows go out, each once, in order."""
    rows = [(f"m{n}", "kervan.out.shipment.draft", str(n).encode()) for n in range(3000)]
    await connections.copy_records_to_table("outbox", columns=["message_id", "subject", "payload"], records=rows)
    relays = [Relay(PostgresOutbox(database_url), broker) for _ in range(2)]
    tasks = [asyncio.create_task(relay.run()) for relay in relays]
    end = time.monotonic() + 30
    cut = False
    while await connections.fetchval("SELECT count(*) FROM outbox"):
        assert time.monotonic() < end
        if not cut and any(relay.published for relay in relays):
            cut = True
            await connections.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    info = await broker.jetstream().stream_info(topology.STREAM_OUT)
    assert info.state.messages == 3000
    subscription = await broker.jetstream().pull_subscribe(topology.SUBJECT_OUT, stream=topology.STREAM_OUT)
    found: list[bytes] = []
    while len(found) < 3000:
        for message in await subscription.fetch(500, timeout=5):
            found.append(message.data)
            await message.ack()
    assert found == [payload for _, _, payload in rows]
