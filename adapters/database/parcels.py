"""What is known of a shipment's parcel now."""

from uuid import UUID

import asyncpg

from workflow.stages import Stage

_PARCEL = "SELECT courier, tracking_number, stage FROM shipment WHERE id = $1"


async def parcel(pool: "asyncpg.Pool[asyncpg.Record]", shipment: UUID) -> tuple[str, str, Stage] | None:
    """Courier, tracking number and stage; empty where it is not booked, ``None`` where there is no such shipment."""
    row = await pool.fetchrow(_PARCEL, shipment)
    return None if row is None else (row["courier"], row["tracking_number"], Stage(row["stage"]))
