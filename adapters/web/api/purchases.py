"""``/api/finance/purchases/{id}``: one purchase invoice, and how it is withdrawn or corrected."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from adapters.database import aside
from adapters.database import purchases as kept
from adapters.database.keys import Key
from adapters.web import doors, idempotency, reach, rebooking
from adapters.web.absent import absent
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import Financier, Parts, Services
from events.contracts.base import ShipmentRef
from events.facts_of import FormError
from workflow.refund import Booked, Purchase, Withdrawn, listing_lines, saying, seen

router = APIRouter(prefix="/api/finance/purchases", tags=["claims"])

Reason = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$", description="kept with who said it")
]

Seen = Annotated[
    str,
    Field(
        pattern=r"^([0-9a-f]{64})?$",
        description="`seen` of the purchase that was looked at: 409 where it is otherwise by now",
    ),
]


class Withdrawal(BaseModel):
    """Why a purchase invoice is not to count any more."""

    reason: Reason
    seen: Seen = ""


class Correction(BaseModel):
    """What is right, and why; what is not given stays, and `null` takes `incurred`, `share` or `shipment` away."""

    reason: Reason
    seen: Seen = ""
    supplier_tax_number: Annotated[str, Field(max_length=20, description="VKN or TCKN")] = ""
    supplier_name: Annotated[str, Field(max_length=200)] = ""
    invoice_number: Annotated[str, Field(min_length=1, max_length=60)] = ""
    issued_on: date | None = None
    period: Annotated[str, Field(max_length=7, description="the VAT period in which it is deducted", examples=["2026-11"])] = ""
    kind: Literal["direct", "general", "depreciation"] = "direct"
    description: Annotated[str, Field(max_length=1000)] = ""
    quantity: Annotated[str, Field(max_length=60)] = ""
    net: Annotated[str, Field(max_length=20, description="TRY", examples=["10000.00"])] = ""
    vat: Annotated[str, Field(max_length=20, description="TRY", examples=["2000.00"])] = ""
    incurred: Annotated[str | None, Field(max_length=20, description="TRY of the VAT that the exports bear")] = None
    share: Annotated[str | None, Field(max_length=20, description="of it that the exports bear", examples=["0.35"])] = None
    shipment: Annotated[ShipmentRef | None, Field(description="the one that it was for")] = None
    customs_number: Annotated[str, Field(max_length=40)] = ""


@router.get("/{id}")
async def one(parts: Parts, _: Financier, id: UUID) -> dict[str, Any]:  # noqa: A002 - as all ids are called
    """One purchase invoice as it is kept; `withdrawn` says by whom and why it counts no more.

    Sent with a correction or a withdrawal, `seen` has it refused where somebody else changed the purchase meanwhile.
    """
    return listing_lines.kept(await found(parts, id))


async def found(parts: Services, purchase: UUID) -> Booked | Withdrawn:
    """A purchase that was booked.

    Raises:
        ProblemError: 404, there is none.
    """
    known = await kept.one(parts.pool, purchase)
    if known is None:
        raise absent("purchase-unknown", purchase)
    return known


@router.post("/{id}/actions/withdraw")
async def withdraw(
    parts: Parts,
    request: Request,
    key: Financier,
    id: UUID,  # noqa: A002 - as all ids are called
    withdrawal: Withdrawal,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Withdraw a purchase invoice: it counts in no claim any more, whatever lists say of it later.

    409 with `why` where a claim was filed with it (what is filed stays as it was filed), or where it is not as it was `seen`.
    """
    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        stands = await found(parts, id)
        data = rebooking.withdrawal(stands.purchase, withdrawal.reason, withdrawal.seen or seen.of(stands))
        await said(parts, request, key, rebooking.WITHDRAW, data, message_id)
        return 200, await one(parts, key, id)

    return await idempotency.once(parts, request, key, idempotency_key, work)


@router.post("/{id}/actions/correct")
async def correct(
    parts: Parts,
    request: Request,
    key: Financier,
    id: UUID,  # noqa: A002 - as all ids are called
    correction: Correction,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Correct a purchase invoice in one step; with another supplier or number the answer has another `id`.

    A withdrawn one counts again by it. 409 with `why` where a claim was filed with it, it was corrected to another already, or
    it is not as it was `seen`: by you where you send it, else by Kervan when your request came.
    """
    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        stands = await found(parts, id)
        changes = correction.model_dump(mode="json", exclude_unset=True, exclude={"reason", "seen"})
        if correction.shipment is not None:
            changes["shipment"] = correction.shipment.model_dump(exclude_none=True)
        await reach.refers(parts.pool, key, changes.get("shipment"))
        data = rebooking.correction(stands.purchase, changes, correction.reason, correction.seen or seen.of(stands))
        right = right_one(data)
        await said(parts, request, key, rebooking.CORRECT, data, message_id)
        return 200, await one(parts, key, right.id)

    return await idempotency.once(parts, request, key, idempotency_key, work)


def right_one(data: dict[str, Any]) -> Purchase:
    """The purchase that a correction makes.

    Raises:
        ProblemError: 422, it is none.
    """
    try:
        return rebooking.corrected(data)
    except FormError as error:
        raise ProblemError(422, "wrong-data", saying.refused(error.code, error.detail)) from None


async def said(parts: Services, request: Request, key: Key, kind: str, data: dict[str, Any], message_id: str) -> str:
    """Say that a purchase is withdrawn or corrected; what became of it.

    Raises:
        ProblemError: 409, the engine refuses; 422, the data is wrong; 403, the seller is not the caller's.
    """
    reach.names(key.sellers, data["seller"])
    outcome = await doors.say(parts, request, key, family=rebooking.FAMILY, kind=kind, data=data, message_id=message_id)
    if outcome.code == "duplicate":  # sent before under this id, and its answer was lost
        outcome = await aside.told_before(parts.pool, outcome)
    if outcome.state == "refused":
        raise ProblemError.refused(outcome.code, outcome.detail)
    return outcome.state
