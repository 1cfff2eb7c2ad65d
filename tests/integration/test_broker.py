"""Messages over real JetStream: a worker between two streams."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import nats.js.errors
import orjson
import pytest
from nats.aio.client import Client

from adapters.database import aside, queries
from adapters.database.outbox import PostgresOutbox
from adapters.entrypoints import bootstrap
from adapters.entrypoints.embedded import Urls
from adapters.settings import Settings
from events import topology
from events.relay import Relay
from tests.stories import TRIGGERS, draft, known_id, said, story

Pool = Any


@asynccontextmanager
async def worker(settings: Settings, database_url: str, broker_url: str) -> AsyncIterator[None]:
    """A worker in this process."""
    stop = asyncio.Event()
    task = asyncio.create_task(bootstrap.work(settings, database_url, broker_url, stop))
    yield
    stop.set()
    await task


async def until(condition: Any, seconds: float = 20) -> None:
    """Wait for something that another task does."""
    end = time.monotonic() + seconds
    while not await condition():
        assert time.monotonic() < end, "did not come true in time"
        await asyncio.sleep(0.02)


async def published(client: Client) -> list[dict[str, Any]]:
    """What is on the stream of transitions, in its order."""
    js = client.jetstream()
    info = await js.stream_info(topology.STREAM_OUT)
    found = []
    for sequence in range(1, info.state.messages + 1):
        message = await js.get_msg(topology.STREAM_OUT, sequence)
        if (message.subject or "").startswith("kervan.out.shipment."):
            found.append(orjson.loads(message.data or b""))
    return found


async def test_a_story_on_the_broker_comes_out_as_six_transitions_in_order(
    settings: Settings, urls: Urls, database_url: str, broker: Client
) -> None:
    """Eight messages in; six CloudEvents out, each with its id, its cause and its place."""
    js = broker.jetstream()
    for arrival in story(0):
        await js.publish(arrival.subject, arrival.body)
    async with worker(settings, database_url, urls.broker_url):

        async def there() -> bool:
            return len(await published(broker)) == 6

        await until(there)
    events = await published(broker)
    assert [event["id"] for event in events] == [f"{known_id(0)}:{n}" for n in range(1, 7)]
    assert tuple(event["data"]["trigger"] for event in events) == TRIGGERS
    assert events[1]["causationid"] == "invoice-0"
    assert events[1]["data"] | {"occurred_at": "", "actor": ""} == {
        "shipment_id": known_id(0),
        "seller": "1234567890",
        "reference": "order-0",
        "from": "validated",
        "to": "invoiced",
        "trigger": "invoice",
        "sequence": 2,
        "occurred_at": "",
        "actor": "",
    }


GARBAGE: dict[str, tuple[str, bytes]] = {
    "not_json": ("kervan.in.courier.pts", b"\xff\xfe not json"),
    "wrong_envelope": ("kervan.in.courier.pts", b'{"specversion": "0.3"}'),
    "unknown_type": (
        "kervan.in.courier.pts",
        said("courier/pts", "courier.teleported.v1", "g1", {}).body,
    ),
    "source_mismatch": (
        "kervan.in.courier.pts",
        said("courier/ups", "courier.checkpoint.v1", "g2", {}).body,
    ),
    "wrong_subject": ("kervan.in.customs.x", said("customs/x", "shipment.drafted.v1", "g3", draft("g")).body),
    "too_large": ("kervan.in.orders.shop", b'{"a": "' + b"x" * 1_000_000 + b'"}'),
    "nan": (
        "kervan.in.orders.shop",
        said("orders/shop", "shipment.drafted.v1", "g4", draft("g")).body.replace(b'"1.2"', b"NaN"),
    ),
    "deep": ("kervan.in.orders.shop", b"[" * 100_000),
    "nul_character": (
        "kervan.in.orders.shop",
        said("orders/shop", "shipment.drafted.v1", "g5", draft("g\x00")).body,
    ),
    "number": (
        "kervan.in.orders.shop",
        said("orders/shop", "shipment.drafted.v1", "g6", draft("g")).body.replace(b'"1.2"', b"1.2"),
    ),
}
"""What nobody should send, by what it is."""


async def test_garbage_is_refused_listed_and_stops_nothing(
    settings: Settings, urls: Urls, database_url: str, broker: Client, connections: Pool
) -> None:
    """Every kind of garbage is kept with its reason; a good message after it is applied."""
    js = broker.jetstream()
    for subject, body in GARBAGE.values():
        await js.publish(subject, body)
    good = said("orders/shop", "shipment.drafted.v1", "good", draft("good"))
    await js.publish(good.subject, good.body)
    async with worker(settings, database_url, urls.broker_url):

        async def applied() -> bool:
            return bool(await connections.fetchval("SELECT count(*) FROM shipment WHERE stage = 'validated'"))

        async def listed() -> bool:
            return len(await aside.listed(connections, "refused", 50, None)) == len(GARBAGE)

        await until(applied)
        await until(listed)
    codes = {row["code"] for row in await aside.listed(connections, "refused", 50, None)}
    wanted = {"not_json", "wrong_envelope", "unknown_type", "source_mismatch", "wrong_subject", "too_large", "nul_character"}
    assert codes == wanted | {"wrong_data"}
    largest = await connections.fetchrow("SELECT length(body) AS kept, body_size FROM refused WHERE code = 'too_large'")
    assert tuple(largest) == (256 * 1024, 1_000_009)
    assert all(
        item["reason"] == "message_unreadable"
        for item in await queries.attention(connections, resolved=False, limit=50, after=None)
    )


async def test_ten_thousand_pieces_of_garbage_do_not_hold_up_the_good_ones(
    settings: Settings, urls: Urls, database_url: str, broker: Client, connections: Pool
) -> None:
    """10,000 in a row before a good message: it is through within seconds, all are listed, and one item says so."""
    js = broker.jetstream()
    for begin in range(0, 10_000, 500):
        batch = uuid4().hex
        for place in range(1, 501):
            headers = {"Nats-Batch-Id": batch, "Nats-Batch-Sequence": str(place)}
            body = f"garbage {begin + place}".encode()
            if place < 500:
                await broker.publish("kervan.in.courier.pts", body, headers=headers)
            else:
                await broker.request("kervan.in.courier.pts", body, headers=headers | {"Nats-Batch-Commit": "1"}, timeout=10)
    good = said("orders/shop", "shipment.drafted.v1", "good", draft("good"))
    await js.publish(good.subject, good.body)
    began = time.monotonic()
    async with worker(settings, database_url, urls.broker_url):

        async def applied() -> bool:
            return bool(await connections.fetchval("SELECT count(*) FROM shipment"))

        await until(applied, 15)
        assert time.monotonic() - began < 15

        async def listed() -> bool:
            return bool(await connections.fetchval("SELECT count(*) FROM refused") == 10_000)

        await until(listed)
    row = await connections.fetchrow("SELECT count(*) AS items, max(occurrences) AS times FROM attention")
    assert row["items"] == 1


@pytest.mark.parametrize("count", [10, 40], ids=["a few, as a chain", "many, as a batch"])
async def test_the_relay_falls_back_to_one_by_one_when_ids_repeat(
    urls: Urls, database_url: str, broker: Client, connections: Pool, count: int
) -> None:
    """A relay that died after publishing publishes again: what repeats is rejected, yet every id is on the stream once."""
    rows = [(f"m{n}", f"kervan.out.shipment.s{n % 3}", str(n).encode()) for n in range(count)]
    await connections.copy_records_to_table("outbox", columns=["message_id", "subject", "payload"], records=rows)
    js = broker.jetstream()
    for message_id, subject, payload in rows[:4]:
        await js.publish(subject, payload, headers={"Nats-Msg-Id": message_id})
    relay = Relay(PostgresOutbox(database_url), broker)
    task = asyncio.create_task(relay.run())

    async def empty() -> bool:
        return not await connections.fetchval("SELECT count(*) FROM outbox")

    await until(empty)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    info = await js.stream_info(topology.STREAM_OUT)
    assert info.state.messages == count
    assert [(await js.get_msg(topology.STREAM_OUT, n)).data for n in range(1, count + 1)] == [row[2] for row in rows]


async def test_only_one_relay_leads(urls: Urls, database_url: str, broker: Client, connections: Pool) -> None:
    """Two relays on one database: one publishes, the other waits and takes over when the first is gone."""
    first, second = Relay(PostgresOutbox(database_url), broker), Relay(PostgresOutbox(database_url), broker)
    one = asyncio.create_task(first.run())

    async def leads() -> bool:
        return first.leading

    await until(leads)
    two = asyncio.create_task(second.run())
    await asyncio.sleep(0)
    assert not second.leading
    one.cancel()
    with pytest.raises(asyncio.CancelledError):
        await one

    async def took_over() -> bool:
        return second.leading

    await until(took_over)
    two.cancel()
    with pytest.raises(asyncio.CancelledError):
        await two


async def test_an_acknowledged_message_is_on_disk(broker: Client) -> None:
    """The embedded broker's streams are files, and accept atomic batches."""
    for stream in (topology.STREAM_IN, topology.STREAM_OUT, topology.STREAM_TASK):
        config = (await broker.jetstream().stream_info(stream)).config
        assert config.storage == "file"
        assert config.allow_atomic
        # of what comes in the inbox knows repeats: the stream would mistake one courier's id for another's
        assert (config.duplicate_window or 0) >= 600 or stream == topology.STREAM_IN
    with pytest.raises(nats.js.errors.NotFoundError):
        await broker.jetstream().stream_info("KERVAN_ELSE")


@pytest.mark.parametrize("subject", [b"kervan.in.courier.a\x00b", b"kervan.in.courier.\xff\xfe"], ids=["NUL", "not UTF-8"])
async def test_a_subject_that_is_no_text_stops_nobody(
    settings: Settings, urls: Urls, database_url: str, broker: Client, connections: Pool, subject: bytes
) -> None:
    """NATS takes any bytes for a subject: such a message is refused and listed, and those around it are applied."""
    js = broker.jetstream()
    for n in range(20):
        good = said("orders/shop", "shipment.drafted.v1", f"good{n}", draft(f"good{n}"))
        await js.publish(good.subject, good.body)
        if n == 10:
            host, _, port = urls.broker_url.removeprefix("nats://").partition(":")
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(b'CONNECT {"verbose":false}\r\nPUB ' + subject + b" 2\r\nhi\r\nPING\r\n")
            while await reader.readline() != b"PONG\r\n":
                pass
            writer.close()
            await writer.wait_closed()

    async with worker(settings, database_url, urls.broker_url):

        async def applied() -> bool:
            return bool(await connections.fetchval("SELECT count(*) = 20 FROM shipment"))

        async def listed() -> bool:
            return bool(await connections.fetchval("SELECT count(*) = 1 FROM refused"))

        await until(applied)
        await until(listed)


async def test_two_couriers_may_have_the_same_id_for_their_messages(broker: Client) -> None:
    """The stream would take the second for a repeat of the first, acknowledge it and keep nothing; it soon does not."""
    js = broker.jetstream()
    first, second = (topology.subject_of(f"courier/{code}") for code in ("pts", "aras"))
    await js.publish(first, b"{}", headers={"Nats-Msg-Id": "1"})

    async def kept() -> bool:
        return not (await js.publish(second, b"{}", headers={"Nats-Msg-Id": "1"})).duplicate

    await until(kept, seconds=5)
    assert (await js.stream_info(topology.STREAM_IN)).state.messages == 2
