"""Nothing is read of a file that a stranger sends.

FastAPI reads a form to its end before it asks who sent it, so anybody could fill the folder for temporary files, and with it
the memory or the disk of all. So whoever is neither known by a key nor signed in is answered over an empty form: as everybody
without a key or a session is.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.security.utils import get_authorization_scheme_param

from adapters.database import keys, sessions
from adapters.database.store import LOST
from adapters.web.console.screen import SESSION_COOKIE
from adapters.web.services import Services

_FILES = "multipart/"
_SIGNED = "/webhooks/"
"""Whoever sends there is known by what is sent."""

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


class Strangers:
    """Around the application: looks who sends files."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - any ASGI app
        """Stand around an ASGI app."""
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Pass a request on, or its head alone."""
        if scope["type"] == "http" and await _sends_files_unknown(Request(scope)):
            await self._app(scope, _nothing, send)
            return
        await self._app(scope, receive, send)


async def _sends_files_unknown(request: Request) -> bool:
    is_file = request.headers.get("content-type", "").lower().startswith(_FILES)
    if not is_file or request.url.path.startswith(_SIGNED):
        return False
    parts: Services = request.app.state.services
    scheme, key = get_authorization_scheme_param(request.headers.get("authorization"))
    cookie = request.cookies.get(SESSION_COOKIE, "")
    try:
        if scheme.lower() == "bearer" and await keys.find(parts.pool, key) is not None:
            return False
        return not cookie or await sessions.find(parts.pool, cookie, parts.clock()) is None
    except LOST:  # who it is cannot be said: the route asks too, and answers that
        return False


async def _nothing() -> MutableMapping[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def install(app: FastAPI) -> None:
    """Put it around an app."""
    app.add_middleware(Strangers)
