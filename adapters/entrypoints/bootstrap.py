"""The composition root: settings become a store, an engine, an intake, a worker, a web application."""

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.metadata import version

import asyncpg
import nats.errors
import structlog
from faststream.nats import NatsBroker
from nats.aio.client import Client

from adapters import law, metrics, retention
from adapters.calendar import turkey
from adapters.couriers import registry, sandbox
from adapters.couriers.inbound import Inbound
from adapters.database import pool as database
from adapters.database.bulk import BulkJobs
from adapters.database.claims import ClaimBooks
from adapters.database.outbox import PostgresOutbox
from adapters.database.store import PostgresStore
from adapters.database.webhooks import Webhooks
from adapters.documents import DocumentFolder
from adapters.entrypoints import (
    agreeing,
    counterparts,
    flowing,
    forgetting,
    partitioning,
    reading,
    rejudging,
    sealing,
    standing,
    subscribing,
    timing,
    watching,
)
from adapters.entrypoints import broker as brokers
from adapters.entrypoints.stopping import unless
from adapters.settings import PREFIX, Settings
from events import bulk, consumers
from events.connection import tolerant
from events.intake import Intake
from events.relay import Relay
from workflow.apply import Engine
from workflow.deadlines import Allowances
from workflow.rules.law import LawBook
from workflow.rules.tables import Certainty, CourierLimit
from workflow.world import Policy

_log = structlog.get_logger("kervan")

_STOP_S = 10.0
_STOP_UNREACHED_S = 1.0

connect_broker = brokers.connect


def now() -> datetime:
    """The clock of everything that is not a test."""
    return datetime.now(UTC)


def law_book(settings: Settings) -> LawBook:
    """The law as this installation has it: the packaged tables, its own, and the couriers' limits of its settings.

    The sandbox courier is an operator only where it does the couriers' tasks.

    Raises:
        LawError: a table is wrong.
    """
    limits = [
        CourierLimit(
            valid_from=date.min,
            valid_to=date.max,
            source=f"{PREFIX}COURIERS__{code.upper()}",
            certainty=Certainty.VERIFIED,
            courier=code,
            max_gross_kg=courier.max_gross_kg,
            max_eur=courier.max_eur,
        )
        for code, courier in sorted(settings.couriers.items())
        if courier.max_gross_kg is not None or courier.max_eur is not None
    ]
    folders = [settings.law_dir.expanduser()] if settings.law_dir is not None else []
    if settings.tasks.get(sandbox.FAMILY) == sandbox.CODE:
        folders.append(sandbox.LAW)
    return law.load(folders, limits)


def policy(settings: Settings) -> Policy:
    """What the settings say about the business."""
    return Policy(
        law=law_book(settings),
        auto_validate=settings.auto_validate,
        etgb_tolerance=settings.etgb_amount_tolerance,
        scan_ahead=timedelta(hours=settings.scan_ahead_hours),
        rate_policy=settings.refund_rate_policy,
        tasks=dict(settings.tasks),
        allowances=Allowances(
            general=settings.allowances,
            of_courier={code: courier.allowances for code, courier in settings.couriers.items() if courier.allowances},
            of_seller={number: seller.allowances for number, seller in settings.sellers.items() if seller.allowances},
            holidays=turkey.public_holidays(),
        ),
    )


@dataclass(slots=True)
class Parts:
    """One process's parts."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    intake: Intake
    outbox: PostgresOutbox
    law: LawBook


@asynccontextmanager
async def parts(settings: Settings, database_url: str, *, connections: int = 4) -> AsyncIterator[Parts]:
    """Pool, engine and intake over a database; closed at the end.

    Raises:
        LawError: a table of the law is wrong; nothing was connected.
    """
    rules = policy(settings)
    pool = await database.connect(database_url, size=connections)
    outbox = PostgresOutbox(database_url)
    try:
        store = PostgresStore(pool, rules.law.version)
        engine = Engine(store, now, rules, committed=lambda _: outbox.wake())
        yield Parts(pool, Intake(engine, store, now), outbox, rules.law)
    finally:
        await outbox.close()
        with suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), 5)


@asynccontextmanager
async def parts_in_agreement(settings: Settings, database_url: str) -> AsyncIterator[Parts]:
    """The parts of one command that has shipments judged: by the law in force.

    Raises:
        LawError, OtherLawError: it would judge by another; nothing was done.
    """
    async with parts(settings, database_url) as found:
        await agreeing.agree(found.pool, found.law.version)
        yield found


async def prepare_broker(settings: Settings, broker_url: str) -> None:
    """Wait for the broker, and bring streams and consumer to this release's shape."""
    client = await brokers.connect(broker_url, "kervan", authority=settings.broker_ca)
    try:
        await brokers.declare(client, settings.broker_replicas)
    finally:
        await brokers.close(client)


async def work(settings: Settings, database_url: str, broker_url: str, stop: asyncio.Event) -> None:
    """One worker: consume, decide, relay; ends when ``stop`` is set, giving back what it had not begun.

    Raises:
        StoppedError: ``stop`` was set before it was ready.
        DatabaseUnreachableError: PostgreSQL does not answer; for the broker it waits.
    """
    structlog.contextvars.bind_contextvars(worker=f"{socket.gethostname()}:{os.getpid()}")
    async with AsyncExitStack() as stack:
        found = await unless(
            stop, stack.enter_async_context(parts(settings, database_url, connections=settings.concurrency + 8))
        )
        client = await unless(stop, brokers.connect(broker_url, "kervan relay", authority=settings.broker_ca))
        stack.push_async_callback(brokers.close, client)
        await unless(stop, brokers.declare(client, settings.broker_replicas))
        broker = consumers.build(
            broker_url,
            found.intake,
            batch_size=settings.batch_size,
            concurrency=settings.concurrency,
            authority=settings.broker_ca,
        )
        relay = Relay(found.outbox, client)
        stack.push_async_callback(_ended, asyncio.create_task(relay.run()))
        gc.collect()
        gc.freeze()  # what is there now stays for ever: the collector need not walk it at every batch
        gc.set_threshold(50_000, 20, 50)
        stack.push_async_callback(_stopped, broker, client)
        callers = await stack.enter_async_context(counterparts.at_work(settings, found, client))
        await stack.enter_async_context(subscribing.at_work(settings, found, client, now))

        def figures() -> metrics.Families:
            yield from metrics.of_build(version("kervan"))
            yield from metrics.of_intake(found.intake)
            yield from metrics.of_relay(relay)
            yield from metrics.of_pool(found.pool)
            yield from metrics.of_callers(callers)

        await stack.enter_async_context(watching.watched(settings, lambda: watching.application(found.pool, client, figures)))
        tolerant(await unless(stop, broker.connect()))
        await unless(stop, broker.start())
        ahead = asyncio.create_task(partitioning.keep(found.pool, now))
        stack.push_async_callback(_ended, ahead)
        again = asyncio.create_task(rejudging.keep(rejudging.Rejudging(found.intake, found.pool, found.law.version, now)))
        stack.push_async_callback(_ended, again)
        inbound = Inbound(Webhooks(found.pool, now), found.intake, partial(registry.adapter, settings))
        webhooks = asyncio.create_task(reading.keep(inbound))
        stack.push_async_callback(_ended, webhooks)
        timer = asyncio.create_task(timing.keep(timing.Timer(found.intake, found.pool, now)))
        stack.push_async_callback(_ended, timer)
        books = ClaimBooks(found.pool, found.law, settings.refund_rate_policy, settings.etgb_amount_tolerance)
        standings = standing.Standings(found.pool, books, found.law, now)
        stack.push_async_callback(_ended, asyncio.create_task(standing.keep(standings)))
        flow = asyncio.create_task(flowing.keep(flowing.Flow(found.pool, client.jetstream(), now)))
        stack.push_async_callback(_ended, flow)
        many = asyncio.create_task(bulk.keep(bulk.Bulk(BulkJobs(found.pool), found.intake, now)))
        stack.push_async_callback(_ended, many)
        sealer = sealing.Sealer(found.pool, found.intake, now, sealing.keys(settings))
        stack.push_async_callback(_ended, asyncio.create_task(sealing.keep(sealer)))
        documents = DocumentFolder(settings.documents_dir)
        letting_go = forgetting.Forgetting(found.pool, documents, retention.load(settings.retention_policy), now)
        stack.push_async_callback(_ended, asyncio.create_task(forgetting.keep(letting_go)))
        _log.info("worker ready")
        await stop.wait()
    _log.info("worker stopped")


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _stopped(broker: NatsBroker, client: Client) -> None:
    """Stop consuming; where the broker cannot be reached, nothing can be given back, and ``ack_wait`` brings it again."""
    within = _STOP_S if client.is_connected else _STOP_UNREACHED_S
    with suppress(nats.errors.Error, TimeoutError, ConnectionError, RuntimeError):
        await asyncio.wait_for(broker.stop(), within)
