"""``/api/counterparts``: how the systems fare that Kervan calls; they can be tried, paused and resumed."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, StringConstraints

from adapters.calls import words
from adapters.database import counterparts
from adapters.database.counterparts import Name
from adapters.database.keys import Key
from adapters.web import idempotency
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import Operator, Parts, Reader, Services

router = APIRouter(prefix="/api/counterparts", tags=["operations"])

Action = Literal["test", "pause", "resume"]


class Word(BaseModel):
    """Why it is done; to pause, a reason is asked for."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


@router.get("")
async def listed(parts: Parts, _: Reader) -> dict[str, Any]:
    """Each counterpart that Kervan can ask: when it last answered and failed, calls of the last hour, breaker, pause."""
    return {"items": await shown(parts), "next": None}


@router.post("/{family}/{code}/{action}")
async def act(
    parts: Parts,
    request: Request,
    key: Operator,
    family: str,
    code: str,
    action: Action,
    word: Word,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Try a counterpart with one call that changes nothing (`test`), ask it nothing for now (`pause`), or again (`resume`).

    While it is paused its tasks stay on the broker. Each is kept with who did it and why.
    """

    async def work() -> tuple[int, object]:
        tried = await done(parts, key, (family, code), action, word.reason)
        (found,) = [one for one in await shown(parts) if (one["family"], one["code"]) == (family, code)]
        return 200, found if tried is None else found | {"tried": tried}

    return await idempotency.once(parts, request, key, idempotency_key, work)


async def done(parts: Services, key: Key, name: Name, action: Action, reason: str) -> dict[str, Any] | None:
    """Try a counterpart, and say what came of it; or pause or resume it.

    Raises:
        ProblemError: 404, nobody of that name is asked; 422, a pause has no reason.
    """
    if name not in parts.counterparts:
        known = ", ".join("/".join(one) for one in sorted(parts.counterparts))
        said = (
            f"Kervan {'/'.join(name)} adlı birine bir şey sormuyor; tanıdıkları: {known}.",
            f"Kervan asks nobody called {'/'.join(name)}; it knows {known}.",
        )
        raise ProblemError(404, "counterpart-unknown", said)
    if action == "pause" and not reason:
        said = (
            "Duraklatmak için nedenini `reason` içinde yazın: başkaları da bilmek ister.",
            "To pause, say why in `reason`: others will want to know.",
        )
        raise ProblemError(422, "wrong-data", said)
    if action == "pause":
        await counterparts.pause(parts.pool, name, key.name, reason, parts.clock())
    elif action == "resume":
        await counterparts.resume(parts.pool, name, key.name, reason, parts.clock())
    else:
        title, trial = parts.counterparts[name]
        tried = await trial()
        await counterparts.tried(parts.pool, name, key.name, reason, tried, parts.clock())
        text = words.said(tried.kind, title, detail=tried.detail, seconds=tried.seconds)
        seconds = round(tried.seconds, 3)
        return {"ok": tried.ok, "kind": tried.kind, "detail": tried.detail, "seconds": seconds, "text": text}
    return None


async def shown(parts: Services) -> list[dict[str, Any]]:
    """How each counterpart fares."""
    titles = {name: title for name, (title, _) in parts.counterparts.items()}
    return await counterparts.listed(parts.pool, titles, set(parts.settings.tasks.items()), parts.clock())
