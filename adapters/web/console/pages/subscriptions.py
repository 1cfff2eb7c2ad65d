"""*Abonelikler*: who is told what by signed webhooks, how they fare, and what was tried for them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Response
from pydantic import ValidationError

from adapters.database import subscriptions as table
from adapters.web import paging
from adapters.web import subscriptions as doing
from adapters.web.api.subscriptions import Heard
from adapters.web.console import rendering, words
from adapters.web.console.language import marked
from adapters.web.console.navigation import Group, Page
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ADMIN, OPERATE
from events.subscriptions import PROGRESSED, RAISED, RESOLVED, TESTED, TRANSITIONED, Hears, Why
from workflow.attention import Reason
from workflow.stages import STAGE_LABELS, Stage
from workflow.values import ISTANBUL

router = APIRouter(include_in_schema=False)

PAGE = Page("subscriptions", "/subscriptions", marked("Abonelikler"), "subscriptions", Group.LINKS, router, roles=OPERATE)

ROWS: Final = 50
TYPES: Final = {
    TRANSITIONED: marked("Aşama değişiklikleri"),
    RAISED: marked("Açılan dikkat kayıtları"),
    RESOLVED: marked("Kapanan dikkat kayıtları"),
    PROGRESSED: marked("İade başvurusu gelişmeleri"),
}
"""What there is to hear."""
TOLD: Final = TYPES | {TESTED: marked("Deneme")}
STATES: Final = {
    "active": (marked("etkin"), "good"),
    "paused": (marked("duraklatıldı"), "warn"),
    "disabled": (marked("durduruldu"), "bad"),
}
DELIVERIES: Final = {
    "waiting": (marked("bekliyor"), "warn"),
    "delivered": (marked("teslim edildi"), "good"),
    "given_up": (marked("vazgeçildi"), "bad"),
}
WHYS: Final = {
    Why.GONE: marked("alıcı kapandığını bildirdi (410)"),
    Why.FAILING: marked("uzun süre hiçbir şey teslim edilemedi"),
}
_SAID: Final = {
    "forbidden-url": marked("Adres kullanılamaz: https:// ile başlamalı; kullanıcı adı, parola ya da # içermemelidir."),
    "forbidden-address": marked("Bu adres bir iç ağa gidiyor. Alıcı sizinse ağını KERVAN_OUTSIDE__NETWORKS ile açın."),
    "subscription-name-taken": marked("Bu adla bir abonelik zaten var."),
    "subscription-unknown": marked("Bu abonelik kaldırılmış."),
    "attempt-unknown": marked("Bu denemenin mesajı artık saklanmıyor; daha eskisini yeniden oynatma getirir."),
    "no-signing-key": marked("İmzalamak için anahtar yok. KERVAN_SIGNING_KEY ayarını bütün süreçlere aynı verin."),
    "not-now": marked("Bu işlem şu anda yapılamaz: abonelik zaten bu durumda ya da alıcı kısa süreliğine dinlendiriliyor."),
    "wrong-data": marked("Bir alan hatalı. Geçmiş bir zaman girin ve sayıları denetleyin."),
}
"""What people read where the problem's own sentence is a program's."""
_DONE: Final = {
    "pause": marked("Abonelik duraklatıldı; duyacakları saklanıyor."),
    "resume": marked("Abonelik sürüyor."),
    "replay": marked("Geçmiş yeniden gönderiliyor."),
}

Name = Annotated[str, Form(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Url = Annotated[str, Form(min_length=1, max_length=2000)]
Sellers = Annotated[str, Form(max_length=4000)]
Words = Annotated[list[str] | None, Form(max_length=200)]


@router.api_route("/subscriptions", methods=["GET", "HEAD"])
async def listed(screen: Inside, cursor: paging.Cursor = "") -> Response:
    """All subscriptions, and a form for another one."""
    return await _list(screen, cursor)


@router.post("/subscriptions")
async def add(
    screen: Acting,
    name: Name,
    url: Url,
    types: Words = None,
    stages: Words = None,
    reasons: Words = None,
    sellers: Sellers = "",
) -> Response:
    """Make a subscription; its secret is shown on this answer and nowhere again."""
    screen.only(ADMIN)
    try:
        hears = _heard(types, stages, reasons, sellers)
        made = await doing.add(screen.parts, name=name, url=url, hears=hears, by=screen.user.name)
        secret = await doing.secret(screen.parts, UUID(made["id"]))
    except ProblemError as error:
        given = {"name": name, "url": url, "types": types, "stages": stages, "reasons": reasons, "sellers": sellers}
        return await _list(screen, "", given={k: v for k, v in given.items() if v}, wrong=_told(screen, error))
    await screen.note("subscription.add", f"subscription/{made['id']}")
    return await _one(screen, UUID(made["id"]), secret=secret)


@router.api_route("/subscriptions/{one}", methods=["GET", "HEAD"])
async def shown(screen: Inside, one: UUID, cursor: paging.Cursor = "") -> Response:
    """One subscription: how it fares, what was tried, and what can be done."""
    return await _one(screen, one, cursor)


@router.post("/subscriptions/{one}/change")
async def change(
    screen: Acting,
    one: UUID,
    name: Name,
    url: Url,
    types: Words = None,
    stages: Words = None,
    reasons: Words = None,
    sellers: Sellers = "",
) -> Response:
    """Change name, address and what it hears."""
    screen.only(ADMIN)

    async def work() -> str:
        hears = _heard(types, stages, reasons, sellers)
        await doing.change(screen.parts, one, name=name, url=url, hears=hears)
        return screen.language.gettext("Değişiklik kaydedildi.")

    return await _tried(screen, one, "change", work)


@router.post("/subscriptions/{one}/{action}")
async def act(
    screen: Acting,
    one: UUID,
    action: Literal["pause", "resume", "replay", "rotate", "test", "remove"],
    since: Annotated[str, Form(max_length=40)] = "",
    again: Annotated[bool, Form()] = False,
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Pause, resume, replay, try out, end it (with a reason), or give it a new secret, which is shown on this answer alone."""
    screen.only(ADMIN)
    say, why = screen.language.gettext, reason.replace("\x00", "").strip()
    if action == "remove" and not why:
        return rendering.done(screen, f"/subscriptions/{one}", say("Nedenini yazın."), "bad")

    async def work() -> str:
        if action == "test":
            return _came(screen, await doing.try_out(screen.parts, one, screen.user.name))
        if action == "remove":
            await doing.remove(screen.parts, one, screen.user.name)
            return say("Abonelik kaldırıldı.")
        asked = doing.Asked(since=_moment(since), again=again)
        await doing.act(screen.parts, one, action, screen.user.name, asked)
        return say(_DONE.get(action, ""))

    if action != "rotate":
        return await _tried(screen, one, action, work, why)
    try:
        await doing.act(screen.parts, one, action, screen.user.name, doing.Asked())
        secret = await doing.secret(screen.parts, one)
    except ProblemError as error:
        return rendering.done(screen, f"/subscriptions/{one}", _told(screen, error), "bad")
    await screen.note("subscription.rotate", f"subscription/{one}")
    return await _one(screen, one, secret=secret)


@router.post("/subscriptions/{one}/attempts/{attempt}/resend")
async def resend(screen: Acting, one: UUID, attempt: UUID) -> Response:
    """Send the message of an attempt once more, at once."""
    screen.only(ADMIN)

    async def work() -> str:
        return _came(screen, await doing.resend(screen.parts, one, attempt, screen.user.name))

    return await _tried(screen, one, "resend", work)


async def _tried(screen: Screen, one: UUID, action: str, work: Callable[[], Awaitable[str]], why: str = "") -> Response:
    """Do something, write it down, and come back with a word of what came of it."""
    back = "/subscriptions" if action == "remove" else f"/subscriptions/{one}"
    try:
        text = await work()
    except ProblemError as error:
        await screen.note(f"subscription.{action}", f"subscription/{one}", why, str(error.status))
        return rendering.done(screen, back, _told(screen, error), "bad")
    await screen.note(f"subscription.{action}", f"subscription/{one}", why)
    return rendering.done(screen, back, text)


async def _list(screen: Screen, cursor: str, *, given: dict[str, Any] | None = None, wrong: str = "") -> Response:
    found = await table.listed(screen.parts.pool, ROWS + 1, paging.read(cursor))
    page = paging.page(found, ROWS, "made_at")
    return await rendering.page(
        screen,
        "pages/subscriptions.html",
        here="subscriptions",
        status=422 if wrong else 200,
        subscriptions=page["items"],
        following=page["next"],
        given=given or {},
        wrong=wrong,
        **_words(screen),
    )


async def _one(screen: Screen, one: UUID, cursor: str = "", *, secret: str = "") -> Response:
    found = await doing.known(screen.parts, one)
    tried = await table.attempts(screen.parts.pool, one, ROWS + 1, paging.read(cursor))
    page = paging.page(tried, ROWS, "at")
    return await rendering.page(
        screen,
        "pages/subscription.html",
        here="subscriptions",
        one=found,
        given={
            **found["hears"],
            "name": found["name"],
            "url": found["url"],
            "sellers": " ".join(found["hears"].get("sellers", [])),
        },
        attempts=page["items"],
        following=page["next"],
        secret=secret,
        today=screen.now.astimezone(ISTANBUL).strftime("%Y-%m-%dT00:00"),
        latest=screen.now.astimezone(ISTANBUL).strftime("%Y-%m-%dT%H:%M"),
        **_words(screen),
    )


def _words(screen: Screen) -> dict[str, Any]:
    return {
        "barred": screen.barred(ADMIN),
        "types": TYPES,
        "told": TOLD,
        "states": STATES,
        "deliveries": DELIVERIES,
        "whys": {why.value: text for why, text in WHYS.items()},
        "stage_labels": {stage.value: STAGE_LABELS[stage] for stage in Stage},
        "reason_titles": {reason.value: words.title(reason) for reason in Reason},
    }


def _heard(types: list[str] | None, stages: list[str] | None, reasons: list[str] | None, sellers: str) -> Hears:
    """What a form asks to hear.

    Raises:
        ProblemError: 422, a word is none of ours.
    """
    said = {"types": types, "stages": stages, "reasons": reasons, "sellers": sellers.replace(",", " ").split()}
    try:
        return Heard.model_validate({name: given for name, given in said.items() if given}).read()
    except ValidationError:
        wrong = (
            "Formdaki bir sözcük bilinenlerden değil, ya da bir vergi numarası 10 veya 11 haneli değil.",
            "A word of the form is none that there is, or a tax number has not 10 or 11 digits.",
        )
        raise ProblemError(422, "wrong-data", wrong) from None


def _moment(text: str) -> datetime | None:
    """A time as a browser's field gives it, on Istanbul's clock."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ISTANBUL) if text else None
    except ValueError:
        return None


def _told(screen: Screen, error: ProblemError) -> str:
    return screen.language.gettext(_SAID[error.code]) if error.code in _SAID else screen.language.pair(error.said)


def _came(screen: Screen, made: dict[str, Any]) -> str:
    """What came of an attempt, in a sentence."""
    said: str = made["message"][screen.language.code]
    return f"{said} HTTP {made['status']}" if made["status"] else said
