"""An ETGB: its days, its lines and evidence; and the form by which a person says which closing day is right."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, Path, Query, Response

from adapters.database import aside, documents, etgbs
from adapters.web import doors
from adapters.web.console import refusals, rendering, words
from adapters.web.console.language import marked
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT
from workflow.etgb import EtgbState
from workflow.stages import STAGE_LABELS
from workflow.values import is_etgb_number, istanbul_day, normalise_etgb_number

router = APIRouter(include_in_schema=False)

Number = Annotated[str, Path(max_length=40)]
STATES = {
    EtgbState.NUMBER_KNOWN.value: (marked("numarası biliniyor"), "void"),
    EtgbState.DOCUMENT_THERE.value: (marked("belgesi geldi"), "accent"),
    EtgbState.CLOSING_PENDING.value: (marked("intacı bekleniyor"), "warn"),
    EtgbState.CLOSED.value: (marked("kapandı"), "good"),
    EtgbState.CANCELLED.value: (marked("iptal edildi"), "bad"),
}
"""How far an ETGB is known, and how that looks."""


@router.api_route("/etgbs/{number}", methods=["GET", "HEAD"])
async def shown(screen: Inside, number: Number) -> Response:
    """The page."""
    etgb = await known(screen, number)
    kept = await documents.of_etgb(screen.parts.pool, etgb["number"]) if screen.may(ACT) else []
    return await rendering.page(
        screen,
        "pages/etgb.html",
        here="shipments",
        etgb=etgb,
        kept=kept,
        states=STATES,
        stage_labels=STAGE_LABELS,
        who_words=words.WHO,
        may_act=screen.may(ACT),
    )


async def known(screen: Screen, number: str) -> dict[str, Any]:
    """An ETGB that is there.

    Raises:
        ProblemError: 404, there is none.
    """
    wanted = normalise_etgb_number(number)
    found = await etgbs.shown(screen.parts.pool, wanted) if is_etgb_number(wanted) or "\x00" not in wanted else None
    if found is None:
        raise ProblemError(404, "etgb-unknown", "There is no ETGB with this number here.")
    return found


@router.api_route("/etgbs/{number}/correct-closing", methods=["GET", "HEAD"])
async def asked(
    screen: Inside,
    number: Number,
    closed_on: Annotated[str, Query(max_length=10)] = "",
    reason: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The form; with a day and how it is known it shows what the correction would move, to be confirmed."""
    return await _form(screen, await known(screen, number), closed_on, reason, "")


async def _form(screen: Screen, etgb: dict[str, Any], closed_on: str, reason: str, wrong: str, status: int = 200) -> Response:
    say = screen.language.gettext
    day, reason = _day(closed_on), reason.replace("\x00", "").strip()
    barred = _barred(screen, etgb)
    if not wrong and not barred and closed_on and day is None:
        wrong, status = say("Bu bir gün değil; takvimden seçin."), 422
    elif not wrong and not barred and day is not None and not reason:
        wrong, status = say("Günün nereden bilindiğini yazın."), 422
    preview = None
    if day is not None and reason and not barred and not wrong:
        preview = await etgbs.correction(screen.parts.pool, etgb["number"], day)
    return await rendering.page(
        screen,
        "pages/correct_closing.html",
        here="shipments",
        status=status,
        etgb=etgb,
        closed_on=closed_on if day is not None else "",
        reason=reason,
        preview=preview,
        wrong=wrong,
        barred=barred,
        work=uuid4(),
        latest=istanbul_day(screen.now).isoformat(),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _barred(screen: Screen, etgb: dict[str, Any]) -> str:
    """Why nothing can be corrected, in the reader's language; empty where it can."""
    say = screen.language.gettext
    if not screen.may(ACT):
        return say("Rolünüz buna izin vermiyor.")
    if etgb["state"] == EtgbState.CANCELLED:
        return say("ETGB iptal edilmiş; intaç tarihi bir şeyi belirlemez.")
    return ""


@router.post("/etgbs/{number}/correct-closing")
async def correct(
    screen: Acting,
    number: Number,
    work: Annotated[UUID, Form()],
    closed_on: Annotated[str, Form(max_length=10)],
    reason: Annotated[str, Form(max_length=200)],
) -> Response:
    """Tell the engine which day is right, as it was shown; the same form sent twice tells it once."""
    screen.only(ACT)
    etgb = await known(screen, number)
    day, why = _day(closed_on), reason.replace("\x00", "").strip()
    if day is None or not why:
        return await _form(screen, etgb, closed_on, reason, screen.language.gettext("Günü ve nereden bilindiğini yazın."), 422)
    data = {"number": etgb["number"], "closed_on": day.isoformat(), "reason": why}
    kind = "etgb.correct_closing.v1"
    outcome = await doors.say(
        screen.parts, screen.request, screen.key, family="ops", kind=kind, data=data, message_id=str(work)
    )
    if outcome.code == "duplicate":  # the form was sent before; what became of it then is the answer
        outcome = await aside.told_before(screen.parts.pool, outcome)
    thing = f"etgb/{etgb['number']}"
    if outcome.state == "refused":
        await screen.note("etgb.correct_closing", thing, why, outcome.code)
        return await _form(screen, etgb, closed_on, why, refusals.said(screen.language, outcome), 409)
    await screen.note("etgb.correct_closing", thing, why)
    text = marked("Bu intaç tarihi zaten geçerliydi.") if outcome.state == "repeated" else marked("İntaç tarihi düzeltildi.")
    return rendering.done(screen, f"/etgbs/{etgb['number']}", screen.language.gettext(text))
