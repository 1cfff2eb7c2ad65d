"""``/api/shipments`` and ``/api/stages``."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from adapters.database import aside, queries, timelines
from adapters.database.keys import Key
from adapters.web import doors, idempotency, openapi, paging, reach
from adapters.web.absent import absent
from adapters.web.forbidden import forbidden
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import FIRE, Actor, Operator, Parts, Reader
from workflow import lifecycle
from workflow.shipment import shipment_id
from workflow.stages import Stage, Trigger

router = APIRouter(prefix="/api", tags=["shipments"])

MASKED = frozenset({"viewer"})
"""Roles that see where a consignee is, not who, and do not find people by their names either."""


def given(kind: type) -> BeforeValidator:
    """A filter of this kind; one that is named and left empty, as forms do, is none.

    A day is written as in ISO 8601: pydantic by itself takes ``0`` for the first of January 1970.
    """

    def read(value: object) -> object:
        if kind is date and isinstance(value, str) and value and value[4:5] != "-":
            raise PydanticCustomError("iso_8601", "Input should be a day as in ISO 8601: 2026-11-20")
        return None if value == "" else value

    return BeforeValidator(read, json_schema_input_type=kind | Literal[""] | None)


@router.get("/stages")
async def stages(parts: Parts, _: Reader) -> dict[str, Any]:
    """How many shipments stand in each stage, and how many are overdue."""
    return {"items": [{name: row[name] for name in ("stage", "count", "overdue")} for row in await queries.stages(parts.pool)]}


@router.post(
    "/shipments",
    status_code=201,
    openapi_extra=openapi.body("ShipmentDrafted"),
    responses={200: {"description": "The shipment was there already"}},
)
async def draft(parts: Parts, request: Request, key: Operator, idempotency_key: IdempotencyKey = "") -> Response:
    """Draft a shipment (the payload of `shipment.drafted.v1`); it is judged at once."""
    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        data = await doors.json_body(request)
        given = data.get("seller")
        reach.names(key.sellers, given.get("tax_number") if isinstance(given, dict) else "")
        outcome = await doors.say(
            parts, request, key, family="orders", kind="shipment.drafted.v1", data=data, message_id=message_id
        )
        known = shipment_id(str(data["seller"]["tax_number"]).strip(), str(data["reference"]))
        return 201 if outcome.state == "applied" else 200, await _shown(parts, known)

    return await idempotency.once(parts, request, key, idempotency_key, work)


@router.get("/shipments")
async def listed(
    parts: Parts,
    key: Reader,
    stage: Annotated[Stage | None, given(Stage), Query()] = None,
    seller: Annotated[str, Query(max_length=20)] = "",
    courier: Annotated[str, Query(max_length=64)] = "",
    country: Annotated[str, Query(max_length=2)] = "",
    attention: Annotated[bool | None, given(bool), Query()] = None,
    overdue: Annotated[bool | None, given(bool), Query()] = None,
    q: Annotated[str, Query(max_length=200)] = "",
    from_: Annotated[
        date | None, given(date), Query(alias="from", description="drafted on this day (Istanbul) or later")
    ] = None,
    to: Annotated[date | None, given(date), Query(description="drafted on this day (Istanbul) or earlier")] = None,
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """Shipments, newest first."""
    if "\x00" in seller + courier + country + q:
        raise ProblemError(422, "wrong-data", ("Bir süzgeçte NUL karakteri var.", "A filter has a NUL character."))
    filters = {
        "stage": stage.value if stage is not None else None,
        "seller": seller,
        "courier": courier,
        "country": country.upper(),
        "attention": attention,
        "overdue": overdue,
        "q": q,
        "from": from_,
        "to": to,
    }
    try:
        found = await queries.shipments(parts.pool, filters, limit + 1, paging.read(cursor), names=key.role not in MASKED)
    except OverflowError:
        raise ProblemError(422, "wrong-data", ("Bir gün takvimin dışında.", "A day lies outside the calendar.")) from None
    return paging.page([masked(key, item) for item in found], limit, "created_at")


@router.get("/shipments/{id}")
async def one(parts: Parts, key: Reader, id: UUID) -> dict[str, Any]:  # noqa: A002 - the contract's name
    """One shipment, whole."""
    return masked(key, await _shown(parts, id))


@router.get("/shipments/{id}/timeline")
async def timeline(
    parts: Parts,
    _: Reader,
    id: UUID,  # noqa: A002 - the contract's name
    limit: paging.Limit = 200,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """Every message, transition and action on a shipment, oldest first."""
    await _shown(parts, id)
    after = paging.read_row(cursor)
    entries = await timelines.of_shipment(parts.pool, id)
    return paging.page_of_rows(entries[after : after + limit + 1], limit, "entry_no")


@router.post("/shipments/{id}/actions/{trigger}", openapi_extra=openapi.body(""))
async def act(
    parts: Parts,
    request: Request,
    key: Actor,
    id: UUID,  # noqa: A002 - the contract's name
    trigger: Annotated[Trigger, Path()],
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Fire a trigger of the state machine; 409 with `why` where it is not allowed."""
    if key.role not in FIRE[trigger]:
        raise forbidden(key.role, FIRE[trigger])

    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        shipment = await _shown(parts, id)
        before, table = Stage(shipment["stage"]), lifecycle.KNOWN.of(shipment["lifecycle"])
        data = await doors.json_body(request) | {"shipment": {"id": str(id)}}
        await reach.fires(parts.pool, key, shipment, trigger, data)
        outcome = await doors.say(
            parts, request, key, family="ops", kind=f"shipment.{trigger}.v1", data=data, message_id=message_id
        )
        if outcome.code == "duplicate":  # sent before with this Idempotency-Key, and its answer was lost
            outcome = await aside.told_before(parts.pool, outcome)
        if outcome.state == "refused" or (outcome.state == "repeated" and not table.allowed(before, trigger)):
            why = outcome.detail or table.why_not(before, trigger)
            raise ProblemError.refused(outcome.code or "not_now", why, stage=before)
        return 200, await _shown(parts, id)

    return await idempotency.once(parts, request, key, idempotency_key, work)


async def _shown(parts: Parts, shipment: UUID) -> dict[str, Any]:
    found = await queries.shipment(parts.pool, shipment)
    if found is None:
        raise absent("shipment-unknown", shipment)
    return found


def masked(key: Key, shipment: dict[str, Any]) -> dict[str, Any]:
    """A viewer sees where a consignee is, not who."""
    if key.role not in MASKED:
        return shipment
    address = {part: shipment["consignee"]["address"].get(part, "") for part in ("city", "country")}
    return {**shipment, "consignee": {"name": "•••", "address": address}}
