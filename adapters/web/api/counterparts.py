"""``/api/counterparts``: how the systems fare that Kervan calls; they can be tried, paused and resumed."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, StringConstraints

from adapters.calls import words
from adapters.database import counterparts
from adapters.web import idempotency
from adapters.web.idempotency import IdempotencyKey
from adapters.web.problems import ProblemError
from adapters.web.services import Operator, Parts, Reader, Services

router = APIRouter(prefix="/api/counterparts", tags=["operations"])


class Word(BaseModel):
    """Why it is done; to pause, a reason is asked for."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


@router.get("")
async def listed(parts: Parts, _: Reader) -> dict[str, Any]:
    """Each counterpart that Kervan can ask: when it last answered and failed, calls of the last hour, breaker, pause."""
    return {"items": await _all(parts), "next": None}


@router.post("/{family}/{code}/{action}")
async def act(
    parts: Parts,
    request: Request,
    key: Operator,
    family: str,
    code: str,
    action: Literal["test", "pause", "resume"],
    word: Word,
    idempotency_key: IdempotencyKey = "",
) -> Response:
    """Try a counterpart with one call that changes nothing (`test`), ask it nothing for now (`pause`), or again (`resume`).

    While it is paused its tasks stay on the broker. Each is kept with who did it and why.
    """

    async def work() -> tuple[int, object]:
        name = (family, code)
        if name not in parts.counterparts:
            known = ", ".join("/".join(one) for one in sorted(parts.counterparts))
            raise ProblemError(404, "counterpart-unknown", f"Kervan asks nobody called {family}/{code}; it knows {known}.")
        if action == "pause" and not word.reason:
            raise ProblemError(422, "wrong-data", "To pause, say why in `reason`: others will want to know.")
        more: dict[str, Any] = {}
        if action == "test":
            title, trial = parts.counterparts[name]
            tried = await trial()
            await counterparts.tried(parts.pool, name, key.name, word.reason, tried, parts.clock())
            text = words.said(tried.kind, title, detail=tried.detail, seconds=tried.seconds)
            more["tried"] = {"ok": tried.ok, "kind": tried.kind, "detail": tried.detail, "seconds": round(tried.seconds, 3)}
            more["tried"]["text"] = text
        elif action == "pause":
            await counterparts.pause(parts.pool, name, key.name, word.reason, parts.clock())
        else:
            await counterparts.resume(parts.pool, name, key.name, word.reason, parts.clock())
        (found,) = [one for one in await _all(parts) if (one["family"], one["code"]) == name]
        return 200, found | more

    return await idempotency.once(parts, request, key, idempotency_key, work)


async def _all(parts: Services) -> list[dict[str, Any]]:
    titles = {name: title for name, (title, _) in parts.counterparts.items()}
    return await counterparts.listed(parts.pool, titles, set(parts.settings.tasks.items()), parts.clock())
