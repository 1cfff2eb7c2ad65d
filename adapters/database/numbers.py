"""Gapless numbers in PostgreSQL: drawn under a row lock, in the transaction that binds them to their shipment."""

from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from workflow import numbering
from workflow.numbering import Numbered, NumberState

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"

_WANTED = "SELECT seller FROM shipment WHERE id = $1 AND stage = 'validated' AND NOT held AND sequence = $2 FOR SHARE"
_BEGIN = "INSERT INTO invoice_series (seller, series, year, last) VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING"
_LOCK = "SELECT last FROM invoice_series WHERE (seller, series, year) = ($1, $2, $3) FOR UPDATE"
_NEXT = "UPDATE invoice_series SET last = $4 WHERE (seller, series, year) = ($1, $2, $3)"
_LIVE = "SELECT * FROM invoice_number WHERE shipment = $1 AND state IN ('reserved', 'sent', 'rejected', 'issued')"
_LAST = "SELECT * FROM invoice_number WHERE shipment = $1 ORDER BY state = 'cancelled', settled_at DESC NULLS FIRST LIMIT 1"
_LEFT = """
SELECT n.* FROM invoice_number n JOIN shipment s ON s.id = n.shipment
WHERE (n.seller, n.series, n.year) = ($1, $2, $3) AND n.state IN ('reserved', 'rejected') AND s.stage = 'cancelled'
ORDER BY n.serial LIMIT 1 FOR UPDATE OF n
"""
_INSERT = """
INSERT INTO invoice_number (seller, series, year, serial, number, shipment, request, ettn, issued_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'reserved') RETURNING *
"""
_BIND = """
UPDATE invoice_number SET shipment = $3, request = $4, ettn = $5, issued_at = $6, state = 'reserved', issuer = '',
    document = '', signed = '', reason = '', sent_at = NULL, settled_at = NULL, busy_until = NULL
WHERE (seller, number) = ($1, $2) AND state IN ('reserved', 'rejected') RETURNING *
"""
_SEND = """
UPDATE invoice_number n SET state = 'sent', issuer = $4, document = $5, sent_at = $6, busy_until = $7
FROM shipment s WHERE (n.seller, n.number) = ($1, $2) AND n.request = $3 AND n.state = 'reserved'
    AND s.id = n.shipment AND s.stage = 'validated' AND NOT s.held RETURNING n.*
"""
_TAKE = """
UPDATE invoice_number SET busy_until = $4 WHERE (seller, number) = ($1, $2) AND (busy_until IS NULL OR busy_until <= $3)
RETURNING *
"""
_RELEASE = "UPDATE invoice_number SET busy_until = NULL WHERE (seller, number) = ($1, $2)"
_SETTLE = """
UPDATE invoice_number SET state = $4, reason = $5, signed = CASE WHEN $6 = '' THEN signed ELSE $6 END, settled_at = $7
WHERE (seller, number) = ($1, $2) AND state = ANY($3::text[]) RETURNING *
"""
_FROM: dict[NumberState, list[str]] = {
    NumberState.ISSUED: ["sent"],
    NumberState.REJECTED: ["sent"],
    NumberState.CANCELLED: ["sent", "issued"],
}
"""From which states a number may come into another: one that was issued never becomes unused again."""


class PostgresNumbers:
    """Numbers of all sellers, as the desk asks for them."""

    def __init__(self, pool: Pool) -> None:
        """Work on a pool."""
        self._pool = pool

    async def of(self, shipment: UUID) -> Numbered | None:
        """The live number of a shipment, or else the one that was cancelled last."""
        row = await self._pool.fetchrow(_LAST, shipment)
        return None if row is None else numbered(row)

    async def draw(self, shipment: UUID, sequence: int, request: str, series: str, now: datetime) -> Numbered | None:
        """Draw a number for a shipment, in a transaction of its own; see :func:`draw`."""
        async with self._pool.acquire() as connection, connection.transaction():
            return await draw(connection, shipment, sequence, request, series, now)

    async def send(self, held: Numbered, issuer: str, document: str, now: datetime, until: datetime) -> Numbered | None:
        """Note, before it happens, that the document goes to the issuer; ``None`` where somebody or something was faster."""
        row = await self._pool.fetchrow(_SEND, held.seller, held.number, held.request, issuer, document, now, until)
        return None if row is None else numbered(row)

    async def take(self, held: Numbered, now: datetime, until: datetime) -> Numbered | None:
        """Hold a number until a moment; ``None`` where another does."""
        row = await self._pool.fetchrow(_TAKE, held.seller, held.number, now, until)
        return None if row is None else numbered(row)

    async def release(self, held: Numbered) -> None:
        """Let others hold it."""
        await self._pool.execute(_RELEASE, held.seller, held.number)

    async def settle(
        self, held: Numbered, state: NumberState, now: datetime, *, reason: str = "", signed: str = ""
    ) -> Numbered | None:
        """Note what became of it; ``None`` where it had settled otherwise already."""
        row = await self._pool.fetchrow(_SETTLE, held.seller, held.number, _FROM[state], state, reason, signed, now)
        return None if row is None else numbered(row)


async def draw(
    connection: Connection, shipment: UUID, sequence: int, request: str, series: str, now: datetime
) -> Numbered | None:
    """Draw a number inside a transaction: what undoes the transaction gives the number back.

    A shipment keeps the number it has, for another request under another ETTN. Otherwise it gets the lowest that a
    cancelled shipment left unused this year, or the next one. ``None`` where the shipment is not validated since
    ``sequence`` any more: then it wants no number. One that is sent or issued is given back as it is.

    Raises:
        SeriesExhaustedError: the year's numbers are used up.
        WrongSeriesError: the series is none.
    """
    seller = await connection.fetchval(_WANTED, shipment, sequence)
    if seller is None:
        return None
    year = numbering.year_of(now)
    name = (seller, numbering.series_of(series), year)
    await connection.execute(_BEGIN, *name)
    last = await connection.fetchval(_LOCK, *name)
    own = await connection.fetchrow(_LIVE, shipment)
    if own is not None:
        held = numbered(own)
        if held.state not in numbering.UNUSED:
            return held
        return await _bind(connection, held, shipment, request, numbering.dated(held, now)) or held
    left = await connection.fetchrow(_LEFT, *name)
    if left is not None:
        bound = await _bind(connection, numbered(left), shipment, request, now)
        if bound is not None:
            return bound
    number = numbering.number(series, year, last + 1)
    await connection.execute(_NEXT, *name, last + 1)
    ettn = numbering.ettn(seller, number, request)
    row = await connection.fetchrow(_INSERT, *name, last + 1, number, shipment, request, ettn, now)
    return None if row is None else numbered(row)


async def _bind(connection: Connection, held: Numbered, shipment: UUID, request: str, at: datetime) -> Numbered | None:
    if (held.shipment, held.request, held.state) == (shipment, request, NumberState.RESERVED) and held.issued_at == at:
        return held
    ettn = numbering.ettn(held.seller, held.number, request)
    row = await connection.fetchrow(_BIND, held.seller, held.number, shipment, request, ettn, at)
    return None if row is None else numbered(row)


async def listed(pool: Pool, shipment: UUID) -> list[Numbered]:
    """All numbers that a shipment ever had an invoice under, or has now, the oldest first."""
    rows = await pool.fetch("SELECT * FROM invoice_number WHERE shipment = $1 ORDER BY issued_at, number", shipment)
    return [numbered(row) for row in rows]


def numbered(row: asyncpg.Record) -> Numbered:
    """A row of ``invoice_number``."""
    found: dict[str, Any] = {name: row[name] for name in Numbered.__dataclass_fields__}
    found["shipment"], found["ettn"] = UUID(int=row["shipment"].int), UUID(int=row["ettn"].int)
    found["state"] = NumberState(row["state"])
    return Numbered(**found)
