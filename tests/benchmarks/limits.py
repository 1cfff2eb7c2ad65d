"""What the machine allows: the same rows by set-based SQL alone, and JetStream's own rates."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import nats

from adapters.database import pool as database
from events import topology
from tests.benchmarks import rig, workload

_ROWS = """
WITH i AS (
    INSERT INTO inbox (source, id, type, subject, event_at, received_at)
    SELECT 'bench', id, 't', 's', $3, $3 FROM unnest($1::text[]) AS g(id) RETURNING id, no
), b AS (
    INSERT INTO inbox_body (received_at, no, body)
    SELECT $3, i.no, g.body FROM i JOIN unnest($1::text[], $4::bytea[]) AS g(id, body) USING (id)
), s AS (
    UPDATE shipment SET stage = 'invoiced', sequence = sequence + 1, version = version + 1, stage_since = $3
    WHERE id = ANY($2::uuid[])
), t AS (
    INSERT INTO transition (shipment, sequence, origin, target, "trigger", occurred_at, recorded_at, source, message_id,
        begun_at, seller)
    SELECT shipment, $5, 'validated', 'invoiced', 'invoice', $3, $3, 'bench', id, $3, 's'
    FROM unnest($1::text[], $2::uuid[]) AS g(id, shipment)
)
INSERT INTO outbox (message_id, subject, payload) SELECT id, 'kervan.out.shipment.invoiced', body
FROM unnest($1::text[], $4::bytea[]) AS g(id, body)
"""


async def sql(place: rig.Place, shipments: int, rounds: int = 6) -> dict[str, Any]:
    """Inbox, state, log and outbox, 500 events a transaction, two connections."""
    here = await rig.fresh(place)
    connected = await database.connect(here.database_url, size=2)
    ids = sorted(uuid4() for _ in range(shipments))
    now = datetime.now(UTC)
    await connected.execute(
        """INSERT INTO shipment (id, seller, reference, stage, stage_since, sequence, version, currency, total,
                                 gross_weight_kg, planned_on, created_at)
           SELECT id, 's', id::text, 'validated', $2, 0, 1, 'EUR', 42, 1, '2026-11-20', $2 FROM unnest($1::uuid[]) AS id""",
        ids,
        now,
    )
    body = b"x" * 420
    jobs = [(step, ids[i : i + 500]) for step in range(1, rounds + 1) for i in range(0, shipments, 500)]
    began = time.perf_counter()

    async def run(mine: list[tuple[int, list[Any]]]) -> None:
        async with connected.acquire() as connection:
            for step, block in mine:
                names = [f"{step}:{i}" for i in block]
                await connection.execute(_ROWS, names, block, now, [body] * len(block), step)

    await asyncio.gather(run(jobs[::2]), run(jobs[1::2]))
    seconds = time.perf_counter() - began
    await connected.close()
    return {"transitions/s": shipments * rounds / seconds}


async def jetstream(place: rig.Place, shipments: int) -> dict[str, Any]:
    """Publish in atomic batches, and fetch with acknowledgements."""
    here = await rig.fresh(place, schema=False)
    client = await nats.connect(here.broker_url)
    arrivals = workload.journeys(shipments)
    began = time.perf_counter()
    await rig.publish(client, arrivals)
    publish = len(arrivals) / (time.perf_counter() - began)
    subscription = await client.jetstream().pull_subscribe(topology.SUBJECT_IN, durable="bench", stream=topology.STREAM_IN)
    began, got = time.perf_counter(), 0
    while got < len(arrivals):
        messages = await subscription.fetch(500, timeout=5)
        for message in messages:
            await message.ack()
        got += len(messages)
    fetch = got / (time.perf_counter() - began)
    await client.close()
    return {"publish/s": publish, "fetch/s": fetch}
