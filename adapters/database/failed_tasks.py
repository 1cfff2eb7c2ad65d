"""Tasks that were tried for the last time: listed, and asked again on a person's word."""

from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import items, statements
from events import topology

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_SUBJECT = f"{topology.TASK}."
_LIST = """
SELECT t.*, s.reference FROM failed_task t LEFT JOIN shipment s ON s.id = t.shipment
WHERE state = $1 AND ($3::timestamptz IS NULL OR (failed_at, t.id) > ($3, $4::uuid))
  AND (state <> 'failed' OR EXISTS (SELECT FROM attention a WHERE a.id = t.id AND a.resolved_at IS NULL))
  AND ($5 = '' OR subject = $5)
ORDER BY failed_at, t.id LIMIT $2
"""
_COUNTS = """
SELECT subject, count(*) AS tasks FROM failed_task t
WHERE state = 'failed' AND EXISTS (SELECT FROM attention a WHERE a.id = t.id AND a.resolved_at IS NULL) GROUP BY subject
"""
_AGAIN = """
UPDATE failed_task SET state = 'asked_again', again = again + 1 WHERE id = $1 AND state = 'failed'
RETURNING task, subject, body, again
"""


async def listed(
    pool: Pool, state: str, limit: int, after: tuple[datetime, UUID] | None = None, counterpart: str = ""
) -> list[dict[str, Any]]:
    """Failed tasks whose attention item is open, or those that were asked again since, the oldest first.

    ``counterpart`` is whom they were asked of (``courier.navlungo``); empty for all.

    One whose item has ended, since what was asked for came otherwise or a person said so, is kept but needs nobody.
    """
    subject = f"{_SUBJECT}{counterpart}" if counterpart else ""
    rows = await pool.fetch(_LIST, state, limit, *(after or (None, None)), subject)
    return [_shown(row) for row in rows]


async def counts(pool: Pool) -> dict[str, int]:
    """How many tasks failed and need somebody, by counterpart (``courier.navlungo``)."""
    return {row["subject"].removeprefix(_SUBJECT): row["tasks"] for row in await pool.fetch(_COUNTS)}


async def ask_again(pool: Pool, failed: UUID, by: str, now: datetime) -> dict[str, Any] | None:
    """Have a failed task done once more, under its own id, so that what a counterpart did of it already is found.

    Its attention item is settled; should it fail again, it is raised again. Of two persons at once one asks; a task that is
    asked already stays so. ``None`` where there is none.
    """
    async with pool.acquire() as connection, connection.transaction():
        row = await connection.fetchrow(_AGAIN, failed)
        if row is not None:
            await connection.execute(
                "INSERT INTO outbox (message_id, subject, payload) VALUES ($1, $2, $3)",
                f"{row['task']}:again:{row['again']}",
                row["subject"],
                row["body"],
            )
            await connection.execute(statements.WAKE_RELAY)
    if row is not None:
        await items.resolve(pool, failed, by, "the task is tried again", now)
    found = await pool.fetchrow("SELECT * FROM failed_task WHERE id = $1", failed)
    return None if found is None else _shown(found)


def _shown(row: asyncpg.Record) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "task": row["task"],
        "type": row["kind"],
        "counterpart": row["subject"].removeprefix(_SUBJECT),
        "shipment_id": str(row["shipment"]) if row["shipment"] is not None else None,
        "reference": row.get("reference"),
        "code": row["code"],
        "detail": row["detail"],
        "tries": row["tries"],
        "state": row["state"],
        "asked_again": row["again"],
        "failed_at": row["failed_at"],
    }
