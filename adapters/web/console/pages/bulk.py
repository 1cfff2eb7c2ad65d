"""One action on many shipments: first what it would do, then, on a person's word and with a reason, each by the engine."""

from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Response

from adapters.database import listing, queries
from adapters.web.api.shipments import MASKED
from adapters.web.console import refusals, rendering, words
from adapters.web.console.filters import Filters
from adapters.web.console.pages.shipments import BULK
from adapters.web.console.screen import Acting, local
from adapters.web.problems import ProblemError
from adapters.web.services import FIRE
from events import topology
from events.translate import Arrival, envelope
from workflow import lifecycle
from workflow.stages import STAGE_LABELS, Trigger

router = APIRouter(include_in_schema=False)

MOST: Final = 2000
"""How many at once: a second's work, so that the answer is the account of all of them."""
AT_ONCE: Final = 200
REASONED: Final = frozenset({Trigger.CANCEL, Trigger.RETURN_GOODS})


@router.post("/shipments/bulk")
async def asked(
    screen: Acting,
    trigger: Annotated[Trigger, Form()],
    scope: Annotated[str, Form(pattern="^(chosen|all)$")],
    given: Annotated[str, Form(alias="filter", max_length=2000)] = "",
    ids: Annotated[list[UUID] | None, Form(alias="id", max_length=200)] = None,
) -> Response:
    """What an action on the chosen shipments, or on all that the filter lets through, would do."""
    _check(screen, trigger)
    filters = Filters.of(given)
    wanted = {"ids": ids or []} if scope == "chosen" else filters.asked()
    names = screen.user.role not in MASKED
    found = await listing.by_stage(screen.parts.pool, wanted, names=names, most=MOST + 1)
    able = [one for one in found[:MOST] if lifecycle.allowed(one[1], trigger)]
    query = filters.query()
    return await rendering.page(
        screen,
        "pages/bulk.html",
        here="shipments",
        trigger=trigger,
        triggers=words.TRIGGERS,
        stage_labels=STAGE_LABELS,
        able=able,
        unable=[one for one in found[:MOST] if not lifecycle.allowed(one[1], trigger)],
        more=len(found) > MOST,
        most=MOST,
        work=uuid4(),
        needs_reason=trigger in REASONED,
        back=f"/shipments?{query}" if query else "/shipments",
        done=None,
    )


@router.post("/shipments/bulk/run")
async def run(
    screen: Acting,
    trigger: Annotated[Trigger, Form()],
    work: Annotated[UUID, Form()],
    ids: Annotated[list[UUID], Form(alias="id", max_length=MOST)],
    reason: Annotated[str, Form(max_length=500)] = "",
    back: Annotated[str, Form(max_length=2000)] = "/shipments",
) -> Response:
    """Do it, and say of each that could not why; the same work sent twice is done once."""
    _check(screen, trigger)
    reason = reason.replace("\x00", "").strip()
    if trigger in REASONED and not reason:
        raise ProblemError(422, "wrong-data", screen.language.gettext("Bu işlem bir neden ister."))
    known = {one[0]: one for one in await listing.by_stage(screen.parts.pool, {"ids": ids}, names=True, most=MOST)}
    done, failed = 0, []
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        outcomes = await screen.parts.intake.take([_arrival(screen, trigger, work, one, reason) for one in some])
        for shipment, told in zip(some, outcomes, strict=True):
            outcome = await queries.told_before(screen.parts.pool, told) if told.code == "duplicate" else told
            if outcome.state in {"applied", "repeated"}:
                done += 1
            else:
                reference = known[shipment][2] if shipment in known else str(shipment)
                failed.append({"id": shipment, "reference": reference, "why": refusals.said(screen.language, outcome)})
    await screen.note(f"shipment.{trigger}", f"bulk/{work}", reason, f"{done}/{len(ids)}")
    return await rendering.page(
        screen,
        "pages/bulk.html",
        here="shipments",
        trigger=trigger,
        triggers=words.TRIGGERS,
        done=done,
        total=len(ids),
        failed=failed,
        back=local(back),
    )


def _check(screen: Acting, trigger: Trigger) -> None:
    screen.only(FIRE[trigger])
    if trigger not in BULK:
        raise ProblemError(422, "wrong-data", f"{trigger} is not done to many at once.")


def _arrival(screen: Acting, trigger: Trigger, work: UUID, shipment: UUID, reason: str) -> Arrival:
    """One shipment's message, whose id follows from the work."""
    source = f"ops/{screen.user.name}"
    data: dict[str, object] = {"shipment": {"id": str(shipment)}}
    if trigger in REASONED:
        data["reason"] = reason
    body = envelope(
        source=source,
        id=f"{work}:{shipment}",
        type=f"shipment.{trigger}.v1",
        time=screen.now,
        data=data,
        correlationid=str(work),
    )
    return Arrival(topology.subject_of(source), body, f"http:{uuid4()}", attended=True)
