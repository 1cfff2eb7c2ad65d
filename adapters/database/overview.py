"""Figures that the console shows on its first page and in its menu."""

from datetime import datetime
from typing import Any, TypeAlias

import asyncpg

from adapters.database import queries
from adapters.database.seller_lock import sellers, unlocked

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_WAITING = """
SELECT (SELECT count(*) FROM attention WHERE resolved_at IS NULL) AS attention,
    (SELECT count(*) FROM etgb_match WHERE state = 'open') AS matches,
    (SELECT count(*) FROM refused WHERE state = 'refused') AS refused,
    (SELECT count(*) FROM parked) AS parked,
    (SELECT count(*) FROM failed_task WHERE state = 'failed') AS tasks
"""
_NEEDING = f"""
SELECT count(*) FROM attention a WHERE a.resolved_at IS NULL AND {queries.OF_SELLERS.format("$1")}
"""  # noqa: S608 - constants
_ARRIVED = """
SELECT (SELECT count(*) FROM shipment WHERE created_at >= $1) AS orders, moved.* FROM (
    SELECT count(DISTINCT shipment) FILTER (WHERE target = 'handed_to_courier') AS handed_over,
        count(DISTINCT shipment) FILTER (WHERE target = 'etgb_issued') AS etgbs,
        count(DISTINCT shipment) FILTER (WHERE target = 'vedop_transferred') AS vedop
    FROM transition WHERE recorded_at >= $1) AS moved
"""
_ARRIVED_OF = """
WITH moved AS (SELECT t.target, t.shipment FROM shipment s JOIN transition t ON t.shipment = s.id
        AND (t.begun_at = s.created_at OR t.begun_at IS NULL) AND t.recorded_at >= $1
    WHERE s.seller = ANY($2::text[]))
SELECT (SELECT count(*) FROM shipment WHERE seller = ANY($2::text[]) AND created_at >= $1) AS orders,
    (SELECT count(DISTINCT shipment) FROM moved WHERE target = 'handed_to_courier') AS handed_over,
    (SELECT count(DISTINCT shipment) FROM moved WHERE target = 'etgb_issued') AS etgbs,
    (SELECT count(DISTINCT shipment) FROM moved WHERE target = 'vedop_transferred') AS vedop
"""


async def waiting(pool: Pool) -> dict[str, int]:
    """How much waits for a person, by what it is; all from small partial indexes.

    For whoever is bound to sellers only what is theirs to look at.
    """
    bound = list(sellers())
    if bound:
        return {"attention": int(await pool.fetchval(_NEEDING, bound))}
    row = await pool.fetchrow(_WAITING)
    return {} if row is None else {name: int(value) for name, value in row.items()}


async def arrived(pool: Pool, since: datetime) -> dict[str, int]:
    """How many shipments came in, and how many came to the next stages, since a moment."""
    bound = list(sellers())
    asked = (_ARRIVED_OF, since, bound) if bound else (_ARRIVED, since)
    row = await pool.fetchrow(*asked)
    return {} if row is None else {name: int(value) for name, value in row.items()}


@unlocked("how much went out is told to the operator's people alone")
async def published(pool: Pool) -> int:
    """How many messages were ever decided to go out: read from the outbox's sequence, so that nothing is counted."""
    found: Any = await pool.fetchval("SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('outbox', 'id')), 0)")
    return int(found)
