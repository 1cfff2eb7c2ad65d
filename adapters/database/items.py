"""Attention items that end by a person's doing, at once or by a replay; the others end by the engine's own statements."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.database import claim_statements, queries, rows, statements
from adapters.database.seller_lock import unlocked
from events.translate import outgoing
from workflow import attention
from workflow.world import Changes

_RESOLVE = """
UPDATE attention SET resolved_at = $2, resolved_by = $3, resolution = $4
WHERE id = $1 AND resolved_at IS NULL RETURNING id, reason, detail, shipment, claim
"""

_REPLAYED = "UPDATE refused SET state = 'replayed' WHERE id = $1 RETURNING subject, code"
_LEFT = "SELECT count(*) FROM refused WHERE subject = $1 AND code = $2 AND state = 'refused'"


@unlocked("it writes; the item was seen through the lock before")
async def resolve(
    pool: "asyncpg.Pool[asyncpg.Record]", item_id: UUID, by: str, how: str, now: datetime
) -> dict[str, Any] | None:
    """Close an item on a person's word and tell the outside; ``None`` where there is none.

    One that was closed before stays as it was and is not told again.
    """
    async with pool.acquire() as connection, connection.transaction():
        await end(connection, item_id, by, how, now)
        row = await connection.fetchrow("SELECT * FROM attention WHERE id = $1", item_id)
    return None if row is None else queries.item(row, now)


async def end(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", item_id: UUID, by: str, how: str, now: datetime
) -> None:
    """The same in the transaction that is open: what ends the item and its end are one.

    Who says that a claim was corrected in another way says that what came back by then is given back.
    """
    ended = await connection.fetchrow(_RESOLVE, item_id, now, by, how)
    if ended is None:
        return
    if ended["reason"] == attention.Reason.CLAIM_REVERSAL_NEEDED and ended["claim"] is not None:
        await connection.execute(claim_statements.GIVEN_BACK, [ended["claim"]], [ended["shipment"]])
    await _tell(connection, ended, now)


async def replayed(pool: "asyncpg.Pool[asyncpg.Record]", held_id: UUID, now: datetime) -> None:
    """Note that a refused message was read after all; with the last of its subject and cause, their item ends."""
    async with pool.acquire() as connection, connection.transaction():
        found = await connection.fetchrow(_REPLAYED, held_id)
        if found is None:
            return
        cause = f"{found['subject']} {found['code']}"
        item_id = attention.item(attention.Reason.MESSAGE_UNREADABLE, cause, "").id
        left = await connection.fetchval(_LEFT, found["subject"], found["code"])
        if not left:
            await end(connection, item_id, "kervan", "the cause is gone", now)


async def _tell(connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]", ended: asyncpg.Record, now: datetime) -> None:
    """Put the news that an item is resolved into the outbox."""
    for told in outgoing(Changes(resolved={ended["id"]: rows.item(ended)}), now):
        await connection.execute(
            "INSERT INTO outbox (message_id, subject, payload) VALUES ($1, $2, $3)",
            told.message_id,
            told.subject,
            told.payload,
        )
    await connection.execute(statements.WAKE_RELAY)
