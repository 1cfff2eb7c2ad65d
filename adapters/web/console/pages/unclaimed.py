"""*Hiçbir başvuruda olmayan alışlar*: a seller's purchases whose VAT counts in no claim, with why, and what corrects them."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Response

from adapters.database import purchases as kept
from adapters.web import claim_tables
from adapters.web.api import claims
from adapters.web.console import claim_words, rendering
from adapters.web.console.filters import Filters
from adapters.web.console.screen import Inside
from adapters.web.paging import Cursor, page_of_periods, read_period
from adapters.web.services import FINANCE
from workflow.refund import listing_lines
from workflow.refund.unclaimed import unclaimed

router = APIRouter(include_in_schema=False)

ROWS: Final = 50
_MOST: Final = 50_000
"""So many a file has at most."""
Seller = Annotated[str, Query(pattern=r"^[0-9]{10,11}$")]
Year = Annotated[int, Query(ge=2000, le=2199)]
Period = Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")]


@router.api_route("/refunds/purchases", methods=["GET", "HEAD"])
async def listed(screen: Inside, seller: Seller, year: Year, period: Period = "", cursor: Cursor = "") -> Response:
    """A page of them, of a year or of one of its periods; above it the sums by reason."""
    screen.only(FINANCE)
    period = _within(year, period)
    found = await kept.unclaimed(screen.parts.pool, seller, period or f"{year}", ROWS + 1, read_period(cursor))
    page = page_of_periods([listing_lines.in_no_claim(one) for one in found], ROWS)
    sums = [one for one in await screen.parts.claims.apart(seller, year) if period in {"", one.period}]
    given = {"seller": seller, "year": f"{year}", "period": period}
    return await rendering.page(
        screen,
        "pages/unclaimed.html",
        here="refunds",
        seller=seller,
        name=await screen.parts.claims.name(seller),
        year=year,
        period=period,
        rows=page["items"],
        following=page["next"],
        cursor=cursor,
        figures=unclaimed(sums),
        query=Filters(given).query,
        words=claim_words,
    )


@router.get("/refunds/purchases.{form}")
async def export(screen: Inside, form: Literal["csv", "xlsx"], seller: Seller, year: Year, period: Period = "") -> Response:
    """All of them as a file."""
    screen.only(FINANCE)
    period = _within(year, period)
    found = await kept.unclaimed(screen.parts.pool, seller, period or f"{year}", _MOST)
    rows = [listing_lines.in_no_claim(one) for one in found]
    await screen.note("claim.export", f"purchases.{form}", Filters({"seller": seller, "year": f"{year}"}).query())
    content = claim_tables.written(form, f"{year}", claim_tables.UNCLAIMED, rows, screen.language.code)
    return claims.answered(form, f"purchases-{seller}-{year}.{form}", content)


def _within(year: int, period: str) -> str:
    """A period, where it is one of the year; else all of them are asked for."""
    return period if period.startswith(f"{year}-") else ""
