"""The web application over its own pool and broker connection. Workers do not import it, nor what it alone needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from adapters.entrypoints import bootstrap, printing, trying
from adapters.entrypoints import broker as brokers
from adapters.invoicing import gib
from adapters.settings import Settings
from adapters.web import app as web
from adapters.web.services import Check, Services
from events import topology


@asynccontextmanager
async def web_app(settings: Settings, database_url: str, broker_url: str, *, sandbox: bool = False) -> AsyncIterator[FastAPI]:
    """The web application over its own pool and broker connection."""
    async with bootstrap.parts(settings, database_url, connections=8) as found:
        client = await brokers.connect(broker_url, "kervan web")

        async def database_answers() -> dict[str, object]:
            return {"ok": await found.pool.fetchval("SELECT 1") == 1}

        async def broker_answers() -> dict[str, object]:
            info = await client.jetstream(timeout=2).consumer_info(topology.STREAM_IN, topology.ENGINE)
            return {"ok": True, "pending": info.num_pending, "unacknowledged": info.num_ack_pending}

        sheets = printing.printer(settings, found.pool, bootstrap.now)
        checks: dict[str, Check] = {"database": database_answers, "broker": broker_answers}
        check = gib.checker("off" if settings.gib_check == "off" else "if_installed")
        services = Services(found.pool, found.intake, settings, bootstrap.now, found.law, sheets, checks, check)
        services.counterparts = trying.for_web(settings)
        try:
            yield web.create(services, sandbox=sandbox)
        finally:
            if check is not None:
                await check.close()
            await brokers.close(client)
