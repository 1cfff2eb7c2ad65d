"""What the desk of invoices has to know of a shipment: where it stands, and what was declared."""

from typing import TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import rows, statements
from events.terms import draft_of
from workflow.invoice import Awaiting
from workflow.stages import Stage

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_ONE = """
SELECT s.stage, s.sequence, s.invoice_number, s.held, c.terms, EXISTS (
    SELECT FROM etgb e WHERE e.number = s.etgb_number AND e.cancel_cause IS NULL) AS declared
FROM shipment s JOIN shipment_content c ON c.shipment = s.id WHERE s.id = $1
"""


class PostgresAwaiting:
    """Shipments that wait for their invoice."""

    def __init__(self, pool: Pool) -> None:
        """Read over a pool."""
        self._pool = pool

    async def awaiting(self, shipment: UUID) -> Awaiting | None:
        """A shipment as it stands, all of it of one moment; ``None`` where there is none."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
            row = await connection.fetchrow(_ONE, shipment)
            if row is None:
                return None
            lines = [rows.line(record) for record in await connection.fetch(statements.LINES, [shipment])]
        draft = draft_of(rows.json_object(row["terms"]), lines)
        stage, number, declared = Stage(row["stage"]), row["invoice_number"], row["declared"]
        return Awaiting(shipment, stage, row["sequence"], number, row["held"], draft, declared)
