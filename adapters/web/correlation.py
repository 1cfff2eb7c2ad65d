"""Which request a log line belongs to: its id and its trace stand in every line, and the answer names the id.

``X-Request-ID`` is taken over where it is sane; ``traceparent`` as W3C Trace Context writes it (section 3.2).
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

import structlog
from fastapi import FastAPI, Request

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

HEADER = b"x-request-id"

_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_TRACE = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)


class Correlation:
    """Around the application: binds the ids while a request runs."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        """Stand around an ASGI app."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Bind the ids while the request runs."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        request_id = _sane(_REQUEST_ID, headers.get(HEADER)) or uuid4().hex
        ids = {"request": request_id, "traceparent": _sane(_TRACE, headers.get(b"traceparent"))}

        async def named(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (HEADER, request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(**{name: value for name, value in ids.items() if value}):
            await self._app(scope, receive, named)


def traceparent(request: Request) -> str:
    """The trace that a caller says its request belongs to; empty where it says none, or nonsense."""
    return _sane(_TRACE, request.headers.get("traceparent", "").encode("latin-1", "replace"))


def install(app: FastAPI) -> None:
    """Put it outermost, where added middleware cannot come: so that also the answer to a fault names its request."""
    build = app.build_middleware_stack
    app.build_middleware_stack = lambda: Correlation(build())  # type: ignore[method-assign]


def _sane(form: re.Pattern[str], given: bytes | None) -> str:
    """What a caller sent, if it is of its form; logs and headers take nothing else."""
    text = (given or b"").decode("latin-1")
    return text if form.fullmatch(text) else ""
