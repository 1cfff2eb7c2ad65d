"""What a refused message should have said: written by a person beside what it said, and sent again as a new message."""

from typing import Annotated
from uuid import UUID, uuid4

import orjson
from fastapi import APIRouter, Form, Response

from adapters.database import desk
from adapters.database.desk import Refused
from adapters.web import correcting
from adapters.web.console import rendering, words
from adapters.web.console.language import marked
from adapters.web.console.screen import Acting, Inside, Screen
from adapters.web.problems import ProblemError
from adapters.web.services import ACT
from events.translate import MAX_BYTES
from workflow.refusals import TEXTS

router = APIRouter(include_in_schema=False)

_DONE = {
    "applied": marked("Düzeltilen mesaj uygulandı."),
    "repeated": marked("Düzeltilen mesaj yeni bir şey söylemiyor; reddedilen kapatıldı."),
    "parked": marked("Düzeltilen mesaj alındı; beklediği olunca kendiliğinden uygulanacak."),
    "refused": marked("Düzeltilen mesaj da reddedildi; nedeni burada. Reddedilenlerde artık o duruyor."),
}


def barred(screen: Screen, held: Refused) -> str:
    """Why a message cannot be corrected by whoever looks at it, in their language; empty where it can."""
    why = correcting.why_not(screen.parts, held)
    return screen.barred(correcting.roles(held)) if why is None else screen.language.pair(why)


@router.api_route("/messages/{held}/correct", methods=["GET", "HEAD"])
async def asked(screen: Inside, held: UUID) -> Response:
    """The form, filled in with what came."""
    screen.only(ACT)
    return await _form(screen, await correcting.found(screen.parts, held), None, "", uuid4(), "")


async def _form(
    screen: Screen, held: Refused, typed: str | None, reason: str, work: UUID, wrong: str, status: int = 200
) -> Response:
    kept = await desk.held_message(screen.parts.pool, held.id)
    return await rendering.page(
        screen,
        "pages/correct_message.html",
        here="messages",
        status=status,
        message=kept,
        message_words=words.MESSAGES,
        why=TEXTS.get(kept["code"]) if kept is not None else None,
        typed=rendering.pretty(held.body) if typed is None else typed,
        longest=MAX_BYTES,
        reason=reason,
        work=work,
        wrong=wrong,
        barred=barred(screen, held),
    )


@router.post("/messages/{held}/correct")
async def correct(
    screen: Acting,
    held: UUID,
    work: Annotated[UUID, Form()],
    body: Annotated[str, Form(max_length=MAX_BYTES)] = "",
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Send it; the same form sent twice sends one message."""
    kept, why = await correcting.found(screen.parts, held), reason.replace("\x00", "").strip()
    screen.only(correcting.roles(kept) or ACT)
    say = screen.language.gettext
    if not why:
        return await _form(screen, kept, body, "", work, say("Nedenini yazın."), 422)
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        wrong = say("Bu JSON değil: %(line)s. satırdan sonrası okunamıyor.") % {"line": error.lineno}
        return await _form(screen, kept, body, why, work, wrong, 422)
    try:
        made = await correcting.correct(screen.parts, screen.key, held, message, str(work))
    except ProblemError as error:
        return await _form(screen, kept, body, why, work, screen.language.pair(error.said), error.status)
    outcome = made.outcome
    await screen.note("message.correct", f"message/{held}", why, "done" if outcome.state != "refused" else outcome.code)
    to = "/messages" if made.held is None else f"/messages/{made.held}"
    return rendering.done(
        screen, to, say(_DONE[outcome.state]), {"refused": "bad", "parked": "warn"}.get(outcome.state, "good")
    )
