"""Shipments as tables show them: one narrow row each, a page at a time, or all that a filter lets through."""

from collections.abc import AsyncIterator
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import found as found_of
from adapters.database import search
from adapters.database.search import Cursor
from adapters.database.seller_lock import sellers
from workflow import lifecycle
from workflow.stages import Stage

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_ROW = """
SELECT s.id, s.reference, s.seller, c.seller_name, c.consignee_name, s.country, c.terms #>> '{consignee,address,city}' AS city,
    s.stage, s.stage_since, s.lifecycle, s.due_at, s.look_at, s.overdue OR coalesce(e.overdue, '') <> '' AND s.stage IN
        ('etgb_issued', 'vedop_transferred') AS late, s.held, s.total, s.currency, s.gross_weight_kg, s.courier,
    s.tracking_number, s.delivery_status, s.delivery_at, s.invoice_number, s.invoice_issued_on, s.etgb_number, e.registered_on,
    e.closed_on, s.vedop_seen_on, s.claim, s.planned_on, s.created_at,
    (SELECT count(*) FROM attention a WHERE a.shipment = s.id AND a.resolved_at IS NULL) AS attention
FROM shipment s JOIN shipment_content c ON c.shipment = s.id
LEFT JOIN etgb e ON e.number = s.etgb_number AND s.etgb_number <> ''
"""


async def page(
    pool: Pool, filters: dict[str, Any], limit: int, after: Cursor | None = None, *, names: bool = True
) -> list[dict[str, Any]]:
    """A page of rows, newest first; ``names`` tells whether ``q`` finds people and whether they are named."""
    found, values = await found_of.ids(pool, filters, names=names, limit=limit, after=after)
    query = f"{_ROW} WHERE s.id IN (SELECT id FROM ({found}) AS found) {search.NEWEST} LIMIT {limit:d}"  # noqa: S608 - ours
    rows = await pool.fetch(query, *values)
    return [_shown(row, names=names) for row in rows]


async def every(
    pool: Pool, filters: dict[str, Any], *, names: bool, most: int, at_once: int = 1000
) -> AsyncIterator[list[dict[str, Any]]]:
    """All rows that a filter lets through, so many at a time and not more than ``most``: what an export writes."""
    after: Cursor | None = None
    left = most
    while left > 0:
        rows = await page(pool, filters, min(at_once, left), after, names=names)
        if rows:
            yield rows
        if len(rows) < min(at_once, left):
            return
        left -= len(rows)
        after = (rows[-1]["created_at"], rows[-1]["id"])


async def count(pool: Pool, filters: dict[str, Any], *, names: bool, most: int) -> int:
    """How many shipments a filter lets through; counting stops at ``most``, which is then to be read as "at least"."""
    found, values = await found_of.ids(pool, filters, names=names, limit=most, newest=False)
    return min(most, int(await pool.fetchval(f"SELECT count(*) FROM ({found}) AS counted", *values)))  # noqa: S608 - ours


async def by_stage(pool: Pool, filters: dict[str, Any], *, names: bool, most: int) -> list[tuple[UUID, Stage, str]]:
    """Id, stage and reference of what a filter lets through, at most so many, the newest first: whom a bulk action concerns."""
    found, values = await found_of.ids(pool, filters, names=names, limit=most)
    rows = await pool.fetch(
        f"""SELECT s.id, s.stage, s.reference FROM shipment s WHERE s.id IN (SELECT id FROM ({found}) AS found)
            {search.NEWEST} LIMIT {most:d}""",  # noqa: S608 - ours
        *values,
    )
    return [(UUID(int=row["id"].int), Stage(row["stage"]), row["reference"]) for row in rows]


async def choices(pool: Pool) -> dict[str, list[Any]]:
    """What the filters offer: couriers, and sellers with their names; found by steps along an index, not over all rows."""
    bound = sellers()
    if bound:
        named, couriers = await pool.fetch(_NAMES_OF, list(bound)), await pool.fetch(_COURIERS_OF, list(bound), _LOOKED_AT)
    else:
        named, couriers = await pool.fetch(_SELLERS), await pool.fetch(_COURIERS)
    return {
        "sellers": [(row["seller"], row["name"] or "") for row in named],
        "couriers": sorted(row["courier"] for row in couriers),
    }


_SELLERS = """
WITH RECURSIVE step AS (
    (SELECT seller FROM shipment ORDER BY seller LIMIT 1)
    UNION ALL SELECT (SELECT s.seller FROM shipment s WHERE s.seller > step.seller ORDER BY s.seller LIMIT 1)
    FROM step WHERE step.seller IS NOT NULL)
SELECT seller, (SELECT c.seller_name FROM shipment s JOIN shipment_content c ON c.shipment = s.id
    WHERE s.seller = step.seller LIMIT 1) AS name FROM step WHERE seller IS NOT NULL LIMIT 200
"""
_COURIERS = """
WITH RECURSIVE step AS (
    (SELECT split_part(substr(key, 5), '/', 1) AS courier FROM shipment_key WHERE key >= 'trk:' AND key < 'trk;'
     ORDER BY key LIMIT 1)
    UNION ALL SELECT (SELECT split_part(substr(k.key, 5), '/', 1) FROM shipment_key k
        WHERE k.key >= 'trk:' || step.courier || '0' AND k.key < 'trk;' ORDER BY k.key LIMIT 1)
    FROM step WHERE step.courier IS NOT NULL)
SELECT DISTINCT courier FROM step WHERE courier IS NOT NULL LIMIT 100
"""
"""Couriers by their bookings: ``0`` is the character after ``/``, so each step jumps over all parcels of one courier."""


_LOOKED_AT = 10_000
_NAMES_OF = """
SELECT w.seller, (SELECT c.seller_name FROM shipment s JOIN shipment_content c ON c.shipment = s.id
    WHERE s.seller = w.seller ORDER BY s.created_at DESC, s.id DESC LIMIT 1) AS name FROM unnest($1::text[]) AS w(seller)
"""
_COURIERS_OF = """
SELECT DISTINCT courier FROM (
    SELECT courier FROM shipment WHERE seller = ANY($1::text[]) ORDER BY created_at DESC LIMIT $2) AS s
WHERE courier <> '' LIMIT 100
"""
"""Of some sellers: the couriers of their newest shipments."""


def _shown(row: asyncpg.Record, *, names: bool) -> dict[str, Any]:
    found = dict(row)
    found["id"] = UUID(int=row["id"].int)
    wait = lifecycle.KNOWN.of(found.pop("lifecycle")).waits[Stage(row["stage"])]
    found["waits_for"] = wait.value if wait is not None and row["due_at"] is not None else None
    if not names:
        found["consignee_name"] = "•••"
    return found
