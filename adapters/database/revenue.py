"""What a seller's shipments of a year were invoiced for."""

from datetime import date, timedelta
from decimal import Decimal

import asyncpg

from adapters.database.rates import bulletins
from workflow.advice import Revenue, Unconverted
from workflow.bulletins import RATE_ERRORS
from workflow.rules.law import WALK_BACK_DAYS

_INVOICED = """
FROM shipment s
WHERE s.seller = $1 AND s.invoice_issued_on BETWEEN $2 AND $3 AND s.invoice_number <> ''
  AND s.stage NOT IN ('cancelled', 'returned')
"""

BY_DAY = f"""
SELECT s.currency, s.invoice_issued_on AS day, count(*) AS shipments, sum(s.invoice_total) AS amount {_INVOICED}
GROUP BY 1, 2 ORDER BY 2, 1
"""
IN_LIRA = f"""
SELECT coalesce(sum(round(s.invoice_total * r.rate, 2)), 0) AS total, count(*) AS shipments
FROM (SELECT * {_INVOICED}) AS s
JOIN unnest($4::text[], $5::date[], $6::numeric[]) AS r(currency, day, rate)
  ON (r.currency, r.day) = (s.currency, s.invoice_issued_on)
"""  # noqa: S608 - constants
"""Each invoice is rounded by itself, half up, as its books have it."""


async def micro_export_revenue(pool: "asyncpg.Pool[asyncpg.Record]", seller: str, year: int) -> Revenue:
    """The invoices of a year whose shipments were neither cancelled nor returned, in TRY by the rate of the invoice's day.

    The rate is that of :func:`adapters.database.rates.rate_for_invoice`; where there is none, the day and currency are
    named and left out of the sum.
    """
    first, last = date(year, 1, 1), date(year, 12, 31)
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        days = await connection.fetch(BY_DAY, seller, first, last)
        known = await bulletins(connection, first - timedelta(days=WALK_BACK_DAYS), last)
        rates: list[tuple[str, date, Decimal]] = []
        unconverted: list[Unconverted] = []
        for row in days:
            try:
                rate = known.in_force(row["currency"], row["day"])
            except RATE_ERRORS as error:
                unconverted.append(Unconverted(row["currency"], row["day"], row["shipments"], row["amount"], str(error)))
            else:
                rates.append((row["currency"], row["day"], Decimal(1) if rate is None else rate.value))
        columns = [list(column) for column in zip(*rates, strict=True)] or [[], [], []]
        sums = await connection.fetchrow(IN_LIRA, seller, first, last, *columns)
    assert sums is not None  # noqa: S101 - an aggregate always gives a row
    return Revenue(sums["total"], sums["shipments"], tuple(unconverted))
