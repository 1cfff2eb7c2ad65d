"""What fell due: the shipments, ETGBs, claims and parked messages the timer has to look at, and whose turn it is to do so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeAlias
from uuid import UUID

import asyncpg

TURN = 0x74696D6572  # "timer": the advisory lock of whoever looks
_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Looked:
    """A shipment, ETGB, claim or key the timer had to look at; ``due`` tells whether what it waits for has fallen due."""

    key: UUID | str
    look_at: datetime
    sequence: int
    due_at: datetime | None
    due: bool
    about: str | None = None
    """Of a key that is a shipment's id, the shipment as the first message names it; of a number, as its booking does. JSON."""


@dataclass(frozen=True, slots=True)
class Watched:
    """One kind of thing that waits: its SQL, and what comes before the first key."""

    next: str
    least: UUID | str
    later: str = ""
    """Empty where all that is found is due."""


SHIPMENTS = Watched(
    next="""
        SELECT id, look_at, sequence, due_at, coalesce(due_at <= $1 AND NOT overdue, false) FROM shipment
        WHERE look_at <= $1 AND (look_at, id) > ($2, $3) ORDER BY look_at, id LIMIT $4""",
    later="""
        UPDATE shipment SET look_at = CASE WHEN NOT overdue THEN due_at END WHERE id IN (
            SELECT id FROM shipment WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE SKIP LOCKED)
        AND (overdue OR due_at IS NULL OR due_at > $2)""",
    least=UUID(int=0),
)
ETGBS = Watched(
    next="""
        SELECT number, look_at, 0, due_at, coalesce(due_at <= $1, false) FROM etgb
        WHERE look_at <= $1 AND (look_at, number) > ($2, $3) ORDER BY look_at, number LIMIT $4""",
    later="""
        UPDATE etgb SET look_at = due_at WHERE number IN (
            SELECT number FROM etgb WHERE number = ANY($1::text[]) ORDER BY number FOR UPDATE SKIP LOCKED)
        AND (due_at IS NULL OR due_at > $2)""",
    least="",
)
CLAIMS = Watched(
    next="""
        SELECT id, due_at, 0, due_at, true FROM claim
        WHERE due_at <= $1 AND (due_at, id) > ($2, $3) AND EXISTS (
            SELECT FROM shipment_key k WHERE k.key = 'claim:' || claim.id)
        ORDER BY due_at, id LIMIT $4""",
    least=UUID(int=0),
)
"""Claims have no note of the timer's: few wait, and seldom. An empty one is passed over until something comes into it."""
PARKED = Watched(
    next="""
        WITH booked AS MATERIALIZED (
            SELECT 'trk:' || (told.data ->> 'courier') || '/' || btrim(told.data ->> 'tracking_number') AS key,
                min(told.data ->> 'shipment') AS shipment
            FROM parked p JOIN inbox i ON (i.source, i.id) = (p.source, p.message_id)
            JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
            CROSS JOIN LATERAL (SELECT convert_from(b.body, 'UTF8')::json -> 'data' AS data) AS told
            WHERE i.type = 'courier.booked.v1' GROUP BY 1)
        SELECT d.waits_on, d.look_at, 0, d.look_at, true, CASE WHEN d.waits_on LIKE 'id:%' THEN coalesce(
            convert_from(b.body, 'UTF8')::json #> '{data,shipment}',
            convert_from(b.body, 'UTF8')::json #> ARRAY['data', 'lines', (first.part - 1)::text, 'shipment'])::text
            ELSE booked.shipment END
        FROM (
            SELECT waits_on, min(look_at) AS look_at FROM parked WHERE look_at <= $1 GROUP BY waits_on
            HAVING (min(look_at), waits_on) > ($2, $3) ORDER BY 2, 1 LIMIT $4) AS d
        CROSS JOIN LATERAL (
            SELECT p.source, p.message_id, p.part FROM parked p WHERE p.waits_on = d.waits_on
            ORDER BY p.event_at, p.source, p.message_id, p.part LIMIT 1) AS first
        JOIN inbox i ON (i.source, i.id) = (first.source, first.message_id)
        JOIN inbox_body b ON (b.received_at, b.no) = (i.received_at, i.no)
        LEFT JOIN booked ON booked.key = d.waits_on
        ORDER BY d.look_at, d.waits_on""",
    least="",
)
"""One for each thing that parts wait for, however many do; ``json`` takes what ``jsonb`` does not.

Of a tracking number whose booking waits for its order, the order that the booking names."""


async def to_look_at(pool: Pool, watched: Watched, now: datetime, after: Looked | None, limit: int) -> list[Looked]:
    """The next of a kind at which the timer has to look, those that wait longest first."""
    place = (_BEFORE_ALL, watched.least) if after is None else (after.look_at, after.key)
    found = await pool.fetch(watched.next, now, *place, limit)
    return [Looked(UUID(int=key.int) if isinstance(key, UUID) else key, *rest) for key, *rest in found]


async def look_later(pool: Pool, watched: Watched, found: Sequence[Looked], now: datetime) -> None:
    """Have those that are not due (they moved on in time, or were told before) looked at when they will be, or never.

    Nothing that decides is written: ``look_at`` is only the timer's note. A row that somebody works on is passed over; it is
    looked at again the next time.
    """
    if found:
        await pool.execute(watched.later, [one.key for one in found], now)
