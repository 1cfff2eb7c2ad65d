"""What stands before the sign-in, and the sign-in itself."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Form, Query, Response
from fastapi.responses import RedirectResponse

from adapters.database import audit, sessions, users
from adapters.database.audit import Act
from adapters.web.console import csrf, rendering, signing_in
from adapters.web.console.screen import SESSION_COOKIE, Acting, Screen, Seen, local
from adapters.web.services import Parts
from workflow import diagram, lifecycle
from workflow.stages import STAGE_LABELS

router = APIRouter(include_in_schema=False)

_PATIENCE = signing_in.Patience()


@cache
def _picture(version: int) -> str:
    return diagram.svg(lifecycle.KNOWN.of(version).steps)


@router.api_route("/stages.svg", methods=["GET", "HEAD"])
async def picture(parts: Parts) -> Response:
    """The state machine, drawn from the table that shipments begin under now."""
    return Response(
        _picture(lifecycle.KNOWN.at(parts.clock()).version),
        media_type="image/svg+xml",
        headers={"Cache-Control": "max-age=300"},
    )


async def shown(screen: Screen, *, to: str = "/", name: str = "", why: str = "", status: int = 200) -> Response:
    """The page before the sign-in: the form, what Kervan is, and where its documentation is."""
    anybody = await users.any_at_all(screen.parts.pool)
    journey = [STAGE_LABELS[stage] for stage in lifecycle.KNOWN.at(screen.now).journey]
    return await rendering.page(screen, "gate.html", status=status, journey=journey, anybody=anybody, to=to, name=name, why=why)


@router.api_route("/sign-in", methods=["GET", "HEAD"])
async def asked(screen: Seen, to: Annotated[str, Query(alias="next", max_length=2000)] = "/") -> Response:
    """The form; whoever is signed in goes on."""
    return RedirectResponse(local(to), 303) if screen.session is not None else await shown(screen, to=local(to))


@router.post("/sign-in")
async def sign_in(
    screen: Seen,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=256)] = "",
    to: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Begin a session, and go on to where one wanted to go."""
    await csrf.check(screen.request, screen.secret)
    say = screen.language.gettext
    address = screen.request.client.host if screen.request.client is not None else ""
    if _PATIENCE.spent(address):
        wait = say("Bu adresten çok fazla yanlış deneme geldi. Birkaç dakika sonra yeniden deneyin.")
        return await shown(screen, to=local(to), name=name, why=wait, status=429)
    tried = await signing_in.attempt(screen.parts.pool, name.strip().replace("\x00", ""), password, screen.now)
    if tried.user is None:
        _PATIENCE.wrong(address)
        await _refused(screen, name, locked=tried.locked_until is not None)
        why = say("Ad ya da parola yanlış.")
        if tried.locked_until is not None:
            why = say("Bu ad, art arda yanlış parolalar yüzünden kısa bir süre kilitli. Birkaç dakika sonra yeniden deneyin.")
        return await shown(screen, to=local(to), name=name, why=why, status=401)
    session = await sessions.begin(screen.parts.pool, tried.user, screen.now)
    screen.session = session
    await screen.note("session.begin")
    answer = RedirectResponse(local(to), 303)
    rendering.keep(screen, answer, SESSION_COOKIE, session.token, max_age=int(sessions.LONGEST.total_seconds()))
    return answer


async def _refused(screen: Screen, name: str, *, locked: bool) -> None:
    """Note a wrong password under a name that exists; what else people type into the field may be their password."""
    if await users.known(screen.parts.pool, name.strip().replace("\x00", "")) is not None:
        act = Act("console", f"ops/{name.strip()}", "", "session.begin", outcome="locked" if locked else "wrong_password")
        await audit.note(screen.parts.pool, screen.now, act)


@router.post("/sign-out")
async def sign_out(screen: Acting) -> Response:
    """End the session."""
    await screen.note("session.end")
    await sessions.end(screen.parts.pool, screen.request.cookies[SESSION_COOKIE], screen.now)
    answer = rendering.done(screen, "/", screen.language.gettext("Çıkış yapıldı."))
    answer.delete_cookie(SESSION_COOKIE, httponly=True, samesite="lax")
    return answer
