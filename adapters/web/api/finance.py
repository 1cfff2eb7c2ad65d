"""``/api/finance``: a year in figures, and what a person tells of VAT returns."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.database import purchases as kept
from adapters.database.keys import Key
from adapters.web import all_sellers, claim_tables, doors, idempotency, paging, reach
from adapters.web.api.advice import ADVISED
from adapters.web.api.claims import AS_FILE, Format, Language, answered
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import Financier, Parts, Services, allow
from workflow.refund import listing_lines, saying
from workflow.refund.summary import summary as figures
from workflow.values import istanbul_day

router = APIRouter(prefix="/api/finance", tags=["claims"])

_MOST = 50_000
"""So many purchases a file has at most."""

Shown = Annotated[Key, Depends(allow(ADVISED))]
"""Who may see what a seller exported and got back in a year."""


class Told(BaseModel):
    """Figures of a period's VAT return, in TRY; what is not given stays as it was told."""

    seller: Annotated[str, Field(pattern=r"^[0-9]{10,11}$")]
    period: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$")]
    carried: Annotated[str | None, Field(description="VAT carried forward (devreden KDV)", examples=["125000.00"])] = None
    turnover: Annotated[str | None, Field(description="all deliveries of the period without VAT")] = None


@router.get("/summary", responses=AS_FILE)
async def summary(
    parts: Parts,
    _: Shown,
    seller: Annotated[str, Query(pattern=r"^[0-9]{10,11}$", description="VKN or TCKN")],
    year: Annotated[int, Query(ge=2000, le=2199)],
    form: Format = "json",
    lang: Language = "tr",
) -> Any:  # noqa: ANN401 - an object or a file
    """Per period: exported by currency and in TRY, refundable, filed, approved, paid, lapsing within 90 days; ageing.

    `waiting` is what was exported and is in no claim, its closed ETGB not being in VEDOP: worth `at_most_try`, its ceiling, of
    which `lapsing_try` lapses within 90 days. `lacking` says why shipments cannot be claimed yet. `unclaimed` is what was
    bought and counts in no claim: how many invoices, their VAT that exports were to bear, and why (`GET
    /api/finance/purchases` with `unclaimed` names them).
    """
    today = istanbul_day(parts.clock())
    sheets, before = await parts.claims.of_year(seller, year, today), await parts.claims.before(seller, year, today)
    outside, apart = await parts.claims.outside(seller, year), await parts.claims.apart(seller, year)
    found = figures(seller, year, sheets, parts.law, today, before, outside, apart)
    if form == "json":
        return found
    content = claim_tables.written(form, str(year), claim_tables.PERIODS, found["periods"], lang)
    return answered(form, f"finance-{seller}-{year}.{form}", content)


@router.get("/sellers", responses=AS_FILE)
async def sellers(
    parts: Parts,
    _: Shown,
    sort: Annotated[all_sellers.Sort, Query(description="most money, or fewest days left, first")] = "claimable",
    q: Annotated[str, Query(max_length=100, description="part of a name, or the beginning of a tax number")] = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
    form: Format = "json",
    lang: Language = "tr",
) -> Any:  # noqa: ANN401 - an object or a file
    """All sellers: what of each can be claimed, is held back, is out, lapses; a file has all of them.

    The figures are kept and calculated again within an hour, at once where claims, purchases or VAT returns change (`as_of`).
    """
    q = all_sellers.words(q)
    if form == "json":
        return {**await all_sellers.page(parts, sort, q, limit, cursor), "total": await all_sellers.total(parts, q)}
    content = claim_tables.written(form, "sellers", claim_tables.SELLERS, await all_sellers.every(parts, sort, q), lang)
    return answered(form, f"sellers.{form}", content)


@router.get("/purchases", responses=AS_FILE)
async def purchases(
    parts: Parts,
    _: Financier,
    seller: Annotated[str, Query(pattern=r"^[0-9]{10,11}$", description="VKN or TCKN")],
    period: Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
    form: Format = "json",
    lang: Language = "tr",
    withdrawn: Annotated[bool, Query(description="those that count no more, in place of those that do")] = False,
    unclaimed: Annotated[bool, Query(description="those alone that count in no claim, each with why")] = False,
) -> Any:  # noqa: ANN401 - an object or a file
    """A seller's purchase invoices by VAT period, whether a claim was filed with them or not; or those that were withdrawn.

    Of the `unclaimed` each has `unclaimed` with `code` and `message {tr, en}`: why it counts in no claim, and what to do.
    """
    most = limit + 1 if form == "json" else _MOST
    after, columns = paging.read_period(cursor), claim_tables.BOOKED
    if withdrawn:
        items = [listing_lines.gone(one) for one in await kept.withdrawn(parts.pool, seller, period, most, after)]
    elif unclaimed:
        found = await kept.unclaimed(parts.pool, seller, period, most, after)
        items, columns = [listing_lines.in_no_claim(one) for one in found], claim_tables.UNCLAIMED
    else:
        items = [listing_lines.booked(one) for one in await kept.booked(parts.pool, seller, period, most, after)]
    if form == "json":
        return paging.page_of_periods(items, limit)
    content = claim_tables.written(form, "purchases", columns, items, lang)
    return answered(form, f"purchases-{seller}.{form}", content)


@router.get("/vat-returns")
async def vat_returns(
    parts: Parts, _: Financier, seller: Annotated[str, Query(pattern=r"^[0-9]{10,11}$", description="VKN or TCKN")]
) -> dict[str, Any]:
    """What was told of a seller's VAT returns, period by period, with who told it last."""
    return {"items": [listing_lines.vat_return(row) for row in await parts.claims.vat_returns(seller)], "next": None}


@router.post("/vat-returns")
async def tell(parts: Parts, request: Request, key: Financier, told: Told, idempotency_key: IdempotencyKey = "") -> Response:
    """Tell what a period's VAT return carries forward, or its turnover; the last word stands, and who told it is kept."""
    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        if told.carried is None and told.turnover is None:
            raise ProblemError.of(422, "wrong-data", saying.NothingToldError())
        data = told.model_dump(exclude_none=True)
        return 200, {"state": await said(parts, request, key, data, message_id), **data}

    return await idempotency.once(parts, request, key, idempotency_key, work)


async def said(parts: Services, request: Request, key: Key, data: dict[str, Any], message_id: str) -> str:
    """Say figures of a VAT return; what became of it.

    Raises:
        ProblemError: 422, the figures are wrong; 403, who tells them is bound to other sellers.
    """
    reach.names(key.sellers, data["seller"])
    kind = "vat_return.told.v1"
    outcome = await doors.say(parts, request, key, family="accounting", kind=kind, data=data, message_id=message_id)
    return outcome.state
