"""*Eşleştirme*: lines of ETGB lists that may mean several shipments, each with its candidates side by side."""

from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Path, Response

from adapters.database import matches
from adapters.database.matches import EtgbMatches
from adapters.imports import doubts
from adapters.web import paging
from adapters.web.console import rendering, words
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import OPERATE
from workflow.likeness import POINTS, Sign
from workflow.stages import STAGE_LABELS

router = APIRouter(include_in_schema=False)

PAGE = Page("matches", "/matches", marked("Eşleştirme"), "matches", Group.WORK, router, counts="matches")

Match = Annotated[UUID, Path()]

ROWS: Final = 20
STATES: Final = {"open": marked("Bekleyen"), "confirmed": marked("Onaylanan"), "rejected": marked("Reddedilen")}
FIELDS: Final = {
    "reference": marked("Sipariş"),
    "invoice_number": marked("Fatura no"),
    "tracking_number": marked("Takip no"),
    "amount": marked("Tutar"),
    "currency": marked("Para birimi"),
    "country": marked("Ülke"),
}
"""What a line of a list may say, in this order."""


@router.api_route("/matches", methods=["GET", "HEAD"])
async def listed(screen: Inside, state: str = "open", cursor: paging.Cursor = "") -> Response:
    """A page of lines, the oldest first."""
    shown = state if state in STATES else "open"
    found = await matches.listed(screen.parts.pool, shown, ROWS + 1, paging.read(cursor))
    page = paging.page(found, ROWS, "raised_at")
    return await rendering.page(
        screen,
        "pages/matches.html",
        here="matches",
        lines=page["items"],
        following=page["next"],
        cursor=cursor,
        state=shown,
        states=STATES,
        fields=FIELDS,
        barred=screen.barred(OPERATE),
        stage_labels=STAGE_LABELS,
        tones=words.TONES,
        speaks_for={sign.value for sign in Sign if sign in POINTS},
    )


@router.api_route("/matches/{match}/reject", methods=["GET", "HEAD"])
async def asked(screen: Inside, match: Match) -> Response:
    """The form to reject a line: in a dialog, or as a page of its own."""
    screen.only(OPERATE)
    return await _form(screen, match)


async def _form(screen: Screen, match: UUID, status: int = 200) -> Response:
    """What is asked before a line is rejected; with a status of 422 the reason was missing."""
    line = await EtgbMatches(screen.parts.pool).waiting(match)
    if line is None:
        return rendering.done(screen, "/matches", screen.language.gettext("Bu satıra daha önce karar verilmiş."), "warn")
    wrong = screen.language.gettext("Nedenini yazın.") if status == 422 else ""
    return await rendering.page(
        screen, "pages/match_reject.html", here="matches", status=status, match=match, etgb=line["etgb"], wrong=wrong
    )


@router.post("/matches/{match}/{action}")
async def act(
    screen: Acting,
    match: Match,
    action: Literal["confirm", "reject"],
    shipment: Annotated[UUID | None, Form()] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Say which shipment a line means, or with a reason that it means none."""
    screen.only(OPERATE)
    say, store = screen.language.gettext, EtgbMatches(screen.parts.pool)
    why = reason.replace("\x00", "").strip()
    if action == "reject" and not why:
        return await _form(screen, match, 422)
    try:
        if action == "confirm":
            if shipment is None:
                raise ProblemError(
                    422, "wrong-data", ("Satırın hangi gönderi olduğunu seçin.", "Name the shipment that the line means.")
                )
            await doubts.confirm(screen.parts.intake, store, screen.parts.clock, match, shipment, owner=screen.user.name)
            text = say("Satır gönderiyle eşleştirildi.")
        else:
            await doubts.reject(store, screen.parts.clock, match, owner=screen.user.name)
            text = say("Satır reddedildi: hiçbir gönderimiz değil.")
    except doubts.NotOpenError:
        return rendering.done(screen, "/matches", say("Bu satıra daha önce karar verilmiş."), "warn")
    except doubts.BeingSettledError:
        return rendering.done(screen, "/matches", say("Bu satırı şu anda başkası eşleştiriyor; yeniden bakın."), "warn")
    except doubts.NotForThisLineError as error:
        await screen.note(f"match.{action}", f"match/{match}", outcome="not_for_this_line")
        return rendering.done(screen, "/matches", say("Bu gönderi bu satır olamaz: %(why)s") % {"why": error}, "bad")
    await screen.note(f"match.{action}", f"match/{match}", why if action == "reject" else f"shipment/{shipment}")
    return rendering.done(screen, "/matches", text)
