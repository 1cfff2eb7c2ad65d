"""How sellers' refunds stand, kept a row a seller: found by money or by day however many sellers there are."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias

import asyncpg

from adapters.database import claim_queries
from adapters.database.seller_lock import sellers
from workflow.refund.standing import Standing
from workflow.stages import Stage
from workflow.values import fold

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Place: TypeAlias = tuple[str, str]
"""Where a page ended: what it is sorted by, as text, and the seller."""

TURN: Final = 0x73656C6C  # "sell": the advisory lock of whoever calculates

_FIGURES = tuple(one.name for one in fields(Standing))
_KINDS: Final = {"seller": "text", "out_since": "date", "lapses_on": "date", "unvalued": "bool"}
_SAVE = (
    f"INSERT INTO seller_refund ({', '.join(_FIGURES)}, name, name_folded, figured_at) SELECT u.*, $1::timestamptz FROM unnest("  # noqa: S608 - constants
    + ", ".join(
        f"${n}::{_KINDS.get(name, 'numeric' if name.endswith('_try') else 'int')}[]" for n, name in enumerate(_FIGURES, start=2)
    )
    + f", ${len(_FIGURES) + 2}::text[], ${len(_FIGURES) + 3}::text[]) AS u ON CONFLICT (seller) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in (*_FIGURES[1:], "name", "name_folded", "figured_at"))
)
_NAMES = """
SELECT g.seller, coalesce(t.seller_name, n.seller_name) AS name FROM unnest($1::text[]) AS g(seller) LEFT JOIN LATERAL (
    SELECT t.seller_name FROM claim c JOIN shipment_key k ON k.key = 'claim:' || c.id
    JOIN shipment_content t ON t.shipment = k.shipment WHERE c.seller = g.seller ORDER BY c.period DESC LIMIT 1) AS t ON true
LEFT JOIN LATERAL (
    SELECT t.seller_name FROM shipment s JOIN shipment_content t ON t.shipment = s.id
    WHERE s.seller = g.seller AND t.seller_name <> '' ORDER BY s.created_at DESC, s.id DESC LIMIT 1
    ) AS n ON t.seller_name IS NULL
WHERE coalesce(t.seller_name, n.seller_name) IS NOT NULL
"""
_UNLISTED = f"""
SELECT DISTINCT s.seller {claim_queries.WAITS_FOR_VEDOP}
WHERE e.closed_on IS NOT NULL AND e.vedop_seen_on IS NULL AND e.cancel_cause IS NULL
    AND s.stage = '{Stage.ETGB_ISSUED}' AND s.claim IS NULL AND s.seller > $1
    AND NOT EXISTS (SELECT FROM seller_refund r WHERE r.seller = s.seller)
ORDER BY s.seller LIMIT $2
"""  # noqa: S608 - a constant
"""Sellers of whom something waits for VEDOP and who have no claim, whose news would have them calculated."""
_LONG_AGO = """
SELECT seller FROM seller_refund WHERE figured_at < $1 ORDER BY figured_at LIMIT $2
"""
_STALE = "SELECT id, seller FROM seller_stale ORDER BY id LIMIT $1"
_DONE = "DELETE FROM seller_stale WHERE id = ANY($1::bigint[])"

_NO_DAY = date(9999, 1, 1)
"""Not the last day there can be, which asyncpg takes for infinity."""
SORTS: Final[Mapping[str, tuple[str, str]]] = {
    "claimable": ("claimable_try", "DESC"),
    "blocked": ("blocked_try", "DESC"),
    "outstanding": ("outstanding_try", "DESC"),
    "lapsing": ("lapsing_try", "DESC"),
    "lapsed": ("lapsed_try", "DESC"),
    "waiting": ("waiting_try", "DESC"),
    "days": (f"coalesce(lapses_on, '{_NO_DAY}')", "ASC"),
}
"""By what sellers are sorted: most money, or fewest days left, first; sellers of whom nothing lapses come last then."""

_MATCHES = (
    "($1 = '' OR name_folded LIKE '%' || $2 || '%' OR seller LIKE $2 || '%') AND ({}::text[] = '{{}}' OR seller = ANY({}))"
)
_TOTAL = f"""
SELECT count(*) AS sellers, min(figured_at) AS as_of, min(lapses_on) AS lapses_on, min(out_since) AS out_since,
    coalesce(bool_or(unvalued), false) AS unvalued,
    {", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in _FIGURES if name not in _KINDS)}
FROM seller_refund WHERE {_MATCHES.format("$3", "$3")}
"""  # noqa: S608 - constants


async def stale(pool: Pool, most: int) -> tuple[list[int], list[str]]:
    """What was heard of changes, the oldest first: their numbers, and the sellers that they are of, each once."""
    found = await pool.fetch(_STALE, most)
    return [row["id"] for row in found], sorted({row["seller"] for row in found})


async def long_ago(pool: Pool, before: datetime, most: int) -> list[str]:
    """Sellers whose figures were calculated before a moment."""
    return [row["seller"] for row in await pool.fetch(_LONG_AGO, before, most)]


async def unlisted(pool: Pool, after: str, most: int) -> list[str]:
    """The next sellers without figures who have exports that wait for VEDOP, in order, after one of them."""
    return [row["seller"] for row in await pool.fetch(_UNLISTED, after, most)]


async def save(pool: Pool, standings: Sequence[Standing], now: datetime) -> None:
    """Keep the figures of sellers, and what they call themselves."""
    sellers = [one.seller for one in standings]
    names = {row["seller"]: row["name"] for row in await pool.fetch(_NAMES, sellers)}
    columns = [[getattr(one, name) for one in standings] for name in _FIGURES]
    called = [names.get(seller, "") for seller in sellers]
    await pool.execute(_SAVE, now, *columns, called, [fold(name) for name in called])


async def postpone(pool: Pool, sellers: Sequence[str], now: datetime) -> None:
    """Leave the figures of sellers as they are until the next round."""
    await pool.execute("UPDATE seller_refund SET figured_at = $2 WHERE seller = ANY($1::text[])", list(sellers), now)


async def heard(pool: Pool, changes: Sequence[int]) -> None:
    """Forget changes that the figures have in them by now."""
    await pool.execute(_DONE, list(changes))


async def listed(pool: Pool, sort: str, q: str, limit: int, after: Place | None = None) -> list[dict[str, Any]]:
    """A page of sellers by one of :data:`SORTS`; ``q`` is part of a name or the beginning of a tax number.

    Raises:
        ValueError: ``after`` is no place in this order.
    """
    column, order = SORTS[sort]
    compare = "<" if order == "DESC" else ">"
    value, seller = (None, None) if after is None else (_read(sort, after[0]), after[1])
    kind = "date" if sort == "days" else "numeric"
    found = await pool.fetch(
        f"SELECT * FROM seller_refund WHERE {_MATCHES.format('$6', '$6')} "  # noqa: S608 - constants
        f"AND ($3::{kind} IS NULL OR ({column}, seller) {compare} ($3, $4::text)) "
        f"ORDER BY {column} {order}, seller {order} LIMIT $5",
        q,
        _like(q),
        value,
        seller,
        limit,
        list(sellers()),
    )
    return [dict(row) for row in found]


def place(sort: str, row: Mapping[str, Any]) -> Place:
    """Where a page that ends with a row ends."""
    value = (row["lapses_on"] or _NO_DAY) if sort == "days" else row[SORTS[sort][0]]
    return str(value), row["seller"]


async def total(pool: Pool, q: str) -> dict[str, Any]:
    """The sums over all sellers that match, and the moment of the oldest figures among them."""
    row = await pool.fetchrow(_TOTAL, q, _like(q), list(sellers()))
    assert row is not None  # noqa: S101 - sums without groups are one row
    return dict(row)


def _read(sort: str, value: str) -> date | Decimal:
    if sort == "days":
        return date.fromisoformat(value)
    found = Decimal(value)
    if not found.is_finite():
        raise ValueError(value)
    return found


def _like(q: str) -> str:
    """The search text as names are folded, without what LIKE takes for its own."""
    return fold(q).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
