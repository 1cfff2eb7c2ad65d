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
from adapters.web.console.screen import Acting, Inside
from adapters.web.services import OPERATE
from workflow.likeness import POINTS, Sign
from workflow.stages import STAGE_LABELS

router = APIRouter(include_in_schema=False)

PAGE = Page("matches", "/matches", marked("Eşleştirme"), "matches", Group.WORK, router, counts="matches")

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
        may_act=screen.may(OPERATE),
        stage_labels=STAGE_LABELS,
        tones=words.TONES,
        speaks_for={sign.value for sign in Sign if sign in POINTS},
    )


@router.post("/matches/{match}/{action}")
async def act(
    screen: Acting,
    match: Annotated[UUID, Path()],
    action: Literal["confirm", "reject"],
    shipment: Annotated[UUID | None, Form()] = None,
) -> Response:
    """Say which shipment a line means, or that it means none."""
    screen.only(OPERATE)
    say, store = screen.language.gettext, EtgbMatches(screen.parts.pool)
    try:
        if action == "confirm" and shipment is not None:
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
    await screen.note(f"match.{action}", f"match/{match}", "" if shipment is None else f"shipment/{shipment}")
    return rendering.done(screen, "/matches", text)
