"""Figures that the console shows on its first page and in its menu."""

from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_WAITING = """
SELECT (SELECT count(*) FROM attention WHERE resolved_at IS NULL) AS attention,
    (SELECT count(*) FROM etgb_match WHERE state = 'open') AS matches,
    (SELECT count(*) FROM refused WHERE state = 'refused') AS refused,
    (SELECT count(*) FROM parked) AS parked,
    (SELECT count(*) FROM failed_task WHERE state = 'failed') AS tasks
"""
_ARRIVED = """
SELECT (SELECT count(*) FROM shipment WHERE created_at >= $1) AS orders,
    (SELECT count(*) FROM transition WHERE recorded_at >= $1 AND target = 'handed_to_courier') AS handed_over,
    (SELECT count(*) FROM transition WHERE recorded_at >= $1 AND target = 'etgb_issued') AS etgbs,
    (SELECT count(*) FROM transition WHERE recorded_at >= $1 AND target = 'vedop_transferred') AS vedop
"""


async def waiting(pool: Pool) -> dict[str, int]:
    """How much waits for a person, by what it is; all from small partial indexes."""
    row = await pool.fetchrow(_WAITING)
    return {} if row is None else {name: int(value) for name, value in row.items()}


async def arrived(pool: Pool, since: datetime) -> dict[str, int]:
    """What came in and moved since a moment."""
    row = await pool.fetchrow(_ARRIVED, since)
    return {} if row is None else {name: int(value) for name, value in row.items()}


async def published(pool: Pool) -> int:
    """How many messages were ever decided to go out: read from the outbox's sequence, so that nothing is counted."""
    found: Any = await pool.fetchval("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'id')), 0)")
    return int(found)
