"""The web application over its own pool and broker connection. Workers do not import it, nor what it alone needs."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from nats.aio.msg import Msg

from adapters.entrypoints import bootstrap, dossiers, printing, trying
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
        client = await brokers.connect(broker_url, "kervan web", authority=settings.broker_ca)

        async def database_answers() -> dict[str, object]:
            return {"ok": await found.pool.fetchval("SELECT 1") == 1}

        async def broker_answers() -> dict[str, object]:
            info = await client.jetstream(timeout=2).consumer_info(topology.STREAM_IN, topology.ENGINE)
            return {"ok": True, "pending": info.num_pending, "unacknowledged": info.num_ack_pending}

        sheets = printing.printer(settings, found.pool, bootstrap.now)
        exporter = dossiers.dossiers(settings, found.pool, found.law, bootstrap.now)
        checks: dict[str, Check] = {"database": database_answers, "broker": broker_answers}
        check = gib.checker("off" if settings.gib_check == "off" else "if_installed")
        services = Services(found.pool, found.intake, settings, bootstrap.now, found.law, sheets, exporter, checks, check)
        services.counterparts = trying.for_web(settings)
        app = web.create(services, sandbox=sandbox)

        async def heard(message: Msg) -> None:
            services.live.heard(message.subject, message.data)

        await client.subscribe(topology.SUBJECT_OUT, cb=heard)
        try:
            yield app
        finally:
            await app.state.background.close()
            if check is not None:
                await check.close()
            await services.sender.close()
            await brokers.close(client)


def ending(app: FastAPI) -> Callable[[], None]:
    """What ends the waits of the browsers that an application tells news as it comes."""
    services: Services = app.state.services
    return services.live.close
