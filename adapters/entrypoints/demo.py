"""``kervan demo``: real orders through all seven stages, with sandbox counterparties, on a throw-away folder."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from fastapi import FastAPI
from nats.aio.client import Client
from rich.console import Console

from adapters.couriers.sandbox import SandboxCourier
from adapters.database import migrate
from adapters.database.accounts import ImportAccounts
from adapters.entrypoints import bootstrap, demo_view, serve
from adapters.entrypoints.demo_view import Figures
from adapters.entrypoints.embedded import EmbeddedServers, processes, state
from adapters.imports import importer
from adapters.imports.account import Summary
from adapters.invoicing.sandbox import SandboxIntegrator
from adapters.rates.sandbox import SandboxBank
from adapters.sandbox import Manners
from adapters.settings import Settings
from adapters.tax_office.sandbox import SandboxTaxOffice
from events import topology
from events.outgoing import envelope
from events.tasks import TaskWorker
from workflow.values import istanbul_day

SANDBOX = "sandbox"
_LONGEST_S = 300.0
_QUIET_S = 1.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What the demo does."""

    days: tuple[Path, ...] = ()
    workers: int = 1
    duplicates: float = 0.05
    disorder: float = 0.1
    seed: int = 2010
    stay: bool = False


def demo_data() -> Path:
    """The orders that come with Kervan: in the wheel beside this module, in the source tree under ``deploy``."""
    packaged = Path(__file__).parent / "demo_data"
    return packaged if packaged.exists() else Path(__file__).parents[2] / "deploy" / "demo"


async def run(settings: Settings, plan: Plan, *, as_json: bool) -> int:
    """Run the demo; 0 where every shipment ended somewhere, or is held by its findings."""
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="kervan-demo-"))
    settings = _throw_away(settings, folder, plan)
    stop = serve.until_signal()
    servers = EmbeddedServers(folder, broker_port=processes.any_port())
    try:
        urls = await asyncio.to_thread(servers.start)
        await migrate.upgrade_async(urls.database_url)
        async with bootstrap.parts(settings, urls.database_url) as parts:
            client = await bootstrap.connect_broker(urls.broker_url, "kervan demo")
            await topology.declare(client.jetstream())
            workers = serve.Workers(settings, urls.database_url, urls.broker_url)
            workers.start()
            try:
                async with (
                    bootstrap.web_app(settings, urls.database_url, urls.broker_url, sandbox=True) as app,
                    _serving(app, settings, stop) as http_url,
                    _counterparties(client, plan),
                ):
                    state.write(folder, state.State(os.getpid(), urls.database_url, urls.broker_url, http_url))
                    view = demo_view.View(Console(stderr=True), settings.locale, http_url)
                    await _ask(client, "rates", "rates.requested.v1", "rates:today", {})
                    await _rates_there(parts.pool, stop)
                    account = await _orders(parts, plan)
                    figures = await _until_settled(parts.pool, client, view, stop)
                    figures.elapsed = time.monotonic() - began
                    demo_view.summary(account, figures, settings.locale, as_json=as_json)
                    if plan.stay and not stop.is_set():
                        view.staying()
                        await stop.wait()
                    return 0 if figures.settled else 1
            finally:
                await workers.stop()
                await client.close()
    finally:
        await asyncio.to_thread(servers.stop)
        shutil.rmtree(folder, ignore_errors=True)


def _throw_away(settings: Settings, folder: Path, plan: Plan) -> Settings:
    port = settings.http_port if processes.port_free(settings.http_port, settings.http_host) else processes.any_port()
    changes: dict[str, Any] = {
        "data_dir": folder,
        "database_url": "",
        "broker_url": "",
        "http_port": port,
        "workers": plan.workers,
        "log_level": "warning",
        "tasks": {"invoicing": SANDBOX, "courier": SANDBOX, "tax_office": SANDBOX},
    }
    return settings.model_copy(update=changes)


@asynccontextmanager
async def _serving(app: FastAPI, settings: Settings, stop: asyncio.Event) -> AsyncIterator[str]:
    end = asyncio.Event()
    serving = asyncio.create_task(serve.http(app, settings.http_host, settings.http_port, end))
    forward = asyncio.create_task(_forward(stop, end))
    try:
        yield f"http://{settings.http_host}:{settings.http_port}"
    finally:
        end.set()
        forward.cancel()
        await serving


async def _forward(stop: asyncio.Event, end: asyncio.Event) -> None:
    await stop.wait()
    end.set()


@asynccontextmanager
async def _counterparties(client: Client, plan: Plan) -> AsyncIterator[None]:
    """All five sandboxes, each answering its own tasks."""
    manners = Manners(duplicates=plan.duplicates, disorder=plan.disorder, seed=plan.seed)
    workers = [
        TaskWorker(client, "invoicing", SANDBOX, SandboxIntegrator(manners, bootstrap.now)),
        TaskWorker(client, "courier", SANDBOX, SandboxCourier(manners, bootstrap.now)),
        TaskWorker(client, "tax_office", SANDBOX, SandboxTaxOffice(manners, bootstrap.now)),
        TaskWorker(client, "rates", SANDBOX, SandboxBank(Manners(), bootstrap.now)),
    ]
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ask(client: Client, family: str, kind: str, task_id: str, data: dict[str, Any]) -> None:
    body = envelope(source="kervan", id=task_id, type=kind, time=bootstrap.now(), data=data)
    headers = {"Nats-Msg-Id": task_id}
    await client.jetstream().publish(topology.task(family, SANDBOX), body, headers=headers)


async def _rates_there(pool: "asyncpg.Pool[asyncpg.Record]", stop: asyncio.Event) -> None:
    """Wait for the bulletin, so that the first orders find their rate; later ones would only be judged again."""
    until = time.monotonic() + 20
    while not stop.is_set() and time.monotonic() < until:
        if await pool.fetchval("SELECT EXISTS (SELECT FROM rate)"):
            return
        await asyncio.sleep(0.05)


async def _orders(parts: bootstrap.Parts, plan: Plan) -> Summary:
    data = demo_data()
    files = plan.days or (data / "orders" / "2010-12-01.csv",)
    options = importer.Options(courier=SANDBOX, planned_on=istanbul_day(bootstrap.now()).isoformat())
    one = importer.OrderImport(
        parts.intake,
        ImportAccounts(parts.pool),
        catalogue=importer.read_catalogue(data / "catalogue.csv"),
        seller=importer.read_seller(data / "seller.toml"),
        options=options,
    )
    return await one.run(list(files))


async def _until_settled(
    pool: "asyncpg.Pool[asyncpg.Record]", client: Client, view: "demo_view.View", stop: asyncio.Event
) -> Figures:
    """Watch until nothing moves any more; then have the open claims filed, and watch again."""
    began = changed = time.monotonic()
    before: tuple[int, ...] = ()
    asked: set[str] = set()
    with view:
        while True:
            figures = await demo_view.figures(pool, client)
            view.show(figures)
            now = time.monotonic()
            marks = (figures.messages, figures.transitions, figures.repeats, figures.waiting)
            if marks != before:
                before, changed = marks, now
            quiet = now - changed > _QUIET_S and figures.waiting == 0
            if figures.settled and quiet and figures.outbox == 0:
                return figures
            if quiet:
                claims = await pool.fetch("SELECT id, seller, period FROM claim WHERE status = 'open' ORDER BY id")
                for claim in claims:
                    if str(claim["id"]) not in asked:
                        asked.add(str(claim["id"]))
                        data = {"claim": str(claim["id"]), "seller": claim["seller"], "period": claim["period"]}
                        await _ask(client, "tax_office", "claim_filing.requested.v1", f"file:{claim['id']}", data)
                        changed = now
            if stop.is_set() or now - began > _LONGEST_S or (quiet and now - changed > 20):
                return figures
            with suppress(TimeoutError):
                async with asyncio.timeout(0.25):
                    await stop.wait()
