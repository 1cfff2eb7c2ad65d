"""Which law is in force, and which shipments were judged by another."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

TURN = 0x6C6177  # "law": the advisory lock of whoever has shipments judged again
_PUT = """
INSERT INTO law_in_force AS l (id, version, since) VALUES (1, $1, $2)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, since = excluded.since WHERE l.version <> excluded.version
RETURNING id
"""
_JUDGED = """
FROM shipment s JOIN shipment_content c ON c.shipment = s.id
WHERE s.stage IN ('draft', 'validated') AND ($2 OR c.rule_version <> $1)
"""
_NEXT = f"SELECT s.id, s.version {_JUDGED} AND s.id > $3 ORDER BY s.id LIMIT $4"
_COUNT = f"SELECT count(*) {_JUDGED}"

Pool = asyncpg.Pool


@dataclass(frozen=True, slots=True)
class Judged:
    """A shipment whose findings still decide, in the state in which it was found."""

    shipment: UUID
    version: int


async def put_in_force(pool: "Pool[asyncpg.Record]", version: str, now: datetime) -> bool:
    """Note that shipments are judged by this law from now on; whether it was another one (or none) until now."""
    return await pool.fetchval(_PUT, version, now) is not None


async def in_force(pool: "Pool[asyncpg.Record]") -> str:
    """The law in force; empty where no worker has ever been started."""
    return await pool.fetchval("SELECT version FROM law_in_force") or ""


async def judged_by_another(
    pool: "Pool[asyncpg.Record]", version: str, after: UUID, limit: int, *, whoever: bool = False
) -> list[Judged]:
    """The next drafts and validated shipments that another law judged, in id order; with ``whoever`` this one too."""
    found = await pool.fetch(_NEXT, version, whoever, after, limit)
    return [Judged(UUID(int=row["id"].int), row["version"]) for row in found]


async def count(pool: "Pool[asyncpg.Record]", version: str, *, whoever: bool = False) -> int:
    """How many there are of them."""
    return int(await pool.fetchval(_COUNT, version, whoever))
