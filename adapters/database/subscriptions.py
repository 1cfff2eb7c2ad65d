"""Subscriptions to what Kervan tells: made, changed, paused, resumed, replayed, removed, and what was tried for them."""

from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import asyncpg

from adapters.database import items, rows
from events.subscriptions import (
    OUTCOME_TEXTS,
    Attempt,
    Delivery,
    Hears,
    Outcome,
    Receiver,
    Secret,
    SubscriptionState,
)
from workflow import attention
from workflow.errors import KervanError

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_COUNTED = """
SELECT s.*, d.waiting, d.given_up, d.oldest FROM subscription s CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'waiting') AS waiting, count(*) FILTER (WHERE state = 'given_up') AS given_up,
           min(noted_at) FILTER (WHERE state = 'waiting') AS oldest
    FROM delivery WHERE subscription = s.id) d
WHERE s.state <> 'removed'
"""
_ADD = """
INSERT INTO subscription (id, name, url, hears, state, state_since, hears_since, salt, key, secret_since, made_by, made_at)
VALUES ($1, $2, $3, $4::jsonb, 'active', $7, $7, $5, $6, $7, $8, $7)
"""
_CHANGE = """
UPDATE subscription SET name = coalesce($2, name), url = coalesce($3, url), hears = coalesce($4::jsonb, hears),
    rest_until = CASE WHEN $3::text IS NULL THEN rest_until END
WHERE id = $1 AND state <> 'removed' RETURNING id
"""
_PAUSE = """
UPDATE subscription SET state = 'paused', state_since = $2, why = '' WHERE id = $1 AND state = 'active' RETURNING id
"""
_RESUME = """
UPDATE subscription AS s SET state = 'active', state_since = $2, why = '', failing_since = NULL, rest_until = NULL,
    hears_since = CASE WHEN s.state = 'disabled' THEN $2 ELSE s.hears_since END,
    replay_from = CASE WHEN s.state = 'disabled' THEN coalesce(s.failing_since, s.state_since) ELSE s.replay_from END,
    replay_after = CASE WHEN s.state = 'disabled' THEN '' ELSE s.replay_after END,
    replay_to = CASE WHEN s.state = 'disabled' THEN $2 ELSE s.replay_to END,
    replay_again = CASE WHEN s.state = 'disabled' THEN false ELSE s.replay_again END
WHERE id = $1 AND state IN ('paused', 'disabled') RETURNING id
"""
_REMOVE = """
UPDATE subscription SET state = 'removed', state_since = $2, why = $3, replay_from = NULL
WHERE id = $1 AND state <> 'removed' RETURNING id
"""
_ROTATE = """
UPDATE subscription SET old_salt = salt, old_key = key, old_until = $4, salt = $2, key = $3, secret_since = $5
WHERE id = $1 AND state <> 'removed' RETURNING id
"""
_REPLAY = """
UPDATE subscription SET replay_from = $2, replay_after = '', replay_to = $4, replay_again = $3
WHERE id = $1 AND state <> 'removed' RETURNING id
"""
_ATTEMPTS = """
SELECT a.*, d.state AS delivery, d.type, d.tries, d.due_at FROM delivery_attempt a
LEFT JOIN delivery d ON (d.subscription, d.message_id) = (a.subscription, a.message_id)
WHERE a.subscription = $1 AND ($3::timestamptz IS NULL OR (a.at, a.id) < ($3, $4::uuid))
ORDER BY a.at DESC, a.id DESC LIMIT $2
"""
_TRIED = """
SELECT d.message_id, d.about, d.body, d.tries FROM delivery_attempt a
JOIN delivery d ON (d.subscription, d.message_id) = (a.subscription, a.message_id)
WHERE a.subscription = $1 AND a.id = $2
"""
_NOTE_ATTEMPT = """
INSERT INTO delivery_attempt (subscription, message_id, at, outcome, status, duration_ms, answer, by)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
"""
_DELIVERED_AFTER_ALL = """
UPDATE delivery SET state = 'delivered', settled_at = $3 WHERE (subscription, message_id) = ($1, $2) AND state <> 'delivered'
"""


class SubscriptionNameTakenError(KervanError):
    """Another subscription has this name already."""

    def __init__(self, name: str) -> None:
        """Name it."""
        super().__init__(f"There is a subscription named {name!r} already. Choose another name, or remove that one first.")


async def add(pool: Pool, *, name: str, url: str, hears: Hears, secret: Secret, by: str, now: datetime) -> UUID:
    """Make a subscription that hears what is told from now on.

    Raises:
        SubscriptionNameTakenError: the name is in use.
    """
    made = uuid4()
    try:
        await pool.execute(_ADD, made, name, url, rows.json_text(hears.written()), secret.salt, secret.key, now, by)
    except asyncpg.UniqueViolationError:
        raise SubscriptionNameTakenError(name) from None
    return made


async def listed(pool: Pool, limit: int, after: tuple[datetime, UUID] | None = None) -> list[dict[str, Any]]:
    """All that are not removed, the oldest first."""
    found = await pool.fetch(
        f"{_COUNTED} AND ($2::timestamptz IS NULL OR (s.made_at, s.id) > ($2, $3::uuid)) ORDER BY s.made_at, s.id LIMIT $1",
        limit,
        *(after or (None, None)),
    )
    return [_shown(row) for row in found]


async def one(pool: Pool, subscription: UUID) -> dict[str, Any] | None:
    """One that is not removed."""
    row = await pool.fetchrow(f"{_COUNTED} AND s.id = $1", subscription)
    return None if row is None else _shown(row)


async def named(pool: Pool, name: str) -> UUID | None:
    """The id of a subscription by its name, or by its id as text."""
    found = await pool.fetchval("SELECT id FROM subscription WHERE (name = $1 OR id::text = $1) AND state <> 'removed'", name)
    return None if found is None else UUID(int=found.int)


async def change(
    pool: Pool, subscription: UUID, *, name: str | None = None, url: str | None = None, hears: Hears | None = None
) -> bool:
    """Change what is given; whether there is such a one.

    Raises:
        SubscriptionNameTakenError: the name is in use.
    """
    written = None if hears is None else rows.json_text(hears.written())
    try:
        return await pool.fetchval(_CHANGE, subscription, name, url, written) is not None
    except asyncpg.UniqueViolationError:
        raise SubscriptionNameTakenError(name or "") from None


async def pause(pool: Pool, subscription: UUID, now: datetime) -> bool:
    """Deliver nothing for a while; what it hears is kept for it. Whether it was active."""
    return await pool.fetchval(_PAUSE, subscription, now) is not None


async def resume(pool: Pool, subscription: UUID, by: str, now: datetime) -> bool:
    """Deliver again; one that was disabled is also sent what it missed since it failed. Whether it was stopped."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_RESUME, subscription, now) is None:
            return False
        await items.end(connection, item_of(subscription), by, "the subscription is resumed", now)
    return True


async def remove(pool: Pool, subscription: UUID, by: str, now: datetime) -> bool:
    """End it: nothing more is delivered, its name is free again; attempts stay as long as others'. Whether it was there."""
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_REMOVE, subscription, now, f"removed by {by}") is None:
            return False
        await items.end(connection, item_of(subscription), by, "the subscription is removed", now)
    return True


async def rotate(pool: Pool, subscription: UUID, secret: Secret, now: datetime, overlap: timedelta) -> bool:
    """Sign with a new secret, and with the one before too until ``overlap`` is over. Whether there is such a one."""
    return await pool.fetchval(_ROTATE, subscription, secret.salt, secret.key, now + overlap, now) is not None


async def replay(pool: Pool, subscription: UUID, since: datetime, now: datetime, *, again: bool) -> bool:
    """Have what was told since a time sent, from the log; what was delivered is sent again only where ``again``."""
    return await pool.fetchval(_REPLAY, subscription, since, again, now) is not None


async def receiver(pool: Pool, subscription: UUID) -> Receiver | None:
    """A subscription as whoever sends needs it."""
    row = await pool.fetchrow("SELECT * FROM subscription WHERE id = $1 AND state <> 'removed'", subscription)
    return None if row is None else receiving(row)


def receiving(row: asyncpg.Record) -> Receiver:
    """A row of ``subscription`` as whoever sends needs it."""
    old = Secret(row["old_salt"], row["old_key"]) if row["old_salt"] is not None else None
    return Receiver(
        UUID(int=row["id"].int),
        row["name"],
        row["url"],
        Secret(row["salt"], row["key"]),
        old,
        row["old_until"],
    )


async def attempts(
    pool: Pool, subscription: UUID, limit: int, after: tuple[datetime, UUID] | None = None
) -> list[dict[str, Any]]:
    """What was tried for a subscription, the newest first, with what became of each delivery."""
    return [_attempt(row) for row in await pool.fetch(_ATTEMPTS, subscription, limit, *(after or (None, None)))]


async def tried(pool: Pool, subscription: UUID, attempt: UUID) -> Delivery | None:
    """The delivery that an attempt was made for; ``None`` where there is none, or it is kept no more."""
    row = await pool.fetchrow(_TRIED, subscription, attempt)
    return None if row is None else Delivery(row["message_id"], row["about"], row["body"], row["tries"])


async def note_attempt(pool: Pool, subscription: UUID, made: Attempt) -> dict[str, Any]:
    """Keep an attempt that a person had made; a delivery that was given up, or still waits, is done when it succeeded.

    It says nothing of how the subscription fares by itself: that is the deliverer's to find out.
    """
    async with pool.acquire() as connection, connection.transaction():
        known = await connection.fetchval(
            _NOTE_ATTEMPT,
            subscription,
            made.message_id,
            made.at,
            made.outcome,
            made.status,
            made.duration_ms,
            made.answer,
            made.by,
        )
        if made.outcome is Outcome.DELIVERED:
            await connection.execute(_DELIVERED_AFTER_ALL, subscription, made.message_id, made.at)
    return {"id": str(known), **_said(made)}


def item_of(subscription: UUID) -> UUID:
    """The attention item of a subscription that was disabled."""
    return attention.item(attention.Reason.SUBSCRIPTION_DISABLED, str(subscription), "").id


def _said(made: Attempt) -> dict[str, Any]:
    return {
        "message_id": made.message_id,
        "at": made.at,
        "outcome": made.outcome.value,
        "message": dict(zip(("tr", "en"), OUTCOME_TEXTS[made.outcome], strict=True)),
        "status": made.status or None,
        "duration_ms": made.duration_ms,
        "answer": made.answer,
        "by": made.by or None,
    }


def _attempt(row: asyncpg.Record) -> dict[str, Any]:
    made = Attempt(
        row["message_id"], Outcome(row["outcome"]), row["at"], row["duration_ms"], row["status"], row["answer"], row["by"]
    )
    kept = row["delivery"] is not None
    return {
        "id": str(row["id"]),
        **_said(made),
        "type": row["type"] if kept else None,
        "delivery": row["delivery"],
        "tries": row["tries"] if kept else None,
        "next_try_at": row["due_at"] if row["delivery"] == "waiting" else None,
    }


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    replaying = row["replay_from"] is not None
    return {
        "id": str(row["id"]),
        "name": row["name"],
        "url": row["url"],
        "hears": rows.json_object(row["hears"]),
        "state": SubscriptionState(row["state"]).value,
        "state_since": row["state_since"],
        "why": row["why"] or None,
        "made_by": row["made_by"],
        "made_at": row["made_at"],
        "secret_since": row["secret_since"],
        "old_secret_until": row["old_until"],
        "succeeded_at": row["succeeded_at"],
        "failed_at": row["failed_at"],
        "failing_since": row["failing_since"],
        "waiting": row["waiting"],
        "oldest_waiting_at": row["oldest"],
        "given_up": row["given_up"],
        "replay": {"from": row["replay_from"], "to": row["replay_to"]} if replaying else None,
    }
