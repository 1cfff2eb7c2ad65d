"""How much one caller may ask for in a second: beyond it the answer is 429, and says when to ask again.

Counted in each web process for itself, in memory, in windows of a second (``limits``, MIT): what it keeps others from is one
caller taking all of a process, which needs no count of all processes together, and no call to a server for each request. Who a
caller is: the network address, and besides it the API key, by its digest. Signing in has patience of its own
(:mod:`adapters.web.console.signing_in`).
"""

from hashlib import blake2b
from typing import Any

from fastapi import FastAPI, Request
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from adapters.settings import PaceSettings
from adapters.web import problems
from adapters.web.problems import ProblemError

_KEYS_BEHIND_ONE_ADDRESS = 5
"""So many callers at full pace may share an address, as behind a gateway; beyond it no key is looked up any more."""


class Pace:
    """Around the application: counts, and lets in."""

    def __init__(self, app: Any, settings: PaceSettings) -> None:  # noqa: ANN401 - any ASGI app
        """Stand around an ASGI app."""
        self._app = app
        self._counted = FixedWindowRateLimiter(MemoryStorage())
        self._most = {"/api/": settings.api, "/webhooks/": settings.webhooks}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Pass a request on, or answer 429."""
        door = next((door for door in self._most if scope["type"] == "http" and scope["path"].startswith(door)), "")
        most = self._most.get(door, 0)
        if most and not await self._admitted(scope, door, most):
            said = (
                f"Bir saniyede {most} istekten çoğu geldi. Bir şey yapılmadı; bir saniye sonra yeniden isteyin.",
                f"More than {most} requests in a second. Nothing was done; ask again in a second.",
            )
            error = ProblemError(429, "too-many-requests", said, {"Retry-After": "1"})
            await problems.problem(Request(scope), error)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    async def _admitted(self, scope: Any, door: str, most: int) -> bool:  # noqa: ANN401 - ASGI
        address = (scope.get("client") or ("",))[0]
        key = dict(scope["headers"]).get(b"authorization")
        if key is None:
            return await self._counted.hit(RateLimitItemPerSecond(most), door, address)
        named = blake2b(key, digest_size=16).hexdigest()
        return await self._counted.hit(
            RateLimitItemPerSecond(most * _KEYS_BEHIND_ONE_ADDRESS), door, "all of", address
        ) and await self._counted.hit(RateLimitItemPerSecond(most), door, address, named)


def install(app: FastAPI, settings: PaceSettings) -> None:
    """Put it around an app."""
    app.add_middleware(Pace, settings=settings)
