"""*KDV iadeleri*: a seller's year, period by period, how old what is out is, and the claims."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import RedirectResponse

from adapters.database import purchases
from adapters.web import claim_tables
from adapters.web.api import claims
from adapters.web.api.advice import ADVISED
from adapters.web.console import claim_words, rendering
from adapters.web.console.filters import Filters
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Inside, Screen
from adapters.web.services import FINANCE
from workflow.refund import listing
from workflow.refund.sheet import Sheet
from workflow.refund.summary import summary
from workflow.values import istanbul_day

router = APIRouter(include_in_schema=False)

PAGE = Page("refunds", "/refunds", marked("KDV iadeleri"), "refunds", Group.FINANCE, router)

_NAMES = ("seller", "year", "status", "period")
_PARTS: Final = (("paid_try", "paid"), ("outstanding_try", "out"), ("_open", "open"))
"""What a period's bar consists of, and how it looks."""


CHOICES: Final = 50
"""So many sellers are offered in a list; where there are more, they are found in the view of all sellers."""


class Year:
    """What the address asks for: a seller, a year, and which claims of it."""

    def __init__(self, own: Mapping[str, Any], given: Mapping[str, str], today: date, bought: Sequence[int] = ()) -> None:
        """What makes no sense is left out: the newest year with claims stands for it.

        ``own`` is the seller, none where nobody has claims; ``bought`` are the years in which it bought what was filed with no
        claim: they are offered too.
        """
        self.seller: str = own.get("seller", "")
        self.years: list[int] = own.get("years", [today.year])
        newest = self.years[0]
        self.years = sorted({*self.years, *bought}, reverse=True)
        self.year = next((year for year in self.years if str(year) == given["year"]), newest)
        self.status = given["status"] if given["status"] in claim_words.STATUSES else ""
        self.period = given["period"] if given["period"].startswith(f"{self.year}-") else ""

    def query(self, **more: str) -> str:
        """As part of an address."""
        own = {"seller": self.seller, "year": str(self.year), "status": self.status, "period": self.period}
        return Filters(own | more).query()

    def lets_in(self, sheet: Sheet) -> bool:
        """Whether a claim is one of those."""
        claim = sheet.claim
        return self.status in {"", claim.status} and self.period in {"", claim.period}


async def _asked(screen: Screen) -> tuple[Year, list[dict[str, Any]], list[Sheet]]:
    """The year, some of who else has claims, and the seller's claims of it."""
    today = istanbul_day(screen.now)
    sellers = await screen.parts.claims.sellers(CHOICES + 1)
    given = {name: screen.request.query_params.get(name, "") for name in _NAMES}
    if given["seller"] and given["seller"] not in {one["seller"] for one in sellers}:
        sellers = [*await screen.parts.claims.sellers(1, given["seller"]), *sellers]
    own = next((one for one in sellers if one["seller"] == given["seller"]), sellers[0] if sellers else {})
    bought = await purchases.unclaimed_years(screen.parts.pool, own["seller"]) if own and screen.may(FINANCE) else []
    year = Year(own, given, today, bought)
    return year, sellers, await screen.parts.claims.of_year(year.seller, year.year, today)


async def _figures(screen: Screen, year: Year, sheets: list[Sheet]) -> dict[str, Any]:
    """The year's sums, period by period."""
    today = istanbul_day(screen.now)
    before = await screen.parts.claims.before(year.seller, year.year, today)
    outside = await screen.parts.claims.outside(year.seller, year.year)
    apart = await screen.parts.claims.apart(year.seller, year.year)
    return summary(year.seller, year.year, sheets, screen.parts.law, today, before, outside, apart)


@router.api_route("/refunds", methods=["GET", "HEAD"])
async def shown(screen: Inside) -> Response:
    """The year; its sums for those who may see them, its claims for everybody."""
    year, sellers, sheets = await _asked(screen)
    given = screen.request.query_params
    partly = "hx-request" in screen.request.headers
    if not partly and any(name in given and not given[name] for name in _NAMES):
        return RedirectResponse(f"/refunds?{year.query()}", 303)
    law, today = screen.parts.law, istanbul_day(screen.now)
    figures = await _figures(screen, year, sheets) if screen.may(ADVISED) else None
    answer = await rendering.page(
        screen,
        "pages/refunds.html",
        here="refunds",
        year=year,
        sellers=sellers,
        own=next((one for one in sellers if one["seller"] == year.seller), None),
        choices=CHOICES,
        may_see_all=screen.may(ADVISED),
        may_act=screen.may(FINANCE),
        figures=figures,
        bars={} if figures is None else _bars(figures["periods"]),
        ages=[] if figures is None else _ages(figures["ageing"]),
        claims=[listing.claim(sheet, law, today) for sheet in reversed(sheets) if year.lets_in(sheet)],
        statuses=claim_words.STATUSES,
        words=claim_words,
    )
    if partly and "hx-current-url" in screen.request.headers:
        answer.headers["HX-Push-Url"] = f"/refunds?{year.query()}"
    return answer


def _bars(periods: list[dict[str, Any]]) -> dict[str, list[tuple[str, float, float]]]:
    """For each period what of its refund is paid, out, and not yet filed: its look, where it begins, how wide it is, in %."""
    most = max((_whole(row) for row in periods), default=Decimal())
    found: dict[str, list[tuple[str, float, float]]] = {}
    for row in periods:
        begin, found[row["period"]] = 0.0, []
        for name, look in _PARTS:
            amount = _unfiled(row) if name == "_open" else Decimal(row[name])
            wide = round(float(amount / most * 100), 2) if most else 0.0
            if wide:
                found[row["period"]].append((look, round(begin, 2), wide))
            begin += wide
    return found


def _unfiled(row: dict[str, Any]) -> Decimal:
    return Decimal(row["refundable_try"]) - Decimal(row["filed_try"])


def _whole(row: dict[str, Any]) -> Decimal:
    return Decimal(row["paid_try"]) + Decimal(row["outstanding_try"]) + _unfiled(row)


def _ages(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The ageing with the width of each bar, in %."""
    most = max((Decimal(row["outstanding_try"]) for row in rows), default=Decimal())
    return [{**row, "wide": round(float(Decimal(row["outstanding_try"]) / most * 100), 2) if most else 0.0} for row in rows]


@router.get("/refunds/export.{form}")
async def export(
    screen: Inside, form: Literal["csv", "xlsx"], what: Annotated[Literal["periods", "claims"], Query()] = "claims"
) -> Response:
    """The periods or the claims that the page shows, as a file."""
    year, _, sheets = await _asked(screen)
    law, today, code = screen.parts.law, istanbul_day(screen.now), screen.language.code
    if what == "periods":
        screen.only(ADVISED)
        rows = (await _figures(screen, year, sheets))["periods"]
        columns = claim_tables.PERIODS
    else:
        rows = [listing.claim(sheet, law, today) for sheet in reversed(sheets) if year.lets_in(sheet)]
        columns = claim_tables.CLAIMS
    await screen.note("claim.export", f"{what}.{form}", year.query())
    content = claim_tables.written(form, str(year.year), columns, rows, code)
    return claims.answered(form, f"{what}-{year.seller}-{year.year}.{form}", content)
