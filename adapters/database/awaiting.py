"""What the desk of invoices has to know of a shipment: where it stands, what was declared, which rate holds."""

from datetime import date
from typing import TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import rows, statements
from events.terms import draft_of
from workflow.invoice import Awaiting, Rate
from workflow.stages import Stage

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_ONE = """
SELECT s.stage, s.sequence, s.invoice_number, c.terms FROM shipment s JOIN shipment_content c ON c.shipment = s.id
WHERE s.id = $1
"""
_RATE = """
SELECT published_on, rate FROM rate WHERE currency = $1 AND published_on < $2::date AND published_on >= $2::date - 12
ORDER BY published_on DESC LIMIT 1
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
        return Awaiting(shipment, Stage(row["stage"]), row["sequence"], row["invoice_number"], draft)

    async def rate(self, currency: str, day: date) -> Rate | None:
        """The rate for an invoice of a day: the last bulletin before it, twelve days back at most.

        A bulletin is announced at 15:30 and holds for the next day (domain 4; holidays are walked over).
        """
        row = await self._pool.fetchrow(_RATE, currency, day)
        return None if row is None else Rate(row["rate"], row["published_on"])
