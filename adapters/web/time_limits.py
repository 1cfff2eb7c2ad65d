"""How long a request may take to come, and what it asks for to be found: who trickles or asks for too much holds nobody up.

The head has a limit of its own, before there is a request (:mod:`adapters.entrypoints.serve`). A body must come at a pace that
any line has: a large file may take its minutes, one byte a second is cut off. Reading (GET, HEAD) is given up where the answer
has not begun in time, and PostgreSQL is told to stop. What changes something is never cut off half-way: its transaction ends by
itself, and the caller would not know whether it was done. What has begun to answer goes on, as a file or a page's live line.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException

from adapters.web import problems
from adapters.web.problems import ProblemError

BODY_S = 20.0
"""How long a body may take in any case."""
BYTES_A_S = 8 * 1024
"""How much longer: the pace that a body must keep to."""
ANSWER_S = 120.0
"""How long what is read may take to begin; the dossier of 10,000 shipments takes some nine seconds."""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_TOO_LONG = (
    "Yanıt iki dakikada hazırlanamadı ve bırakıldı; bir şey değişmedi. Daha dar bir aralık ya da daha az kayıt isteyin.",
    "The answer was not ready within two minutes and was given up; nothing has changed. Ask for a shorter time, or for less.",
)


class TimeLimits:
    """Around the application: waits no longer."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - any ASGI app
        """Stand around an ASGI app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] in {"GET", "HEAD"}:
            await self._found_in_time(scope, receive, send)
        else:
            await self._app(scope, _coming(receive), send)

    async def _found_in_time(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False
        try:
            async with asyncio.timeout(ANSWER_S) as limit:

                async def sent(message: MutableMapping[str, Any]) -> None:
                    nonlocal begun
                    if not begun:
                        begun = True
                        limit.reschedule(None)
                    await send(message)

                await self._app(scope, receive, sent)
        except TimeoutError:
            if begun or not limit.expired():
                raise
            error = ProblemError(503, "took-too-long", _TOO_LONG, {"Retry-After": "60"})
            await problems.problem(Request(scope), error)(scope, receive, send)


def _coming(receive: Receive) -> Receive:
    """What gives the parts of a body as long as they come at a pace."""
    loop = asyncio.get_running_loop()
    began, seen, more = loop.time(), 0, True

    async def part() -> MutableMapping[str, Any]:
        nonlocal seen, more
        if not more:  # all of it is there: who asks now waits for the caller to leave
            return await receive()
        try:
            async with asyncio.timeout_at(began + BODY_S + seen / BYTES_A_S):
                message = await receive()
        except TimeoutError:
            # as for what is too large: FastAPI makes a 400 of any other error that comes up while it reads a form
            raise HTTPException(408, headers={"Connection": "close"}) from None
        seen += len(message.get("body", b""))
        more = bool(message.get("more_body"))
        return message

    return part


def install(app: FastAPI) -> None:
    """Put it around an app."""
    app.add_middleware(TimeLimits)
