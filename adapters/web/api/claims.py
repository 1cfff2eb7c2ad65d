"""``/api/claims``: VAT refund claims, what they consist of, and what finance does with them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.database import aside, filings, queries
from adapters.database.keys import Key
from adapters.web import claim_tables, doors, idempotency, openapi, paging, reach
from adapters.web.absent import absent
from adapters.web.claim_tables import MEDIA
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import Financier, Parts, Reader, Services
from workflow.refund import MAY_BE_FILED, ClaimStatus, filing, listing, listing_filings, listing_lines, saying
from workflow.refund.sheet import Lines, Outline, Sheet
from workflow.values import istanbul_day

router = APIRouter(prefix="/api/claims", tags=["claims"])

Form = Literal["json", "csv", "xlsx"]
Format = Annotated[Form, Query(alias="format", description="json, or a file for a spreadsheet")]
Language = Annotated[Literal["tr", "en"], Query(description="of headings and numbers in a file")]
Action = Literal["file", "progress", "request_filing"]

Read = TypeVar("Read", Lines, Outline)

_MOST = 10_000
_ITEMS = 100
"""So many attention items are shown with a claim; more are found in the list of all."""
_SAYS: dict[str, tuple[str, str]] = {
    "file": ("tax_office", "claim.filed.v1"),
    "progress": ("tax_office", "claim.progressed.v1"),
    "request_filing": ("ops", "claim.request_filing.v1"),
}
"""What each action says, and for which family of counterparts."""


class Wanted(BaseModel):
    """Of whom, and for which VAT period."""

    seller: Annotated[str, Field(pattern=r"^[0-9]{10,11}$")]
    period: Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


AS_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An object, or a file for a spreadsheet",
        "content": {one.partition(";")[0]: {} for one in MEDIA.values()},
    }
}
"""What a route answers that gives a table in any :data:`Format`."""


def answered(form: Form, name: str, content: bytes) -> Response:
    """A file to be saved."""
    return Response(content, media_type=MEDIA[form], headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _today(parts: Services) -> date:
    return istanbul_day(parts.clock())


@router.get("", responses=AS_FILE)
async def listed(
    parts: Parts,
    _: Reader,
    seller: Annotated[str, Query(pattern=r"^[0-9]{0,11}$")] = "",
    period: Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = "",
    status: Annotated[ClaimStatus | Literal[""], Query()] = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
    form: Format = "json",
    lang: Language = "tr",
) -> Any:  # noqa: ANN401 - an object or a file
    """Claims, the newest period first; a file has all of them."""
    today = _today(parts)
    most = limit + 1 if form == "json" else _MOST
    found = await parts.claims.listed(
        today, seller=seller, period=period, status=str(status), limit=most, after=paging.read_period(cursor)
    )
    items = [listing.claim(sheet, parts.law, today) for sheet in found]
    if form != "json":
        name = "claims" if lang == "en" else "basvurular"
        return answered(form, f"{name}.{form}", claim_tables.written(form, name, claim_tables.CLAIMS, items, lang))
    return paging.page_of_periods(items, limit)


@router.post("")
async def build(parts: Parts, key: Financier, wanted: Wanted) -> dict[str, Any]:
    """The claim of a period as it stands now: shipments gather by themselves, and everything is calculated anew.

    Of several claims of the period it is the first that can be filed, or the last.
    """
    reach.names(key.sellers, wanted.seller)
    today = _today(parts)
    found = await parts.claims.listed(today, seller=wanted.seller, period=wanted.period)
    if not found:
        error = saying.NothingToClaimError(wanted.seller, wanted.period)
        raise ProblemError.of(409, "nothing-to-claim", error, why=error.texts)
    ordered = sorted(found, key=lambda one: one.claim.supplement)
    chosen = next((one for one in ordered if one.claim.status in MAY_BE_FILED), ordered[-1])
    return await shown(parts, chosen.claim.id)


@router.get("/{id}")
async def one(parts: Parts, _: Reader, id: UUID) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """One claim: figures with every step, checklist, who told what, what is to be reversed, what a person has to look at.

    `reversed` may be the whole or a part: with `partly_reversed` the rest stands, and `rest_status` says how far that is.
    """
    return await shown(parts, id)


async def shown(parts: Services, claim: UUID) -> dict[str, Any]:
    """One claim as it is answered.

    Raises:
        ProblemError: 404, there is none.
    """
    return await details(parts, await outline_of(parts, claim))


async def details(parts: Services, outline: Outline) -> dict[str, Any]:
    """A claim that was read, with what else is told of it."""
    today, claim = _today(parts), outline.sheet.claim
    earlier = await parts.claims.earlier(claim.seller, claim.period, today)
    told = listing.details(outline, await parts.claims.moves(claim.id), earlier, parts.law, today)
    told["attention"] = await queries.attention(
        parts.pool, resolved=False, limit=_ITEMS, after=None, filters={"claim": claim.id}
    )
    return told | listing_filings.beside_today(await parts.claims.filings(claim.id), outline.sheet)


async def outline_of(parts: Services, claim: UUID) -> Outline:
    """A claim without its lines.

    Raises:
        ProblemError: 404, there is none.
    """
    return _known(claim, await parts.claims.outline(claim, _today(parts)))


async def lines_of(parts: Services, claim: UUID) -> Lines:
    """A claim line by line.

    Raises:
        ProblemError: 404, there is none.
    """
    return _known(claim, await parts.claims.lines(claim, _today(parts)))


def _known(claim: UUID, found: Read | None) -> Read:
    if found is None:
        raise absent("claim-unknown", claim)
    return found


@router.get("/{id}/shipments", responses=AS_FILE)
async def shipments(
    parts: Parts,
    _: Reader,
    id: UUID,  # noqa: A002 - the contract's name
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
    form: Format = "json",
    lang: Language = "tr",
) -> Any:  # noqa: ANN401 - an object or a file
    """A claim's shipments with rate, value in TRY, and what of the refund is asked for each."""
    lines = await lines_of(parts, id)
    if form != "json":
        content = claim_tables.written(form, "shipments", claim_tables.shipments(lines), lines.valued, lang)
        return answered(form, claim_tables.file_name("shipments", lines.sheet, form), content)
    return page_of_shipments(lines, limit, cursor)


def page_of_shipments(lines: Lines, limit: int, cursor: str) -> dict[str, Any]:
    """A page of a claim's shipments."""
    after = paging.read_row(cursor)
    rows = [
        {"line": number, **listing_lines.line(one, lines.cut.by_shipment[one.export.shipment])}
        for number, one in enumerate(lines.valued[after : after + limit + 1], after + 1)
    ]
    return paging.page_of_rows(rows, limit, "line")


@router.get("/{id}/purchases", responses=AS_FILE)
async def purchases(
    parts: Parts,
    _: Financier,
    id: UUID,  # noqa: A002 - the contract's name
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
    form: Format = "json",
    lang: Language = "tr",
) -> Any:  # noqa: ANN401 - an object or a file
    """A claim's purchase invoices with the VAT that it bears of each and asks for."""
    lines = await lines_of(parts, id)
    if form != "json":
        content = claim_tables.written(form, "purchases", claim_tables.purchases(lines), lines.sheet.purchases, lang)
        return answered(form, claim_tables.file_name("purchases", lines.sheet, form), content)
    return page_of_purchases(lines, limit, cursor)


def page_of_purchases(lines: Lines, limit: int, cursor: str) -> dict[str, Any]:
    """A page of a claim's purchases."""
    after = paging.read_row(cursor)
    rows = [
        {"line": number, **listing_lines.purchase(one, lines.cut.by_purchase[one.purchase.id])}
        for number, one in enumerate(lines.sheet.purchases[after : after + limit + 1], after + 1)
    ]
    return paging.page_of_rows(rows, limit, "line")


@router.post("/{id}/actions/{action}", openapi_extra=openapi.body("ClaimFiled", "ClaimProgressed"))
async def act(
    parts: Parts,
    request: Request,
    key: Financier,
    id: UUID,  # noqa: A002 - the contract's name
    action: Action,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """File a claim (`petition_number`, `filed_on`), tell what the tax office did with it, or ask whoever files here to do so.

    A claim whose checklist blocks is filed only with `override`, the reason for it, which is kept; nobody is asked to file it.
    """
    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        await said(parts, request, key, id, action, await doors.json_body(request), message_id)
        return 200, await shown(parts, id)

    return await idempotency.once(parts, request, key, idempotency_key, work)


async def said(
    parts: Services, request: Request, key: Key, claim: UUID, action: Action, data: Mapping[str, Any], message_id: str
) -> None:
    """Say of a claim that it was filed, what the tax office did, or that it is to be filed; the same message says it once.

    Raises:
        ProblemError: 404, there is no such claim; 409, its checklist or the engine refuses; 422, the data is wrong.
    """
    today = _today(parts)
    lines = await lines_of(parts, claim)
    sheet = lines.sheet
    await reach.refers(parts.pool, key, data.get("shipment"))
    if action != "progress":
        _may_be_filed(sheet, data if action == "file" else {})
    made = MAKERS[action](sheet, data, today) | {"claim": str(claim)}
    if action == "file":
        made.setdefault("calculation", filings.summed(filings.calculation(lines)))
    if action == "progress":
        made = _as_proposed(lines.outline(), made)
    family, kind = _SAYS[action]
    outcome = await doors.say(parts, request, key, family=family, kind=kind, data=made, message_id=message_id)
    if outcome.code == "duplicate":  # sent before under this id, and its answer was lost
        outcome = await aside.told_before(parts.pool, outcome)
    if outcome.state == "refused":
        raise ProblemError.refused(outcome.code, outcome.detail)


def _as_proposed(outline: Outline, made: dict[str, Any]) -> dict[str, Any]:
    """A reversal for a shipment as it is proposed, unless another amount has its reason.

    Raises:
        ProblemError: 422, it has none.
    """
    try:
        return saying.reversed_for(outline, made)
    except saying.NotAsProposedError as error:
        raise ProblemError.of(422, "reason-needed", error, why=error.texts) from None


def _may_be_filed(sheet: Sheet, data: Mapping[str, Any]) -> None:
    """Hold a claim whose checklist blocks, unless somebody gives a reason."""
    try:
        filing.hold_if_blocked(sheet, str(data.get("override") or ""))
    except filing.ClaimNotReadyError as error:
        raise ProblemError.of(409, "claim-not-ready", error, why=error.why, checklist=error.items) from None


def _filing(sheet: Sheet, data: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What is said of a claim that is filed; amounts that are told stand, and are kept beside those calculated."""
    return {"filed_on": today.isoformat()} | dict(data) | filing.figures(sheet)


def _progress(_: Sheet, data: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What is said of the tax office's word."""
    try:
        return {"on": today.isoformat()} | saying.progressed(data)
    except saying.RejectionUnexplainedError as error:
        raise ProblemError.of(422, "wrong-data", error) from None


def _request(_: Sheet, __: Mapping[str, Any], ___: date) -> dict[str, Any]:
    """What is said to have a claim filed: only which."""
    return {}


MAKERS: dict[str, Callable[[Sheet, Mapping[str, Any], date], dict[str, Any]]] = {
    "file": _filing,
    "progress": _progress,
    "request_filing": _request,
}
"""What each action says of a claim, besides which one it is."""
