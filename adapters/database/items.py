"""Attention items that a person settles; those whose cause has gone are resolved by the engine's own statements."""

from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from adapters.database import queries, statements
from events.translate import outgoing
from workflow.world import Changes

_RESOLVE = """
UPDATE attention SET resolved_at = $2, resolved_by = $3, resolution = $4
WHERE id = $1 AND resolved_at IS NULL RETURNING id
"""


async def resolve(
    pool: "asyncpg.Pool[asyncpg.Record]", item_id: UUID, by: str, how: str, now: datetime
) -> dict[str, Any] | None:
    """Close an item on a person's word and tell the outside; ``None`` where there is none.

    One that was closed before stays as it was and is not told again.
    """
    async with pool.acquire() as connection, connection.transaction():
        if await connection.fetchval(_RESOLVE, item_id, now, by, how):
            for told in outgoing(Changes(resolved={item_id: None}), now):
                await connection.execute(
                    "INSERT INTO outbox (message_id, subject, payload) VALUES ($1, $2, $3)",
                    told.message_id,
                    told.subject,
                    told.payload,
                )
            await connection.execute(statements.WAKE_RELAY)
        row = await connection.fetchrow("SELECT * FROM attention WHERE id = $1", item_id)
    return None if row is None else queries.item(row)
