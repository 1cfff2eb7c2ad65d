"""``/api/etgbs``, ``/api/attention`` and ``/api/messages``: what operations look after."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from adapters.couriers.inbound import UnknownWebhookError
from adapters.database import aside, desk, etgbs, items, queries
from adapters.web import correcting, doors, idempotency, openapi, paging
from adapters.web.absent import absent
from adapters.web.api.shipments import given
from adapters.web.forbidden import forbidden
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import ACT, FIRE, SOURCES, Actor, Operator, Parts, Poster, Reader, Services
from events import topology
from events.translate import Arrival
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.stages import Stage
from workflow.values import normalise_etgb_number
from workflow.world import Outcome

router = APIRouter(prefix="/api", tags=["operations"])

Who = Literal["seller", "courier", "customs", "finance", "us"]
_NO_NUL = r"^[^\x00]*$"

STATUS = {"applied": 200, "repeated": 200, "parked": 202}
"""How an outcome is answered; a refused one is a problem."""

_MAY_SAY: dict[object, frozenset[str]] = {f"shipment.{trigger}.v1": roles for trigger, roles in FIRE.items()}


class Resolution(BaseModel):
    """How an attention item was settled."""

    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]


class Correction(BaseModel):
    """Which closing day of an ETGB is right, and how that is known."""

    closed_on: date
    reason: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


@router.get("/etgbs/{number}")
async def etgb(parts: Parts, _: Reader, number: str) -> dict[str, Any]:
    """The ETGB query: dates, sub-state, lines and their shipments."""
    found = await etgbs.shown(parts.pool, normalise_etgb_number(number)) if "\x00" not in number else None
    if found is None:
        raise absent("etgb-unknown")
    return found


@router.post("/etgbs/{number}/actions/correct_closing")
async def correct_closing(
    parts: Parts, request: Request, key: Actor, number: str, correction: Correction, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Say which closing day is right (`closed_on`), and why (`reason`); the shipments change their open claim by it.

    409 with `why` where a claim was filed by the day that stands.
    """
    message_id = await idempotency.message_id(request, key, idempotency_key)

    async def work() -> tuple[int, object]:
        await etgb(parts, key, number)
        data = correction.model_dump(mode="json") | {"number": number}
        outcome = await doors.say(
            parts, request, key, family="ops", kind="etgb.correct_closing.v1", data=data, message_id=message_id
        )
        if outcome.code == "duplicate":  # sent before with this Idempotency-Key, and its answer was lost
            outcome = await aside.told_before(parts.pool, outcome)
        if outcome.state == "refused":
            raise ProblemError.refused(outcome.code, outcome.detail)
        return 200, await etgb(parts, key, number)

    return await idempotency.once(parts, request, key, idempotency_key, work)


class CorrectedMessage(BaseModel):
    """What a refused message should have said, as a whole CloudEvent, and why it is sent so."""

    message: dict[str, Any]
    reason: Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]


@router.get("/attention")
async def attention(
    parts: Parts,
    _: Reader,
    resolved: bool = False,
    reason: Annotated[Reason | None, given(Reason), Query()] = None,
    who: Annotated[Who | None, given(Who), Query(description="who has to act")] = None,
    stage: Annotated[Stage | None, given(Stage), Query()] = None,
    seller: Annotated[str, Query(max_length=20, pattern=_NO_NUL)] = "",
    courier: Annotated[str, Query(max_length=64, pattern=_NO_NUL)] = "",
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """What a person has to look at, oldest first.

    An item about an ETGB or a claim is found by any of its shipments.
    """
    filters = {
        "reason": reason,
        "reasons": who and [one.value for one, text in TEXTS.items() if text.who == who],
        "stage": stage,
        "seller": seller.strip(),
        "courier": courier.strip(),
    }
    after = paging.read(cursor)
    found = await queries.attention(parts.pool, resolved=resolved, limit=limit + 1, after=after, filters=filters)
    return paging.page(found, limit, "raised_at")


@router.post("/attention/{id}/resolve")
async def resolve(
    parts: Parts,
    request: Request,
    key: Actor,
    id: UUID,  # noqa: A002 - the contract's name
    resolution: Resolution,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Close an item by hand, with a reason."""

    async def work() -> tuple[int, object]:
        reached = await desk.reached(parts.pool, [id])
        found = await items.resolve(parts.pool, id, key.name, resolution.reason, parts.clock()) if reached else None
        if found is None:
            raise absent("attention-unknown", id)
        return 200, found

    return await idempotency.once(parts, request, key, idempotency_key, work)


def told(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is answered."""
    return {
        "source": outcome.source,
        "id": outcome.id,
        "state": outcome.state,
        "code": outcome.code or None,
        "detail": outcome.detail or None,
        "shipments": [str(shipment) for shipment in dict.fromkeys(outcome.shipments)],
    }


@router.post("/messages", openapi_extra=openapi.body("CloudEvent"))
async def post(parts: Parts, request: Request, key: Poster, idempotency_key: IdempotencyKey = "") -> Response:
    """One CloudEvent, as on the broker, for counterparts that cannot speak NATS."""
    event = await doors.json_body(request)
    source = event.get("source")
    family, _, code = source.partition("/") if isinstance(source, str) else ("", "", "")
    if family not in topology.FAMILIES or not code or any(c in code for c in "./ \x00*>"):
        said = (
            "source <aile>/<kod> biçiminde olmalı, örneğin courier/navlungo.",
            "source must be <family>/<code>, for example courier/navlungo.",
        )
        raise ProblemError(422, "wrong-envelope", said)
    own = key.courier if family == "courier" and key.role == "courier" else key.name if family == "ops" else code
    if family not in SOURCES[key.role] or code != own:
        spoken = f"{family}/{code[:64]}"
        said = (f"Bu anahtar {spoken} adına konuşamaz.", f"This key may not speak for {spoken}.")
        raise ProblemError(403, "not-allowed", said)
    if family == "ops" and key.role not in _MAY_SAY.get(event.get("type"), ACT):
        raise forbidden(key.role, _MAY_SAY.get(event.get("type"), ACT))

    async def work() -> tuple[int, object]:
        arrival = Arrival(topology.subject_of(f"{family}/{code}"), await request.body(), f"http:{uuid4()}")
        outcome = await doors.give(parts, arrival)
        if outcome.state == "refused":
            raise ProblemError.refused(outcome.code, outcome.detail, **_kept(outcome))
        return STATUS[outcome.state], told(outcome)

    return await idempotency.once(parts, request, key, idempotency_key, work)


def _kept(outcome: Outcome) -> dict[str, Any]:
    return {"state": outcome.state, "message_id": outcome.id}


@router.get("/messages")
async def held(
    parts: Parts,
    _: Reader,
    state: Annotated[Literal["parked", "refused"], Query()],
    limit: paging.Limit = 50,
    cursor: paging.Cursor = "",
) -> dict[str, Any]:
    """Messages that wait for something (`since`, and `due_at` when an item tells of it), or could not be applied."""
    found = await aside.listed(parts.pool, state, limit + 1, paging.read(cursor))
    return paging.page(found, limit, "at")


@router.post("/messages/{id}/replay")
async def replay(
    parts: Parts,
    request: Request,
    key: Operator,
    id: UUID,  # noqa: A002 - the contract's name
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Try a parked or refused message again, as it came."""

    async def work() -> tuple[int, object]:
        return await again(parts, id)

    return await idempotency.once(parts, request, key, idempotency_key, work)


@router.post("/messages/{id}/correct")
async def correct(
    parts: Parts,
    request: Request,
    key: Actor,
    id: UUID,  # noqa: A002 - the contract's name
    correction: CorrectedMessage,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Send what a refused message should have said, as a new message of the same source; the original is kept and closed.

    Its `id` is made anew, and `causationid` names the original. For roles that may post messages for that source; 409 where
    the installation does not let messages be corrected, or where this one is refused in its turn (and listed in the place of
    the original).
    """
    new_id = await idempotency.message_id(request, key, idempotency_key) or str(uuid4())

    async def work() -> tuple[int, object]:
        outcome = (await correcting.correct(parts, key, id, correction.message, new_id)).outcome
        if outcome.state == "refused":
            raise ProblemError.refused(outcome.code, outcome.detail, **_kept(outcome))
        return 200, told(outcome) | {"corrects": str(id)}

    return await idempotency.once(parts, request, key, idempotency_key, work)


async def again(parts: Services, held_id: UUID) -> tuple[int, dict[str, Any]]:
    """Try what is kept aside again, as it came; the status and the outcome as they are answered.

    Raises:
        ProblemError: 404, nothing is kept under this id; 409, it was not kept whole, or another was sent in its place.
    """
    webhook = await aside.webhook(parts.pool, held_id)
    if webhook is not None:
        try:
            outcome = await parts.inbound.replay(webhook)
        except UnknownWebhookError as error:
            raise ProblemError.of(404, "message-unknown", error) from None
        if outcome.state != "refused":
            await items.replayed(parts.pool, held_id, parts.clock())
        return 200, told(outcome)
    kept = await aside.message(parts.pool, held_id)
    if kept is None:
        raise absent("message-unknown", held_id)
    if kept.corrected_as:
        why = (
            f"Bu mesaj düzeltilip {kept.corrected_as} olarak yeniden gönderildi; ikisi birden uygulanmaz.",
            f"This message was corrected and sent again as {kept.corrected_as}; the two are not both applied.",
        )
        raise ProblemError(409, "message-corrected", why, why=why)
    if len(kept.body) < kept.size:
        why = (
            f"{kept.size} baytın yalnız ilk {len(kept.body)} baytı saklandı; mesajı gönderenden isteyin.",
            f"Only the first {len(kept.body)} of {kept.size} bytes were kept; ask the sender for the message.",
        )
        raise ProblemError(409, "not-whole", why, why=why)
    outcome = await doors.give(parts, Arrival(kept.subject, kept.body, f"replay:{held_id}", replay=True))
    if outcome.state != "refused" or kept.code in doors.UNREAD:  # read at last, and refused for what it says, if at all
        await items.replayed(parts.pool, held_id, parts.clock())
    return 200, told(outcome)
