"""*Gönderi*: one shipment: where it stands, what happened and why, what holds it, and what can be done."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlencode
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, File, Form, Path, Response, UploadFile

from adapters.database import aside, desk, documents, etgbs, listing, queries, story, whole_etgbs
from adapters.press.language import Language as SheetLanguage
from adapters.web import doors, reach
from adapters.web.absent import absent
from adapters.web.api import documents as papers
from adapters.web.api import sheets
from adapters.web.api.shipments import masked
from adapters.web.console import claim_words, findings, forms, offers, refusals, rendering, words
from adapters.web.console.amending import KINDS
from adapters.web.console.language import marked
from adapters.web.console.pages.shipments import vocabulary
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT, FIRE, OPERATE
from workflow import lifecycle
from workflow.attention_texts import TEXTS
from workflow.stages import STAGE_LABELS, Stage, Trigger
from workflow.values import istanbul_day, to_cents

router = APIRouter(include_in_schema=False)

Id = Annotated[UUID, Path()]


@router.api_route("/shipments/{shipment_id}", methods=["GET", "HEAD"])
async def one(screen: Inside, shipment_id: Id) -> Response:
    """The page."""
    pool = screen.parts.pool
    whole = await known(screen, shipment_id)
    told = await story.causes(pool, shipment_id)
    scans = await story.scans(pool, shipment_id)
    etgb = await etgbs.shown(pool, whole["etgb"]["number"]) if whole["etgb"] is not None else None
    actions = _actions(screen, whole)
    (row,) = await listing.page(pool, {"ids": [shipment_id]}, 1)
    return await rendering.page(
        screen,
        "pages/shipment.html",
        here="shipments",
        shipment=masked(screen.key, whole),
        findings=findings.gathered(screen.language, whole["findings"]),
        held_fields=findings.by_line(whole["findings"]),
        lines=[line | {"amount": _amount(line)} for line in whole["lines"]],
        discounted=any(Decimal(line["discount"]) for line in whole["lines"]),
        kinds=KINDS,
        rail=story.rail(whole, told, screen.now),
        causes=told,
        scans=scans,
        scan_of={scan["message_id"]: scan for scan in scans},
        documents=await documents.of_shipment(pool, shipment_id),
        printable=await screen.parts.printer.printable(shipment_id),
        etgb=etgb,
        actions=actions,
        barred_actions=forms.by_reason((action["trigger"], action["why"]) for action in actions),
        seller_name=row["seller_name"],
        may_read=screen.may(ACT),
        not_theirs=await _not_theirs(screen, shipment_id, told),
        may_invoice=screen.may(OPERATE),
        message_words=words.MESSAGES,
        message_states=words.STATES,
        attention_texts={reason.value: text for reason, text in TEXTS.items()},
        who_words=words.WHO,
        endings=words.ENDINGS,
        claim_words=claim_words,
        **vocabulary(screen) | {"barred": screen.barred(ACT)},
    )


async def known(screen: Screen, shipment: UUID) -> dict[str, Any]:
    """A shipment that is there.

    Raises:
        ProblemError: 404, there is none.
    """
    found = await queries.shipment(screen.parts.pool, shipment)
    if found is None:
        raise absent("shipment-unknown", shipment)
    return found


def _amount(line: dict[str, Any]) -> Decimal:
    """What a line costs, in the shipment's currency."""
    return to_cents(Decimal(line["quantity"]) * Decimal(line["unit_price"]) - Decimal(line["discount"]))


def _actions(screen: Screen, shipment: dict[str, Any]) -> list[dict[str, Any]]:
    """Every trigger of its version: whether it can be fired now, and if not, why; those that can stand first."""
    found = []
    for step in lifecycle.KNOWN.of(shipment["lifecycle"]).steps:
        why = _why_not(screen, shipment, step.trigger)
        found.append({"trigger": step.trigger, "why": why, "danger": step.trigger in forms.DANGEROUS})
    return sorted(found, key=lambda action: bool(action["why"]))


def _why_not(screen: Screen, shipment: dict[str, Any], trigger: Trigger) -> str:
    say = screen.language.gettext
    stage, table = Stage(shipment["stage"]), lifecycle.KNOWN.of(shipment["lifecycle"])
    if not table.allowed(stage, trigger):
        stages = ", ".join(screen.language.pair(STAGE_LABELS[source]) for source in table.sources(trigger))
        if not stages:
            return say("Gönderi, bu adımı olmayan bir aşamalar tablosuyla başladı.")
        if table.possible_later(stage, trigger):
            return say("Gönderi şu aşamadayken olur: %(stages)s") % {"stages": stages}
        return say("Artık olmaz; yalnızca şu aşamada olurdu: %(stages)s") % {"stages": stages}
    return screen.barred(FIRE[trigger])


@router.api_route("/shipments/{shipment_id}/actions/{trigger}", methods=["GET", "HEAD"])
async def asked(screen: Inside, shipment_id: Id, trigger: Trigger) -> Response:
    """The form of an action: in a dialog, or as a page of its own; the address may fill it in."""
    filled = {field.name: screen.request.query_params.get(field.name, "") for field in forms.FIELDS.get(trigger, ())}
    filled = {name: text[:200] for name, text in filled.items() if text}
    return await _form(screen, await known(screen, shipment_id), trigger, filled, "")


async def _form(
    screen: Screen, shipment: dict[str, Any], trigger: Trigger, filled: dict[str, str], why: str, status: int = 200
) -> Response:
    today = istanbul_day(screen.now).isoformat()
    wanted = forms.FIELDS.get(trigger, ())
    return await rendering.page(
        screen,
        "pages/action.html",
        here="shipments",
        status=status,
        shipment=shipment,
        trigger=trigger,
        triggers=words.TRIGGERS,
        fields=wanted,
        values={field.name: filled.get(field.name, _begun(screen, field, shipment, today)) for field in wanted},
        danger=trigger in forms.DANGEROUS,
        why=why or _why_not(screen, shipment, trigger),
        wrong=bool(why),
        work=uuid4(),
        stage_labels=STAGE_LABELS,
        back=_lines_back(shipment, filled) if trigger is Trigger.RETURN_GOODS else [],
    )


def _begun(screen: Screen, field: forms.Field, shipment: dict[str, Any], today: str) -> str:
    """What stands in a field at first, numbers as the reader writes them."""
    text = field.begin(shipment, today)
    return screen.language.plain(text) if field.kind in {"money", "number"} else text


def _lines_back(shipment: dict[str, Any], filled: dict[str, str]) -> list[dict[str, Any]]:
    """The lines of which something may still come back, with what was filled in for them."""
    found = []
    for n, line in enumerate(shipment["lines"], start=1):
        left, field = Decimal(line["quantity"]) - Decimal(line.get("came_back", 0)), forms.back_field(n)
        name = f"{n}. {line['description_tr'] or line['description']}"
        if left > 0:
            found.append({"name": name, "left": left, "unit": line["unit"], "field": field, "value": filled.get(field, "")})
    return found


@router.post("/shipments/{shipment_id}/actions/{trigger}")
async def act(screen: Acting, shipment_id: Id, trigger: Trigger, work: Annotated[UUID, Form()]) -> Response:
    """Fire a trigger with what was filled in; the same form sent twice fires once."""
    screen.only(FIRE[trigger])
    shipment = await known(screen, shipment_id)
    form = {name: value for name, value in (await screen.request.form()).items() if isinstance(value, str)}
    offered = offers.lists(screen.parts.law, istanbul_day(screen.now))
    data = forms.data(trigger, form, shipment, offered)
    return await fired(screen, shipment, trigger, data, work, form)


async def fired(
    screen: Screen, shipment: dict[str, Any], trigger: Trigger, data: dict[str, Any], work: UUID, form: dict[str, str]
) -> Response:
    """Tell the engine, note it, and go back to the shipment; or show the form again with what is wrong."""
    await reach.fires(screen.parts.pool, screen.key, shipment, trigger, data)
    message = data | {"shipment": {"id": shipment["id"]}}
    kind = f"shipment.{trigger}.v1"
    try:
        outcome = await doors.say(
            screen.parts, screen.request, screen.key, family="ops", kind=kind, data=message, message_id=str(work)
        )
    except ProblemError as error:
        return await _form(screen, shipment, trigger, form, screen.language.pair(error.said), 422)
    if outcome.code == "duplicate":  # the form was sent before; what became of it then is the answer
        outcome = await aside.told_before(screen.parts.pool, outcome)
    thing = f"shipment/{shipment['id']}"
    if outcome.state == "refused":
        await screen.note(f"shipment.{trigger}", thing, str(data.get("reason", "")), outcome.code)
        return await _form(screen, shipment, trigger, form, refusals.said(screen.language, outcome), 409)
    await screen.note(f"shipment.{trigger}", thing, str(data.get("reason", "")))
    text = screen.language.gettext(_DONE[outcome.state]) % {"action": screen.language.gettext(words.TRIGGERS[trigger])}
    return rendering.done(screen, f"/shipments/{shipment['id']}", text, "warn" if outcome.state == "parked" else "good")


_DONE = {
    "applied": marked("%(action)s: yapıldı."),
    "repeated": marked("%(action)s: bu zaten yapılmıştı."),
    "parked": marked("%(action)s: alındı; gönderi o aşamaya gelince kendiliğinden uygulanacak."),
}


@router.post("/shipments/{shipment_id}/documents")
async def upload(
    screen: Acting,
    shipment_id: Id,
    file: Annotated[UploadFile, File()],
    kind: Annotated[Literal["invoice", "vedop_evidence"], Form()] = "invoice",
) -> Response:
    """Take an invoice that was made elsewhere, or a file that shows the ETGB in VEDOP; then ask for what follows from it."""
    say = screen.language.gettext
    shipment = await known(screen, shipment_id)
    screen.only(ACT)
    try:
        answer = await papers.upload(screen.parts, screen.request, screen.key, shipment_id, file, kind, "")
    except ProblemError as error:
        held = findings.gathered(screen.language, error.extra.get("findings", []))
        why = say("Belge alınmadı ve saklanmadı: bulgular durduruyor.") if held else screen.language.pair(error.said)
        return await rendering.page(
            screen, "pages/not_taken.html", here="shipments", status=error.status, shipment=shipment, why=why, findings=held
        )
    if kind == "vedop_evidence":
        shown = orjson.loads(bytes(answer.body))["evidence"]
        query = urlencode({"evidence.kind": shown["kind"], "evidence.reference": shown["reference"]})
        text = say("Kanıt saklandı; şimdi ne gösterdiğini bildirin.")
        return rendering.done(screen, f"/shipments/{shipment_id}/actions/transfer_to_vedop?{query}", text)
    return rendering.done(screen, f"/shipments/{shipment_id}", say("Fatura alındı ve saklandı."))


@router.get("/shipments/{shipment_id}/documents/{document}")
async def download(screen: Inside, shipment_id: Id, document: UUID) -> Response:
    """A kept document, to be saved."""
    screen.only(ACT)
    return await papers.download(screen.parts, screen.key, shipment_id, document)


@router.get("/shipments/{shipment_id}/sheets/{kind}.pdf")
async def sheet(screen: Inside, shipment_id: Id, kind: str, language: SheetLanguage = SheetLanguage.EN) -> Response:
    """Invoice or proforma, as they are printed."""
    screen.only(ACT)
    printed = {"invoice": sheets.invoice, "proforma": sheets.proforma}.get(kind)
    if printed is None:
        raise ProblemError(404, "not-found", ("Böyle bir çıktı yok.", "There is no such sheet."))
    return await printed(screen.parts, screen.key, shipment_id, language)


@router.get("/shipments/{shipment_id}/message")
async def raw(screen: Inside, shipment_id: Id, source: str, message: str) -> Response:
    """A message of the shipment's story as it came; a viewer, who does not see who the consignee is, sees none."""
    screen.only(ACT)
    source, message = source.replace("\x00", ""), message.replace("\x00", "")
    found = await story.message(screen.parts.pool, source, message)
    if found is None or not await _reached(screen, shipment_id, found):
        raise ProblemError(404, "message-unknown", ("Böyle bir mesaj yok.", "There is no such message."))
    return await rendering.page(
        screen,
        "pages/message.html",
        here="shipments",
        message=found,
        made_of=None if screen.sellers else await desk.corrects(screen.parts.pool, source, message),
        message_words=words.MESSAGES,
        back=f"/shipments/{shipment_id}",
    )


async def _not_theirs(screen: Screen, shipment: UUID, told: list[dict[str, Any]]) -> set[str]:
    """The messages of a shipment that tell of others too, as on an ETGB of many: whoever is bound to sellers reads none."""
    found = set()
    for cause in told if screen.sellers and screen.may(ACT) else ():
        if cause["kind"] == "message" and cause["type"].startswith(_OF_MANY):
            message = await story.message(screen.parts.pool, cause["actor"], cause["message_id"])
            if message is None or not await _reached(screen, shipment, message):
                found.add(cause["message_id"])
    return found


_OF_MANY = ("etgb.", "vedop.")
"""How the types of messages begin that are about an ETGB as a whole."""


async def _reached(screen: Screen, shipment: UUID, message: dict[str, Any]) -> bool:
    """Whether a message is there for whoever is bound to sellers: one of the shipment's own, and of no others' besides."""
    if not screen.sellers:
        return True
    if not await story.tells_of(screen.parts.pool, shipment, message["source"], message["id"]):
        return False
    numbers = story.etgbs_in(message["body"])
    return numbers <= await whole_etgbs.among(screen.parts.pool, numbers)
