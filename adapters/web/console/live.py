"""``/live``: a line that stays open and names the topics that changed, for the page to ask for itself again."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from adapters.database import queries, sessions
from adapters.web.console.screen import SESSION_COOKIE, Inside
from adapters.web.problems import ProblemError

router = APIRouter(include_in_schema=False)

MOST: Final = 1000
"""Open lines of one process."""


@router.get("/live")
async def lines(screen: Inside, topic: Annotated[list[str] | None, Query(max_length=8)] = None) -> Response:
    """A line that stays open and names the topics that changed."""
    live, bound = screen.parts.live, screen.sellers
    if live.open_lines >= MOST:
        said = ("Çok fazla sayfa açık.", "Too many pages are open.")
        raise ProblemError(503, "unavailable", said, {"Retry-After": "30"})

    async def goes_on() -> bool:
        token = screen.request.cookies.get(SESSION_COOKIE, "")
        found = await sessions.find(screen.parts.pool, token, screen.parts.clock())
        return found is not None and found.user.sellers == bound

    async def told() -> AsyncIterator[str]:
        yield "retry: 3000\n\n"
        async for changed in live.follow(frozenset(topic or ()), bound, partial(queries.own, screen.parts.pool)):
            if (bound or not changed) and not await goes_on():
                return
            yield f"data: {orjson.dumps(sorted(changed)).decode()}\n\n" if changed else ": here\n\n"

    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(told(), media_type="text/event-stream", headers=headers)
