"""``/account``: one's own password and sessions."""

from typing import Annotated

from fastapi import APIRouter, Form, Response

from adapters.database import passwords, sessions, users
from adapters.web.console import csrf, rendering, signing_in
from adapters.web.console.screen import NotSignedInError, Screen, Seen

router = APIRouter(include_in_schema=False)


async def _shown(screen: Screen, why: str = "", status: int = 200) -> Response:
    if screen.session is None:
        raise NotSignedInError
    found = await sessions.of_user(screen.parts.pool, screen.session, screen.now)
    return await rendering.page(
        screen, "pages/account.html", status=status, why=why, sessions=found, shortest=passwords.SHORTEST
    )


@router.api_route("/account", methods=["GET", "HEAD"])
async def account(screen: Seen) -> Response:
    """The page; also for those who have to choose a password before they see any other."""
    return await _shown(screen)


@router.post("/account/password")
async def choose(
    screen: Seen,
    old: Annotated[str, Form(max_length=256)] = "",
    new: Annotated[str, Form(max_length=256)] = "",
    again: Annotated[str, Form(max_length=256)] = "",
) -> Response:
    """Choose a password; all other sessions end."""
    user = screen.user
    await csrf.check(screen.request, screen.secret)
    say = screen.language.gettext
    wrong = ""
    if len(new) < passwords.SHORTEST:
        wrong = say("Yeni parola en az %(least)s karakter olmalı.") % {"least": passwords.SHORTEST}
    elif new != again:
        wrong = say("Yeni parola iki kez aynı yazılmadı.")
    elif new == old or user.name.casefold() in new.casefold():
        wrong = say("Yeni parola eskisiyle aynı olamaz ve adınızı içeremez.")
    elif (await signing_in.attempt(screen.parts.pool, user.name, old, screen.now)).user is None:
        wrong = say("Şimdiki parola yanlış.")
    if wrong:
        return await _shown(screen, wrong, 422)
    await users.choose(screen.parts.pool, user.id, await signing_in.hashed(new))
    await _end_others(screen)
    await screen.note("password.change", f"user/{user.name}")
    return rendering.done(screen, "/", say("Parolanız değişti; öbür oturumlarınız kapatıldı."))


@router.post("/account/sessions/end")
async def end_others(screen: Seen) -> Response:
    """End all other sessions."""
    await csrf.check(screen.request, screen.secret)
    ended = await _end_others(screen)
    await screen.note("session.end_others")
    text = screen.language.ngettext("%(num)s oturum kapatıldı.", "%(num)s oturum kapatıldı.", ended)
    return rendering.done(screen, "/account", text)


async def _end_others(screen: Screen) -> int:
    if screen.session is None:
        raise NotSignedInError
    return await sessions.end_others(screen.parts.pool, screen.session, screen.now)
