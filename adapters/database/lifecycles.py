"""Which versions of the table of stages shipments are under."""

from typing import TypeAlias

import asyncpg

from workflow.stages import Stage

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

ENDED = frozenset({Stage.REFUND_FILED, Stage.CANCELLED, Stage.RETURNED})
"""The stages in which nothing of a shipment's papers is awaited any more."""

_UNDER_WAY = """
SELECT s.lifecycle, s.stage, count(*) AS shipments FROM shipment_trait t JOIN shipment s ON s.id = t.shipment
WHERE t.trait = ANY($1::text[]) GROUP BY 1, 2 ORDER BY 1, 2
"""
"""Found by the stages they are in, which are those of few shipments."""


async def under_way(pool: Pool) -> dict[int, dict[Stage, int]]:
    """How many shipments are under way, by version and by stage in the journey's order."""
    open_stages = [stage for stage in Stage if stage not in ENDED]
    found: dict[int, dict[Stage, int]] = {}
    rows = await pool.fetch(_UNDER_WAY, [f"stage:{stage}" for stage in open_stages])
    for row in sorted(rows, key=lambda row: (row["lifecycle"], open_stages.index(Stage(row["stage"])))):
        found.setdefault(row["lifecycle"], {})[Stage(row["stage"])] = row["shipments"]
    return found


async def ever(pool: Pool) -> dict[int, int]:
    """How many shipments there are of each version, those that have ended too; this reads them all."""
    rows = await pool.fetch("SELECT lifecycle, count(*) FROM shipment GROUP BY 1 ORDER BY 1")
    return {row[0]: row[1] for row in rows}
