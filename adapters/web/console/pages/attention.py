"""*Dikkat gerekenler*: what a person has to look at, by who has to act and why, the oldest first."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response

from adapters.database import desk, items
from adapters.web import paging
from adapters.web.absent import absent
from adapters.web.api.shipments import MASKED
from adapters.web.console import rendering, words
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.services import ACT
from workflow.attention import Reason
from workflow.attention_texts import TEXTS
from workflow.stages import STAGE_LABELS

router = APIRouter(include_in_schema=False)

PAGE = Page("attention", "/attention", marked("Dikkat gerekenler"), "attention", Group.WORK, router, counts="attention")

ROWS: Final = 50
PLACES: Final[dict[str, tuple[str, str]]] = {
    Reason.ETGB_LINE_UNMATCHED: ("/matches", marked("eşleştirme")),
    Reason.MESSAGE_REFUSED: ("/messages?state=refused", marked("reddedilen mesajlar")),
    Reason.MESSAGE_UNREADABLE: ("/messages?state=refused", marked("reddedilen mesajlar")),
    Reason.PARKED_OVERDUE: ("/messages?state=parked", marked("bekleyen mesajlar")),
    Reason.TASK_FAILED: ("/tasks", marked("giden kuyruk")),
    Reason.SUBSCRIPTION_DISABLED: ("/subscriptions", marked("abonelikler")),
}
"""Where to look at what is about no shipment, ETGB or claim, and what that place is called."""


def _places(screen: Screen) -> dict[str, tuple[str, str]]:
    """Those of the places that the menu of whoever looks has too: nobody is led where they may not go."""
    open_ = {page.path for _, pages in rendering.menu(screen) for page in pages}
    return {reason: place for reason, place in PLACES.items() if place[0].partition("?")[0] in open_}


@router.api_route("/attention", methods=["GET", "HEAD"])
async def listed(
    screen: Inside,
    who: Annotated[str, Query(max_length=20)] = "",
    reason: Annotated[str, Query(max_length=40)] = "",
    state: Annotated[str, Query(max_length=10)] = "open",
    cursor: paging.Cursor = "",
) -> Response:
    """A page of items, of one reason, of all that somebody has to act on, or all."""
    groups = await desk.groups(screen.parts.pool)
    reasons = [reason] if reason in set(Reason) else [one.value for one, text in TEXTS.items() if text.who == who] or None
    resolved = state == "resolved"
    found = await desk.attention_items(
        screen.parts.pool,
        resolved=resolved,
        reasons=reasons,
        limit=ROWS + 1,
        after=paging.read(cursor),
        names=screen.user.role not in MASKED,
    )
    page = paging.page(found, ROWS, "resolved_at" if resolved else "raised_at")
    return await rendering.page(
        screen,
        "pages/attention.html",
        here="attention",
        groups=groups,
        total=sum(group["count"] for group in groups),
        by_who={name: sum(group["count"] for group in groups if group["who"] == name) for name in words.WHO},
        items=page["items"],
        following=page["next"],
        cursor=cursor,
        who=who if who in words.WHO else "",
        reason=reason,
        state="resolved" if resolved else "open",
        barred=screen.barred(ACT),
        may_read=screen.may(ACT),
        places=_places(screen),
        endings=words.ENDINGS,
        who_words=words.WHO,
        reasons={one.value: words.title(one) for one in Reason},
        stage_labels=STAGE_LABELS,
        tones=words.TONES,
    )


@router.api_route("/attention/{item}/resolve", methods=["GET", "HEAD"])
async def asked(screen: Inside, item: UUID) -> Response:
    """The form to settle one item."""
    screen.only(ACT)
    found = await desk.attention_item(screen.parts.pool, item)
    if found is None:
        raise absent("attention-unknown", item)
    pages = {"shipment_id": "/shipments/{}", "claim": "/refunds/{}", "etgb": "/etgbs/{}"}
    back = next((page.format(found[name]) for name, page in pages.items() if found[name]), "/attention")
    reasons = {one.value: words.title(one) for one in Reason}
    return await rendering.page(
        screen, "pages/resolve.html", here="attention", items=[found], back=back, reasons=reasons, total=1
    )


@router.post("/attention/resolve")
async def resolve(
    screen: Acting,
    ids: Annotated[list[UUID] | None, Form(alias="id", max_length=200)] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
    back: Annotated[str, Form(max_length=2000)] = "/attention",
) -> Response:
    """Settle items with a reason; without one, ask for it."""
    screen.only(ACT)
    pool, why = screen.parts.pool, reason.replace("\x00", "").strip()
    ids = await desk.reached(pool, ids or [])
    if not ids:
        return rendering.done(screen, back, screen.language.gettext("Hiçbir kayıt seçilmedi."), "warn")
    if not why:
        found = [one for one in [await desk.attention_item(pool, item) for item in ids] if one is not None]
        reasons = {one.value: words.title(one) for one in Reason}
        return await rendering.page(
            screen, "pages/resolve.html", here="attention", items=found, back=back, reasons=reasons, total=len(found)
        )
    done = 0
    for item in ids:
        if await items.resolve(pool, item, screen.user.name, why, screen.now) is not None:
            await screen.note("attention.resolve", f"attention/{item}", why)
            done += 1
    text = screen.language.ngettext("%(num)s kayıt kapatıldı.", "%(num)s kayıt kapatıldı.", done)
    return rendering.done(screen, back, text)
