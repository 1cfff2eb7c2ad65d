"""*Gelen mesajlar*: what is kept aside, by cause: replayed by one, by choice or by cause, or ignored with a reason."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Form, Query, Response

from adapters.database import desk
from adapters.web import paging
from adapters.web.absent import absent
from adapters.web.api import work
from adapters.web.console import rendering, words
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.pages import message_correction
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT, OPERATE
from workflow.refusals import TEXTS

router = APIRouter(include_in_schema=False)

PAGE = Page("messages", "/messages", marked("Gelen mesajlar"), "inbox", Group.TRAFFIC, router, counts="refused")

ROWS: Final = 50
AT_ONCE: Final = 200
"""How many messages of a cause one click replays; the next click goes on."""

WAITED: Final[dict[str, str]] = {
    "id": marked("gönderinin kendisi ya da daha ileri bir aşaması"),
    "draft": marked("siparişi"),
    "trk": marked("takip numarasının bilinmesi"),
    "inv": marked("faturasının bilinmesi"),
    "etgb": marked("ETGB'si"),
    "claim": marked("iade başvurusu"),
    "bought": marked("alış faturasının girilmesi"),
    "period": marked("dönemin başvurusu"),
    "group": marked("aynı alıcının öbür gönderileri"),
}
"""What a parked message waits for, by the kind of its key."""


@router.api_route("/messages", methods=["GET", "HEAD"])
async def listed(
    screen: Inside,
    state: Annotated[str, Query(max_length=10)] = "refused",
    cause: Annotated[str, Query(max_length=60)] = "",
    cursor: paging.Cursor = "",
) -> Response:
    """A page of what is kept aside, of one cause or of all."""
    shown = state if state in {"parked", "refused"} else "refused"
    pool = screen.parts.pool
    found = await desk.held(pool, shown, cause, ROWS + 1, paging.read(cursor))
    page = paging.page(found, ROWS, "at")
    causes = {name: await desk.held_causes(pool, name) for name in ("refused", "parked")}
    return await rendering.page(
        screen,
        "pages/messages.html",
        here="messages",
        messages=page["items"],
        following=page["next"],
        cursor=cursor,
        state=shown,
        cause=cause,
        causes=causes[shown],
        totals={name: sum(one["count"] for one in ones) for name, ones in causes.items()},
        cause_words=_cause_words(screen, shown),
        barred=screen.barred(OPERATE),
        may_read=screen.may(ACT),
        message_words=words.MESSAGES,
        at_once=AT_ONCE,
    )


def _cause_words(screen: Screen, state: str) -> dict[str, str]:
    if state == "parked":
        return {code: screen.language.gettext(text) for code, text in WAITED.items()}
    return {code: screen.language.pair(pair) for code, pair in TEXTS.items()}


@router.api_route("/messages/{held}", methods=["GET", "HEAD"])
async def one(screen: Inside, held: UUID) -> Response:
    """One message as it came."""
    screen.only(ACT)
    found = await desk.held_message(screen.parts.pool, held)
    if found is None:
        raise absent("message-unknown", held)
    refused = await desk.refused(screen.parts.pool, held)
    return await rendering.page(
        screen,
        "pages/held.html",
        here="messages",
        message=found,
        message_words=words.MESSAGES,
        why=TEXTS.get(found["code"]),
        waited=WAITED.get(found["code"].partition(":")[0], "") if found["state"] == "parked" else "",
        settled=refused is not None and refused.state != "refused",
        as_made=refused if refused is not None and refused.corrected_as else None,
        made_of=await desk.corrects(screen.parts.pool, found["source"], found["message_id"]) if found["source"] else None,
        uncorrected=message_correction.barred(screen, refused) if refused is not None else "",
        barred=screen.barred(OPERATE),
    )


@router.post("/messages/replay")
async def replay(
    screen: Acting,
    ids: Annotated[list[UUID] | None, Form(alias="id", max_length=AT_ONCE)] = None,
    state: Annotated[str, Form(pattern="^(parked|refused)$")] = "refused",
    cause: Annotated[str, Form(max_length=60)] = "",
    whole: Annotated[str, Form(max_length=5)] = "",
) -> Response:
    """Try messages again as they came: the chosen ones, or the oldest of a whole cause."""
    screen.only(OPERATE)
    wanted = ids or []
    if whole:
        wanted = await desk.oldest(screen.parts.pool, state, cause, AT_ONCE)
    told: dict[str, int] = {}
    for held in wanted:
        outcome = await _again(screen, held)
        told[outcome] = told.get(outcome, 0) + 1
        await screen.note("message.replay", f"message/{held}", outcome="done" if outcome != "refused" else "refused")
    say = screen.language.gettext
    if not told:
        return rendering.done(screen, f"/messages?state={state}", say("Hiçbir mesaj seçilmedi."), "warn")
    parts = ", ".join(f"{screen.language.number(n)} {say(words.STATES[name][0])}" for name, n in told.items())
    text = say("Yeniden işletildi: %(outcomes)s.") % {"outcomes": parts}
    return rendering.done(screen, f"/messages?state={state}", text, "warn" if "refused" in told else "good")


async def _again(screen: Screen, held: UUID) -> str:
    """What became of one message, tried again by the API's own function; one that is gone counts as refused."""
    try:
        _, answer = await work.again(screen.parts, held)
    except ProblemError:
        return "refused"
    state: str = answer["state"]
    return state


@router.post("/messages/ignore")
async def ignore(
    screen: Acting,
    ids: Annotated[list[UUID] | None, Form(alias="id", max_length=AT_ONCE)] = None,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Close refused messages with a reason; without one, ask for it. They are kept, and not listed any more."""
    screen.only(OPERATE)
    say, why = screen.language.gettext, reason.replace("\x00", "").strip()
    if not ids:
        return rendering.done(screen, "/messages", say("Hiçbir mesaj seçilmedi."), "warn")
    if not why:
        return await rendering.page(screen, "pages/ignore.html", here="messages", ids=ids)
    done = 0
    for held in ids:
        if await desk.ignore(screen.parts.pool, held, screen.user.name, why, screen.now):
            await screen.note("message.ignore", f"message/{held}", why)
            done += 1
    text = screen.language.ngettext("%(num)s mesaj yok sayıldı.", "%(num)s mesaj yok sayıldı.", done)
    return rendering.done(screen, "/messages", text)
