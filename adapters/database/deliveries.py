"""What is to be delivered to subscriptions: noted many at a time, taken by one process each, settled with its attempts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import past, rows
from adapters.database.save import columns
from adapters.database.subscriptions import receiving
from events.subscriptions import RAISED, RESOLVED, Attempt, Delivery, Hears, Listener, Next, Outcome, Receiver, Told, Why

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

KEPT = timedelta(days=30)
"""How long settled deliveries and attempts are kept."""
_CLEANED_AT_ONCE = 5000

_LISTENERS = "SELECT id, hears, hears_since FROM subscription WHERE state IN ('active', 'paused')"
_ITEMS = """
SELECT a.id::text, a.reason, coalesce(s.seller, c.seller, '') AS seller FROM attention a
LEFT JOIN shipment s ON s.id = a.shipment LEFT JOIN claim c ON c.id = a.claim
WHERE a.id = ANY($1::uuid[])
"""
_NOTE = """
INSERT INTO delivery (subscription, message_id, type, about, body, noted_at, due_at)
SELECT *, $6::timestamptz, $6 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[])
ON CONFLICT DO NOTHING
"""
_TAKE = """
WITH due AS (
    SELECT d.subscription, d.message_id FROM subscription s CROSS JOIN LATERAL (
        SELECT w.subscription, w.message_id FROM delivery w
        WHERE w.subscription = s.id AND w.state = 'waiting' AND w.due_at <= $1
        ORDER BY w.due_at, w.id LIMIT $3 FOR UPDATE SKIP LOCKED) d
    WHERE s.state = 'active' AND (s.rest_until IS NULL OR s.rest_until <= $1))
UPDATE delivery t SET due_at = $2 FROM due
WHERE (t.subscription, t.message_id) = (due.subscription, due.message_id)
RETURNING t.subscription, t.message_id, t.about, t.body, t.tries, t.id
"""
_RECEIVERS = "SELECT * FROM subscription WHERE id = ANY($1::uuid[])"
_ATTEMPTS = """
INSERT INTO delivery_attempt (subscription, message_id, at, outcome, status, duration_ms, answer)
SELECT $1, * FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::int[], $6::int[], $7::text[])
"""
_SETTLE = """
UPDATE delivery d SET tries = n.tries, due_at = coalesce(n.due_at, d.due_at),
    state = CASE WHEN n.delivered THEN 'delivered' WHEN n.due_at IS NULL THEN 'given_up' ELSE 'waiting' END,
    settled_at = CASE WHEN n.due_at IS NULL THEN $6::timestamptz END
FROM unnest($2::text[], $3::int[], $4::timestamptz[], $5::boolean[]) AS n (message_id, tries, due_at, delivered)
WHERE d.subscription = $1 AND d.message_id = n.message_id AND d.state = 'waiting'
"""
_FARES = """
UPDATE subscription SET succeeded_at = CASE WHEN $2 THEN $4 ELSE succeeded_at END,
    failed_at = CASE WHEN $3 THEN $4 ELSE failed_at END,
    failing_since = CASE WHEN $2 THEN NULL WHEN $3 THEN coalesce(failing_since, $4) ELSE failing_since END, rest_until = $5
WHERE id = $1 RETURNING failing_since
"""
_DISABLE = """
UPDATE subscription SET state = 'disabled', state_since = $3, why = $2 WHERE id = $1 AND state IN ('active', 'paused')
"""
_CLEAN = (
    """DELETE FROM delivery WHERE (subscription, message_id) IN (
           SELECT subscription, message_id FROM delivery WHERE state <> 'waiting' AND settled_at < $1 LIMIT $2)""",
    "DELETE FROM delivery_attempt WHERE id IN (SELECT id FROM delivery_attempt WHERE at < $1 LIMIT $2)",
    """DELETE FROM delivery WHERE (subscription, message_id) IN (
           SELECT d.subscription, d.message_id FROM delivery d JOIN subscription s ON s.id = d.subscription
           WHERE s.state = 'removed' AND s.state_since < $1 LIMIT $2)""",
)
_REPLAYING = """
SELECT id, hears, replay_from, replay_after, replay_to, replay_again FROM subscription
WHERE replay_from IS NOT NULL AND state <> 'removed' ORDER BY replay_to LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_AGAIN = """
INSERT INTO delivery AS d (subscription, message_id, type, about, body, noted_at, due_at)
SELECT *, $6::timestamptz, $6 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::bytea[])
ON CONFLICT (subscription, message_id) DO UPDATE SET state = 'waiting', tries = 0, due_at = excluded.due_at, settled_at = NULL
WHERE d.state = 'given_up' OR (d.state = 'delivered' AND $7)
"""
_REPLAYED = """
UPDATE subscription SET replay_from = $2, replay_after = $3, replay_to = CASE WHEN $2::timestamptz IS NULL THEN NULL
    ELSE replay_to END WHERE id = $1
"""


class Deliveries:
    """The table ``delivery`` and what belongs to it, over a pool."""

    def __init__(self, pool: Pool) -> None:
        """Nothing is read yet."""
        self._pool = pool

    async def listeners(self) -> list[Listener]:
        """Who hears what, at this moment."""
        found = await self._pool.fetch(_LISTENERS)
        return [
            Listener(UUID(int=row["id"].int), Hears.read(rows.json_object(row["hears"])), row["hears_since"]) for row in found
        ]

    async def known_items(self, told: Sequence[Told]) -> list[Told]:
        """The same, with seller and reason of attention items, which their news do not tell."""
        ids = [one.id.partition(":")[0] for one in told if one.type in {RAISED, RESOLVED}]
        found = {row["id"]: row for row in await self._pool.fetch(_ITEMS, [UUID(i) for i in ids])} if ids else {}
        complete = []
        for one in told:
            row = found.get(one.id.partition(":")[0]) if one.type in {RAISED, RESOLVED} else None
            complete.append(one if row is None else replace(one, seller=row["seller"], reason=row["reason"]))
        return complete

    async def note(self, heard: Sequence[tuple[UUID, Told]], now: datetime) -> None:
        """Note what is to be delivered to whom; what is noted already stays as it is."""
        if heard:
            await self._pool.execute(_NOTE, *columns(_noted(heard), 5), now)

    async def take(self, now: datetime, until: datetime, each: int) -> dict[Receiver, list[Delivery]]:
        """What is due, up to so many for each subscription, in their order; nobody else is given them before ``until``."""
        taken = sorted(await self._pool.fetch(_TAKE, now, until, each), key=lambda row: row["id"])
        if not taken:
            return {}
        ids = sorted({row["subscription"] for row in taken})
        receivers = {row["id"]: receiving(row) for row in await self._pool.fetch(_RECEIVERS, ids)}
        found: dict[Receiver, list[Delivery]] = {receiver: [] for receiver in receivers.values()}
        for row in taken:
            one = Delivery(row["message_id"], row["about"], row["body"], row["tries"])
            found[receivers[row["subscription"]]].append(one)
        return found

    async def settle(
        self,
        subscription: UUID,
        attempts: Sequence[Attempt],
        following: Sequence[Next],
        now: datetime,
        rest_until: datetime | None,
    ) -> datetime | None:
        """Keep what was tried and what is next; gives since when the subscription has been failing, if it has."""
        succeeded = any(made.outcome is Outcome.DELIVERED for made in attempts)
        failed = any(made.outcome not in {Outcome.DELIVERED, Outcome.FAULT} for made in attempts)
        tried = [(a.message_id, a.at, a.outcome.value, a.status, a.duration_ms, a.answer) for a in attempts]
        settled = [(n.message_id, n.tries, n.due_at, n.delivered) for n in following]
        async with self._pool.acquire() as connection, connection.transaction():
            if tried:
                await connection.execute(_ATTEMPTS, subscription, *columns(tried, 6))
            await connection.execute(_SETTLE, subscription, *columns(settled, 4), now)
            since: datetime | None = await connection.fetchval(_FARES, subscription, succeeded, failed, now, rest_until)
        return since

    async def disable(self, subscription: UUID, why: Why, now: datetime) -> None:
        """Serve a subscription no more, until a person resumes it."""
        await self._pool.execute(_DISABLE, subscription, why.value, now)

    async def replay_some(self, now: datetime, limit: int) -> bool:
        """Take one replay a step further; whether there was anything to do."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_REPLAYING)
            if row is None:
                return False
            hears = Hears.read(rows.json_object(row["hears"]))
            page = await past.told(connection, row["replay_from"], row["replay_after"], row["replay_to"], limit)
            heard = [(row["id"], one) for one in page.told if one in hears]
            if heard:
                await connection.execute(_AGAIN, *columns(_noted(heard), 5), now, row["replay_again"])
            await connection.execute(_REPLAYED, row["id"], page.next_from, page.next_after)
        return True

    async def clean(self, now: datetime) -> None:
        """Delete what is settled for long, some at a time."""
        for statement in _CLEAN:
            done = f"DELETE {_CLEANED_AT_ONCE}"
            while done == f"DELETE {_CLEANED_AT_ONCE}":
                done = await self._pool.execute(statement, now - KEPT, _CLEANED_AT_ONCE)


def _noted(heard: Collection[tuple[UUID, Told]]) -> list[tuple[object, ...]]:
    return [(subscription, one.id, one.type, one.about, one.body) for subscription, one in heard]
