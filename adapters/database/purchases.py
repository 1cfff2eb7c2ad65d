"""A seller's purchase invoices as they are read one by one: those that count, and those that were withdrawn."""

from datetime import date
from typing import TypeAlias
from uuid import UUID

import asyncpg

from adapters.database import claim_queries, rows
from adapters.database.claim_queries import IN_NO_CLAIM
from adapters.database.claims import ClaimBooks
from adapters.database.seller_lock import sellers
from workflow.refund import Booked, Purchase, Withdrawn
from workflow.refund.rebooked import Shift, shifts
from workflow.refund.unclaimed import InNoClaim, Why

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_FIRST, _LAST = "0000-00", "9999-99"
"""Before and after all VAT periods; with a year in their place, all of that year."""
_MINE = "($2::text[] = '{}' OR seller = ANY($2))"
_ONE = f"SELECT * FROM purchase WHERE id = $1 AND {_MINE}"  # noqa: S608 - constants
_GONE = f"SELECT * FROM purchase_withdrawn WHERE id = $1 AND {_MINE}"  # noqa: S608 - constants
_ORDER = "SELECT reference FROM shipment WHERE id = $1 AND seller = $2"
_LISTED = """
SELECT p.* FROM {} p WHERE p.seller = $1 AND ($2 = '' OR p.period = $2) AND ($3::text IS NULL OR (p.period, p.id) > ($3,
    $4::uuid)) ORDER BY p.period, p.id LIMIT $5
"""
_BOOKED, _WITHDRAWN = _LISTED.format("purchase"), _LISTED.format("purchase_withdrawn")

_UNPLACED = f"""
SELECT p.* FROM purchase p WHERE p.seller = $1 AND p.period = $2 AND {IN_NO_CLAIM}
ORDER BY p.issued_on, p.invoice_number LIMIT $3
"""  # noqa: S608 - constants


async def one(pool: Pool, purchase: UUID) -> Booked | Withdrawn | None:
    """A purchase, whether it counts or was withdrawn; ``None`` where none was ever booked under this id."""
    row = await pool.fetchrow(_ONE, purchase, list(sellers()))
    if row is not None:
        return rows.purchase(row)
    row = await pool.fetchrow(_GONE, purchase, list(sellers()))
    return None if row is None else rows.withdrawn(row)


async def order(pool: Pool, of: Purchase) -> str:
    """By which number people know the shipment that a purchase is for: its order's, or its id where it is not known here."""
    if of.shipment is None:
        return ""
    return str(await pool.fetchval(_ORDER, of.shipment, of.seller) or of.shipment)


async def booked(pool: Pool, seller: str, period: str, limit: int, after: tuple[str, UUID] | None = None) -> list[Booked]:
    """A seller's purchases by period, whether a claim was filed with them or not."""
    beyond = after or (None, None)
    return [rows.purchase(row) for row in await pool.fetch(_BOOKED, seller, period, *beyond, limit)]


async def withdrawn(pool: Pool, seller: str, period: str, limit: int, after: tuple[str, UUID] | None = None) -> list[Withdrawn]:
    """What was withdrawn of a seller's purchases, by period."""
    beyond = after or (None, None)
    return [rows.withdrawn(row) for row in await pool.fetch(_WITHDRAWN, seller, period, *beyond, limit)]


async def unclaimed(pool: Pool, seller: str, period: str, limit: int, after: tuple[str, UUID] | None = None) -> list[InNoClaim]:
    """A seller's purchases that count in no claim, and why, by period; ``period`` may be a year alone, or empty for all."""
    begin, end = f"{period}{_FIRST[len(period) :]}", f"{period}{_LAST[len(period) :]}"
    found = await pool.fetch(claim_queries.UNCLAIMED, seller, begin, end, *(after or (None, None)), limit)
    return [InNoClaim(rows.purchase(row), Why(row["why"]), row["order"]) for row in found]


async def unclaimed_years(pool: Pool, seller: str) -> list[int]:
    """The years in which a seller bought what was filed with no claim, the latest first."""
    return [row["year"] for row in await pool.fetch(claim_queries.UNCLAIMED_YEARS, seller)]


async def unplaced(pool: Pool, seller: str, period: str, limit: int) -> list[Booked]:
    """The first purchases of a period that count nowhere, because the orders that they are for are in no claim."""
    return [rows.purchase(row) for row in await pool.fetch(_UNPLACED, seller, period, limit)]


async def moved(books: ClaimBooks, old: Purchase, right: Purchase | None, today: date) -> tuple[Shift, ...]:
    """What a correction of ``old`` to ``right`` would do to the figures of claims, or (without) its withdrawal."""
    both = [old] if right is None else [old, right]
    before = await books.of_purchases(old.seller, both, today)
    after = await books.instead([one.id for one in both], both[1:]).of_purchases(old.seller, both, today)
    return shifts(before, after)
