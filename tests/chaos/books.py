"""What must hold after each fault, and what must stand in the books at the end."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import nats.errors
import nats.js.errors
import orjson
from nats.aio.client import Client
from nats.js import JetStreamContext

from events import topology
from events.translate import Arrival, Unreadable, read
from tests.chaos.load import Identity, Told, connected
from tests.law import BOOK
from tests.stories import START
from tests.unit.memory import MemoryStore
from workflow.apply import Engine
from workflow.world import Policy

_READ_WITHIN_S = 120
_BROKEN_SEQUENCES = """
SELECT shipment::text, sequence FROM (
    SELECT shipment, sequence, origin,
           lag(sequence, 1, 0) OVER by_shipment AS last, lag(target) OVER by_shipment AS was
    FROM transition WINDOW by_shipment AS (PARTITION BY shipment ORDER BY sequence)) step
WHERE sequence <> last + 1 OR origin IS DISTINCT FROM coalesce(was, origin)
"""
_STALE = """
SELECT s.id::text FROM shipment s
LEFT JOIN LATERAL (SELECT max(sequence) AS last FROM transition t WHERE t.shipment = s.id) log ON true
WHERE s.sequence <> coalesce(log.last, 0)
"""
LOG = """
SELECT s.seller, s.reference, t.sequence, t.origin, t.target, t."trigger", t.source, t.message_id
FROM transition t JOIN shipment s ON s.id = t.shipment ORDER BY 1, 2, 3
"""
_MISSING = """
SELECT source, id FROM unnest($1::text[], $2::text[]) told (source, id)
WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.source = told.source AND i.id = told.id)
"""
_MARK = 24
"""How long a poisonous message's mark is at most."""
_EXPLAINED = frozenset({"message_unreadable", "message_refused"})
"""The attention that poison raises; the journeys raise none."""

_LATER = START + timedelta(days=6)
"""When the model hears of it all: no date of a journey is ahead of it."""

Connection = Any


async def missing(connection: Connection, told: Sequence[Identity]) -> list[Identity]:
    """Which messages are not kept."""
    if not told:
        return []
    rows = await connection.fetch(_MISSING, [one[0] for one in told], [one[1] for one in told])
    return [(row["source"], row["id"]) for row in rows]


async def unlisted(connection: Connection, marks: set[str]) -> set[str]:
    """Which poisonous messages are not listed as refused."""
    rows = await connection.fetch("SELECT DISTINCT body FROM refused")
    return marks - {mark for row in rows for mark in marks_in(row["body"])}


def marks_in(body: bytes) -> list[str]:
    """The mark of a poisonous message: ``poison-<fault>-<number>.``."""
    place = body.find(b"poison-")
    return [] if place < 0 else [body[place : place + _MARK].split(b".", 1)[0].decode("utf-8", "replace")]


async def broken(connection: Connection) -> list[str]:
    """Shipments whose log has a gap or does not follow from itself, or that do not stand where their log ends."""
    gaps = [f"{row[0]} has a gap at {row[1]}" for row in await connection.fetch(_BROKEN_SEQUENCES)]
    return gaps + [f"{row[0]} is not where its log ends" for row in await connection.fetch(_STALE)]


async def of_the_model(journeys: Sequence[Sequence[Arrival]]) -> list[tuple[Any, ...]]:
    """The log as the pure model has it: each journey in its order, over a store in memory."""
    found: list[tuple[Any, ...]] = []
    for messages in journeys:
        store = MemoryStore()
        engine = Engine(store, lambda: _LATER, Policy(law=BOOK))
        for arrival in messages:
            message = read(arrival, _LATER)
            assert not isinstance(message, Unreadable), message
            (outcome,) = await engine.apply([message])
            assert outcome.state == "applied", outcome
        (shipment,) = store.world.shipments.values()
        found += [
            (
                shipment.seller,
                shipment.reference,
                one.sequence,
                str(one.origin),
                str(one.target),
                str(one.trigger),
                one.actor,
                one.message_id,
            )
            for one in store.log
        ]
    return sorted(found)


async def differences(database_url: str, servers: list[str], told: Told, journeys: Sequence[Sequence[Arrival]]) -> list[str]:
    """Whatever is not as an undisturbed run would have left it, in words; nothing where all is as it should be."""
    connection = await asyncpg.connect(database_url)
    try:
        wrong = await _of_the_database(connection, told, journeys)
        log = await connection.fetch("SELECT shipment::text, sequence FROM transition")
    finally:
        await connection.close()
    return wrong + await _of_the_stream(servers, {f"{row['shipment']}:{row['sequence']}" for row in log})


async def _of_the_database(connection: Connection, told: Told, journeys: Sequence[Sequence[Arrival]]) -> list[str]:
    wrong = [f"refused at the door: {answer}" for answer in told.refused]
    wrong += await broken(connection)
    everything = [tuple(arrival.token.split(":", 1)) for messages in journeys for arrival in messages]
    wrong += [f"told and never taken: {one}" for one in set(everything) - set(told.messages)]
    wrong += [f"taken and lost: {one}" for one in await missing(connection, list(told.messages))]
    wrong += [f"poison that is not listed: {mark}" for mark in sorted(await unlisted(connection, told.poison))]
    for name in ("parked", "outbox"):
        if left := await connection.fetchval(f"SELECT count(*) FROM {name}"):
            wrong.append(f"{left} rows are left in {name}")
    rows = await connection.fetch("SELECT source, message_id, code, body FROM refused WHERE state <> 'replayed'")
    wrong += [f"refused, and no poison: {row[0]} {row[1]} {row[2]}" for row in rows if not marks_in(row["body"])]
    states = await connection.fetch("SELECT state, count(*) FROM inbox WHERE id NOT LIKE 'poison-%' GROUP BY 1")
    if {row[0]: row[1] for row in states} != {"applied": len(told.messages)}:
        wrong.append(f"the inbox has {[tuple(row) for row in states]}, told were {len(told.messages)}")
    reasons = await connection.fetch("SELECT reason, count(*) FROM attention WHERE resolved_at IS NULL GROUP BY 1")
    wrong += [f"attention that nothing explains: {row[0]} ({row[1]})" for row in reasons if row[0] not in _EXPLAINED]
    model = await of_the_model(journeys)
    log = [tuple(row) for row in await connection.fetch(LOG)]
    if sorted(log) != model:
        more, less = Counter(log) - Counter(model), Counter(model) - Counter(log)
        wrong.append(f"the log has {len(log)} steps, the model {len(model)}; more: {list(more)[:5]}, less: {list(less)[:5]}")
    return wrong


async def _of_the_stream(servers: list[str], wanted: set[str]) -> list[str]:
    events = await published(servers)
    ids = Counter(event["id"] for event in events)
    wrong = [f"published {times} times: {one}" for one, times in ids.items() if times > 1]
    wrong += [f"in the log and never published: {one}" for one in sorted(wanted - set(ids))]
    wrong += [f"published and not in the log: {one}" for one in sorted(set(ids) - wanted)]
    last: defaultdict[str, int] = defaultdict(int)
    for event in events:
        data = event["data"]
        if data["sequence"] > last[data["shipment_id"]] + 1:
            wrong.append(f"{event['id']} overtook the one before it")
        last[data["shipment_id"]] = max(last[data["shipment_id"]], data["sequence"])
    return wrong


async def published(servers: list[str]) -> list[dict[str, Any]]:
    """Every transition on the stream, from its beginning."""
    client = await connected(servers, "an auditor")
    found: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(_READ_WITHIN_S):
            subscription, left = await _from_the_beginning(client)
            while left:
                try:
                    messages = await subscription.fetch(500, timeout=2)
                except (TimeoutError, nats.errors.TimeoutError):
                    continue
                found += [orjson.loads(message.data) for message in messages]
                for message in messages:
                    await message.ack()
                left = messages[-1].metadata.num_pending
            return found
    finally:
        await client.close()


async def _from_the_beginning(client: Client) -> tuple[JetStreamContext.PullSubscription, int]:
    """A reader of the stream and how much it has before it; a cluster that still chooses its leaders is waited for."""
    while True:
        try:
            subscription = await client.jetstream().pull_subscribe("kervan.out.shipment.>", stream=topology.STREAM_OUT)
            return subscription, (await subscription.consumer_info()).num_pending or 0
        except (TimeoutError, nats.errors.Error, nats.js.errors.ServiceUnavailableError):
            await asyncio.sleep(0.5)
