"""The composition root: settings become a store, an engine, an intake, a worker, a web application."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg
import nats
import nats.errors
import structlog
from fastapi import FastAPI
from nats.aio.client import Client

from adapters.database import pool as database
from adapters.database.outbox import PostgresOutbox
from adapters.database.store import PostgresStore
from adapters.entrypoints import counterparts
from adapters.settings import Settings
from adapters.web import app as web
from adapters.web.services import Services
from events import consumers, topology
from events.connection import tolerant
from events.intake import Intake
from events.relay import Relay
from workflow.apply import Engine
from workflow.rules.law import RULE_VERSION, CourierLimit, LawBook
from workflow.world import Policy

_log = structlog.get_logger("kervan")


def now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


def policy(settings: Settings) -> Policy:
    """What the settings say about the business."""
    limits = {code: CourierLimit(courier.max_gross_kg, courier.max_eur) for code, courier in settings.couriers.items()}
    return Policy(
        law=LawBook(courier_limits=limits),
        auto_validate=settings.auto_validate,
        etgb_tolerance=settings.etgb_amount_tolerance,
        tasks=dict(settings.tasks),
    )


async def connect_broker(url: str, name: str) -> Client:
    """A connection that comes back by itself, for ever; its errors are logged by their kind."""

    async def note(error: Exception) -> None:
        _log.warning("broker connection", name=name, error=type(error).__name__)

    return await nats.connect(
        url, name=name, max_reconnect_attempts=-1, reconnect_time_wait=0.5, connect_timeout=5, error_cb=note
    )


@dataclass(slots=True)
class Parts:
    """One process's parts."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    intake: Intake
    outbox: PostgresOutbox


@asynccontextmanager
async def parts(settings: Settings, database_url: str, *, connections: int = 4) -> AsyncIterator[Parts]:
    """Pool, engine and intake over a database; closed at the end."""
    pool = await database.connect(database_url, size=connections)
    outbox = PostgresOutbox(database_url)
    try:
        store = PostgresStore(pool, RULE_VERSION)
        engine = Engine(store, now, policy(settings), committed=lambda _: outbox.wake())
        yield Parts(pool, Intake(engine, store, now), outbox)
    finally:
        await outbox.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), 5)


async def work(settings: Settings, database_url: str, broker_url: str, stop: asyncio.Event) -> None:
    """One worker: consume, decide, relay; ends when ``stop`` is set, giving back what it had not begun."""
    async with parts(settings, database_url, connections=settings.concurrency + 2) as found:
        client = await connect_broker(broker_url, "kervan relay")
        await topology.declare(client.jetstream())
        broker = consumers.build(broker_url, found.intake, batch_size=settings.batch_size, concurrency=settings.concurrency)
        relay = asyncio.create_task(Relay(found.outbox, client).run())
        gc.collect()
        gc.freeze()  # what is there now stays for ever: the collector need not walk it at every batch
        gc.set_threshold(50_000, 20, 50)
        try:
            async with counterparts.at_work(settings, found, client):
                tolerant(await broker.connect())
                await broker.start()
                _log.info("worker ready")
                await stop.wait()
        finally:
            with suppress(nats.errors.Error, TimeoutError):
                await asyncio.wait_for(broker.stop(), 10)
            relay.cancel()
            with suppress(asyncio.CancelledError):
                await relay
            await client.close()
        _log.info("worker stopped")


@asynccontextmanager
async def web_app(settings: Settings, database_url: str, broker_url: str, *, sandbox: bool = False) -> AsyncIterator[FastAPI]:
    """The web application over its own pool and broker connection."""
    async with parts(settings, database_url, connections=8) as found:
        client = await connect_broker(broker_url, "kervan web")

        async def database_answers() -> dict[str, object]:
            return {"ok": await found.pool.fetchval("SELECT 1") == 1}

        async def broker_answers() -> dict[str, object]:
            info = await client.jetstream(timeout=2).consumer_info(topology.STREAM_IN, topology.ENGINE)
            return {"ok": True, "pending": info.num_pending, "unacknowledged": info.num_ack_pending}

        services = Services(found.pool, found.intake, settings, now, {"database": database_answers, "broker": broker_answers})
        try:
            yield web.create(services, sandbox=sandbox)
        finally:
            await client.close()
