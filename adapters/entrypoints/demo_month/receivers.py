"""Who is told by webhooks in the demo: a receiver on this machine that takes what comes, and one that is out of order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI, Request, Response

from adapters.entrypoints import sandbox_issuing


@dataclass(frozen=True, slots=True)
class Receivers:
    """Their addresses."""

    warehouse: str
    accounting: str


@asynccontextmanager
async def listening() -> AsyncIterator[Receivers]:
    """Have both answer until the block ends."""
    app = FastAPI(openapi_url=None)

    @app.post("/depo")
    async def taken(request: Request) -> Response:
        await request.body()
        return Response(status_code=204)

    @app.post("/muhasebe")
    async def out_of_order(request: Request) -> Response:
        await request.body()
        return Response("SANDBOX: muhasebe programı bakımda", status_code=503, media_type="text/plain; charset=utf-8")

    async with sandbox_issuing.listening(app) as address:
        yield Receivers(f"{address}/depo", f"{address}/muhasebe")
