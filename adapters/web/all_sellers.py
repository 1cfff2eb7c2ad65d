"""How the refunds of all sellers stand, for the API and the console."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal

from adapters.database import seller_refunds
from adapters.web import paging
from adapters.web.services import Services
from workflow.refund.listing import money, on
from workflow.values import istanbul_day

Sort = Literal["claimable", "blocked", "outstanding", "lapsing", "lapsed", "waiting", "days"]
MOST: Final = 50_000
"""So many sellers a file has at most."""
_MONEY: Final = ("claimable_try", "blocked_try", "outstanding_try", "lapsing_try", "lapsed_try", "waiting_try")
_COUNTS: Final = ("claimable", "blocked", "outstanding", "lapsing", "lapsed", "waiting", "waiting_shipments")


def words(q: str) -> str:
    """What a person typed into the search, as the database takes it."""
    return q.replace("\x00", "").strip()


async def page(parts: Services, sort: Sort, q: str, limit: int, cursor: str) -> dict[str, Any]:
    """A page of sellers in plain values, with where the next one begins.

    Raises:
        ProblemError: 422, the cursor is not one of this order.
    """
    today = istanbul_day(parts.clock())
    try:
        found = await seller_refunds.listed(parts.pool, sort, q, limit + 1, paging.read_place(cursor))
    except (ValueError, ArithmeticError):
        raise paging.not_ours() from None
    paged = paging.page_of_places(found, limit, lambda row: seller_refunds.place(sort, row))
    return {**paged, "items": [told(row, today) for row in paged["items"]]}


async def total(parts: Services, q: str) -> dict[str, Any]:
    """The sums over all sellers that match, how many they are, and the moment of the oldest figures among them."""
    row = await seller_refunds.total(parts.pool, q)
    return {"sellers": row["sellers"], **_figures(row, istanbul_day(parts.clock()))}


async def every(parts: Services, sort: Sort, q: str) -> list[dict[str, Any]]:
    """All sellers, for a file."""
    today = istanbul_day(parts.clock())
    return [told(row, today) for row in await seller_refunds.listed(parts.pool, sort, q, MOST)]


def told(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    """A seller in plain values: money as decimal strings, days as ``YYYY-MM-DD``."""
    return {"seller": row["seller"], "name": row["name"], **_figures({**row, "as_of": row["figured_at"]}, today)}


def _figures(row: Mapping[str, Any], today: date) -> dict[str, Any]:
    lapses_on: date | None = row["lapses_on"]
    return {
        **{name: int(row[name]) for name in _COUNTS},
        **{name: money(row[name]) for name in _MONEY},
        "out_since": on(row["out_since"]),
        "lapses_on": on(lapses_on),
        "days_left": None if lapses_on is None else (lapses_on - today).days,
        "unvalued": row["unvalued"],
        "as_of": None if row["as_of"] is None else row["as_of"].isoformat(),
    }
