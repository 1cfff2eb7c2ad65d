"""An ETGB: its days, its lines, evidence and document, what is to be done about it; and which closing day is right."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from adapters.database import aside, desk, documents, etgbs, whole_etgbs
from adapters.web import doors
from adapters.web.absent import absent
from adapters.web.api import etgb_documents
from adapters.web.console import refusals, rendering, words
from adapters.web.console.language import marked
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT, OPERATE
from workflow.attention import Reason
from workflow.etgb import EtgbState
from workflow.stages import STAGE_LABELS
from workflow.values import is_etgb_number, istanbul_day, normalise_etgb_number

router = APIRouter(include_in_schema=False)

Number = Annotated[str, Path(max_length=40)]
STATES = {
    EtgbState.NUMBER_KNOWN.value: (marked("numarası biliniyor"), "void"),
    EtgbState.DOCUMENT_THERE.value: (marked("belgesi geldi"), "accent"),
    EtgbState.CLOSING_PENDING.value: (marked("intacı bekleniyor"), "warn"),
    EtgbState.CLOSED.value: (marked("intaç oldu"), "good"),
    EtgbState.CANCELLED.value: (marked("iptal edildi"), "bad"),
}
"""How far an ETGB is known, and how that looks."""


@router.api_route("/etgbs/{number}", methods=["GET", "HEAD"])
async def shown(screen: Inside, number: Number) -> Response:
    """The page."""
    return await _page(screen, await known(screen, number))


async def _page(screen: Screen, etgb: dict[str, Any], wrong: str = "", status: int = 200) -> Response:
    pool, named = screen.parts.pool, etgb["number"]
    whole = named in await whole_etgbs.among(pool, [named])
    return await rendering.page(
        screen,
        "pages/etgb.html",
        here="shipments",
        status=status,
        etgb=etgb,
        items=await desk.about_etgb(pool, named),
        kept=await documents.of_etgb(pool, named) if screen.may(ACT) and whole else [],
        own=await etgb_documents.papers(screen.parts).kept(named) if screen.may(ACT) and whole else None,
        wrong=wrong,
        not_uploaded=_not_uploaded(screen, etgb, whole=whole),
        not_corrected=_barred(screen, etgb, whole=whole),
        states=STATES,
        stage_labels=STAGE_LABELS,
        who_words=words.WHO,
        reasons={one.value: words.title(one) for one in Reason},
        barred=screen.barred(ACT),
    )


def _not_uploaded(screen: Screen, etgb: dict[str, Any], *, whole: bool) -> str:
    """Why no document can be uploaded here, in the reader's language; empty where one can."""
    say = screen.language.gettext
    if not screen.may(OPERATE):
        return say("ETGB'nin belgesini operasyon ya da yönetici yükler.")
    if etgb["state"] == EtgbState.CANCELLED:
        return say("ETGB iptal edilmiş; belgesini yerine geçene yükleyin.")
    if not whole:
        return say("Bu ETGB'de başkalarının satırları da var; belgesini işletmeci yükler.")
    return ""


@router.post("/etgbs/{number}/document")
async def upload(screen: Acting, number: Number, file: Annotated[UploadFile, File()]) -> Response:
    """Keep the ETGB's own PDF, by the API's function; its wait for a document is over."""
    screen.only(OPERATE)
    etgb = await known(screen, number)
    try:
        await etgb_documents.upload(screen.parts, screen.request, screen.key, etgb["number"], file, "")
    except ProblemError as error:
        return await _page(screen, etgb, screen.language.pair(error.said), error.status)
    return rendering.done(screen, f"/etgbs/{etgb['number']}", screen.language.gettext("ETGB'nin belgesi saklandı."))


async def known(screen: Screen, number: str) -> dict[str, Any]:
    """An ETGB that is there.

    Raises:
        ProblemError: 404, there is none.
    """
    wanted = normalise_etgb_number(number)
    found = await etgbs.shown(screen.parts.pool, wanted) if is_etgb_number(wanted) or "\x00" not in wanted else None
    if found is None:
        raise absent("etgb-unknown")
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


def _barred(screen: Screen, etgb: dict[str, Any], *, whole: bool = True) -> str:
    """Why nothing can be corrected, in the reader's language; empty where it can."""
    say = screen.language.gettext
    if barred := screen.barred(ACT):
        return barred
    if etgb["state"] == EtgbState.CANCELLED:
        return say("ETGB iptal edilmiş; intaç tarihi bir şeyi belirlemez.")
    if not whole:
        return say("Bu ETGB'de başkalarının satırları da var; intaç tarihini işletmeci düzeltir.")
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
