"""*Düzelt*: the fields and lines of a draft, with the findings that ask for a change beside them."""

from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Response

from adapters.database import story
from adapters.web import doors
from adapters.web.console import amending, findings, offers, refusals, rendering
from adapters.web.console.pages.shipment import Id, known
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import FIRE
from workflow import lifecycle
from workflow.stages import Stage, Trigger
from workflow.values import istanbul_day

router = APIRouter(include_in_schema=False)


@router.api_route("/shipments/{shipment_id}/amend", methods=["GET", "HEAD"])
async def asked(screen: Inside, shipment_id: Id) -> Response:
    """The form, filled in with what the draft says."""
    screen.only(FIRE[Trigger.AMEND])
    shipment = await known(screen, shipment_id)
    terms = await story.terms(screen.parts.pool, shipment_id)
    return await _form(screen, shipment, amending.values(terms), amending.line_values(shipment["lines"]))


@router.post("/shipments/{shipment_id}/amend")
async def amend(screen: Acting, shipment_id: Id, work: Annotated[UUID, Form()]) -> Response:
    """Tell the engine what was changed; it judges anew at once."""
    screen.only(FIRE[Trigger.AMEND])
    say = screen.language.gettext
    shipment = await known(screen, shipment_id)
    form = {name: value for name, value in (await screen.request.form()).items() if isinstance(value, str)}
    offered = _offered(screen)
    typed, lines = amending.typed(form, offered)
    if "more" in form:
        return await _form(screen, shipment, typed, [*lines, _blank()])
    terms = await story.terms(screen.parts.pool, shipment_id)
    data = amending.data(terms, shipment["lines"], typed, lines, offered)
    back = f"/shipments/{shipment_id}"
    if not data:
        return rendering.done(screen, back, say("Hiçbir şey değişmedi."), "warn")
    message = data | {"shipment": {"id": str(shipment_id)}}
    try:
        outcome = await doors.say(
            screen.parts, screen.request, screen.key, family="ops", kind="shipment.amend.v1", data=message, message_id=str(work)
        )
    except ProblemError as error:
        return await _form(screen, shipment, typed, lines, screen.language.pair(error.said), 422)
    if outcome.state == "refused":
        await screen.note("shipment.amend", f"shipment/{shipment_id}", ", ".join(data), outcome.code)
        return await _form(screen, shipment, typed, lines, refusals.said(screen.language, outcome), 409)
    await screen.note("shipment.amend", f"shipment/{shipment_id}", ", ".join(data))
    after = await known(screen, shipment_id)
    if any(finding["severity"] == "block" for finding in after["findings"]):
        return rendering.done(screen, back, say("Gönderi düzeltildi; bekleten bulgular var."), "warn")
    return rendering.done(screen, back, say("Gönderi düzeltildi; bekleten bulgu kalmadı."))


async def _form(
    screen: Screen,
    shipment: dict[str, Any],
    values: dict[str, str],
    lines: list[dict[str, str]],
    why: str = "",
    status: int = 200,
) -> Response:
    return await rendering.page(
        screen,
        "pages/amend.html",
        here="shipments",
        status=status,
        shipment=shipment,
        findings=findings.gathered(screen.language, shipment["findings"]),
        values=values,
        lines=lines,
        terms=amending.TERMS,
        line_fields=amending.LINE,
        kinds=amending.KINDS,
        offered={name: offers.said(screen.language, one) for name, one in _offered(screen).items()},
        why=why,
        wrong=amending.wrong([finding["path"] for finding in shipment["findings"] if finding["severity"] == "block"]),
        allowed=lifecycle.KNOWN.of(shipment["lifecycle"]).allowed(Stage(shipment["stage"]), Trigger.AMEND),
        work=uuid4(),
    )


def _offered(screen: Screen) -> dict[str, offers.Offers]:
    return offers.lists(screen.parts.law, istanbul_day(screen.now))


def _blank() -> dict[str, str]:
    return {"sku": "", **{field.name: "" for field in amending.LINE}, "kind": "goods", "unit": "C62", "origin": "TR"}
