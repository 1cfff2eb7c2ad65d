"""What a worker tells those who watch it: ``/metrics``, ``/healthz``, ``/readyz``, on a port of its own where one is set.

A worker that hangs does not answer ``/healthz``, since it answers from the loop in which it works.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import asyncpg
from nats.aio.client import Client
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters import metrics
from adapters.entrypoints import serve
from adapters.settings import Settings

_DATABASE_S = 3.0
_PORT = "KERVAN_METRICS_PORT"

Figures = Callable[[], metrics.Families]


def application(pool: "asyncpg.Pool[asyncpg.Record]", client: Client, figures: Figures) -> Starlette:
    """The three routes over a worker's parts."""

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> Response:
        checks: Mapping[str, bool] = {"database": await _answers(pool), "broker": client.is_connected}
        well = all(checks.values())
        return JSONResponse({"status": "ready" if well else "not ready", "checks": checks}, 200 if well else 503)

    async def figures_now(_: Request) -> Response:
        return Response(metrics.exposition(figures()), media_type=metrics.MEDIA_TYPE)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures_now)])


async def _answers(pool: "asyncpg.Pool[asyncpg.Record]") -> bool:
    try:
        async with asyncio.timeout(_DATABASE_S):
            return bool(await pool.fetchval("SELECT 1"))
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False


@asynccontextmanager
async def watched(settings: Settings, app: Callable[[], Starlette]) -> AsyncIterator[None]:
    """Answer while the block runs, where a port is set.

    Raises:
        PortTakenError, PortForbiddenError, HostNotHereError: it cannot be had.
    """
    if not settings.metrics_port:
        yield
        return
    sockets = await asyncio.to_thread(serve.listening, settings.http_host, settings.metrics_port, _PORT)
    async with serve.http(app(), sockets, asyncio.Event()):
        yield
